"""Bad input, second half: files that are no YAML of ours. Each is refused at its place, with exit code 78."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from lab.gateway import REPOSITORY, program, run

GOOD = b"schema: 1\ngateway: {id: gw-1}\n"
LAUGHS = b"schema: 1\na: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + level, 98 + level, b", ".join([b"*%c" % (97 + level)] * 9)) for level in range(9)
)
FILES = {
    "a tab": (b"schema: 1\ngateway:\n\tid: gw-1\n", "3:1", "a tab stands here"),
    "text that is not UTF-8": (b"schema: 1\ngateway: {id: gw-\xb1}\n", "2:18", "expected UTF-8 text, found the byte 0xB1"),
    "text in UTF-16": (GOOD.decode().encode("utf-16-le"), "1:2", "control characters are not allowed"),
    "a zero byte": (b"schema: 1\ngateway: {id: gw\x00}\n", "2:17", "control characters are not allowed"),
    "a line separator": ("schema: 1\ngateway: {id: gw-1}   # 井\u2028\n".encode(), "2:26", "an invisible line separator (U+2028)"),
    "a next line": ("schema: 1\ngateway: {id: gw\u0085}\n".encode(), "2:17", "an invisible line separator (U+0085)"),
    "a key with an escape": (b'schema: 1\n"a\\e[2J\\nb": 1\n', "2:1", "a\\u{1B}[2J\\nb: unknown key"),
    "ten megabytes": (GOOD + b"# " + b"x" * 10_000_000 + b"\n", "1:1", "longer than 1 MiB"),
    "deep nesting": (b"schema: 1\ngateway: " + b"[" * 5000 + b"]" * 5000 + b"\n", "2:41", "nested deeper than 32 levels"),
    "anchors that explode": (LAUGHS, "2:4", "anchors ('&name') are not supported"),
    "a merge key": (b"schema: 1\ngateway: {id: gw-1}\n<<: {schema: 1}\n", "3:1", "merge keys"),
    "a tag": (b"schema: !!int 1\ngateway: {id: gw-1}\n", "1:9", "tags ('!name') are not supported"),
    "a key twice": (GOOD + b"schema: 1\n", "3:1", "this key stands here twice, first at line 1"),
    "two documents": (GOOD + b"---\n" + GOOD, "3:1", "a second document"),
    "an open quote": (b'schema: 1\ngateway: {id: "gw-1}\n', "3:1", "not closed"),
    "an open bracket": (b"schema: 1\ngateway: {id: gw-1\n", "3:1", "expected ',' or '}'"),
    "a list": (b"- schema: 1\n", "1:1", "expected a section of keys, found a list"),
    "one word": (b"schema\n", "1:1", "expected a section of keys, found 'schema'"),
    "nothing": (b"", "1:1", "the file is empty"),
}


def check(option: str, file: Path) -> list[str]:
    """The error lines of `gatewayd check`, which must end with 78."""
    answer = run(program("gatewayd"), "check", option, str(file))
    assert answer.exit == 78 and not answer.err, (answer.exit, answer.err)
    lines = answer.out.splitlines()
    assert lines and all(re.fullmatch(r".+?:\d+:\d+: error: [^:]+: .+", line) for line in lines), answer.out[:2000]
    return lines


@pytest.mark.parametrize("option", ["--config", "--profile"])
@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_at_its_place(tmp_path: Path, name: str, option: str) -> None:
    content, place, message = FILES[name]
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    lines = check(option, file)
    assert any(line.startswith(f"{file}:{place}: error: ") and message in line for line in lines), lines[:5]


@pytest.mark.parametrize("option", ["--config", "--profile"])
def test_what_is_no_file_is_refused(tmp_path: Path, option: str) -> None:
    assert "No such file" in check(option, tmp_path / "missing.yaml")[0]
    assert "not a file" in check(option, tmp_path)[0]


def test_very_many_errors_are_said_shortly(tmp_path: Path) -> None:
    head = "schema: 1\nprofile: many\nvendor: a\nmodel: b\nsource: {document: c, page: d}\nchannels:\n"
    channels = "".join(
        f"  channel-{index}: {{table: holding, address: {index}, type: uint16, quantity: raw, unit: 1}}\n" for index in range(600)
    )
    file = tmp_path / "many.yaml"
    file.write_text(head + channels + "examples:\n" + "  - {channel: chanel-7, words: [1], value: 1}\n" * 3000)
    lines = check("--profile", file)
    assert len(lines) == 1001 and lines[-1].endswith(": error: file: 2000 more errors"), lines[-1]
    assert all("… and 588 more, found 'chanel-7', did you mean 'channel-7'?" in line for line in lines[:-1]), lines[0]


def test_what_two_places_make_wrong_together_is_named_at_once(tmp_path: Path) -> None:
    text = (REPOSITORY / "examples/gateway.yaml").read_text()
    for old, new in (
        ("unit: 80, profile: witmotion-wt901c485", "unit: 3, profile: witmotion-wt901c486"),
        ('    scheme: component16', '    grid: "320583110152102"\n    scheme: component16'),
        ("clear_below: 15 %LEL", "clear_below: 25 %LEL"),
        ("host: 192.0.2.10}", "host: 192.0.2.10}\n  twin: {kind: modbus-tcp, host: 192.0.2.10}"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "gateway.yaml").write_text(text)
    lines = check("--config", tmp_path / "gateway.yaml")
    keys = sorted(re.sub(r"^.+?:\d+:\d+: error: ([^:]+): .*$", r"\1", line) for line in lines)
    assert keys == [
        "alarms.rules[0].when.clear_below", "buses.twin.host", "covers[0].code", "covers[0].sensors.tilt.profile",
        "covers[0].sensors.tilt.unit",
    ], lines
