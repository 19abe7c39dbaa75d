"""The manual pages say what the programs say of themselves, and roff has nothing to complain of."""
from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.gateway import REPOSITORY, program, run

PAGES = {"gatewayd": "man8/gatewayd.8", "gatewayctl": "man1/gatewayctl.1"}
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "VERBS", "OPTIONS", "EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"]


def write(folder: Path) -> None:
    """What `make man` does."""
    subprocess.run(
        [REPOSITORY / "scripts/man-pages.py", folder, program("gatewayd"), program("gatewayctl")], check=True, timeout=60)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the pages."""
    folder = tmp_path_factory.mktemp("man")
    write(folder)
    return folder


def commands(command: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every verb that is shown, with its path."""
    for each in command.get("subcommands", []):
        if each.get("shouldDisplay", True) and each["commandName"] != "help":
            here = (*path, each["commandName"])
            yield here, each
            yield from commands(each, here)


def plain(page: Path) -> str:
    """The page without the marks of roff."""
    text = page.read_text(encoding="utf-8").replace("\\-", "-").replace("\\(dq", '"').replace("\\&", "").replace("\\e", "\\")
    return re.sub(r"\\f[BIR]", "", text)


@pytest.mark.parametrize("name", PAGES)
def test_every_verb_and_option_is_there(pages: Path, name: str) -> None:
    text = plain(pages / PAGES[name])
    lines = text.split("\n")
    root = json.loads(run(program(name), "--experimental-dump-help").out)["command"]
    assert [line[4:].strip('"') for line in lines if line.startswith(".SH ")] == SECTIONS
    found = list(commands(root))
    assert found
    for path, command in found:
        heading = lines.index(f'.SS "{" ".join(path)}"')
        end = next(index for index in range(heading + 1, len(lines)) if lines[index].startswith((".SS", ".SH")))
        body, options = "\n".join(lines[heading:end]), "\n".join(lines[lines.index(".SH OPTIONS"):])
        assert command["abstract"] in body
        for argument in command["arguments"]:
            for spelled in argument.get("names", []):
                dashes = "-" if spelled["kind"] == "short" else "--"
                assert dashes + spelled["name"] in body + options, (path, spelled)
            assert argument["abstract"] in body + options, (path, argument)


@pytest.mark.parametrize("name", PAGES)
def test_exit_codes_are_those_of_the_help(pages: Path, name: str) -> None:
    status = plain(pages / PAGES[name]).split(".SH EXIT STATUS\n")[1].split("\n.SH")[0]
    codes = re.findall(r"^(\d+)$", status, re.MULTILINE)
    assert codes == {"gatewayd": ["0", "1", "64", "78"], "gatewayctl": ["0", "1", "64", "69", "77", "78"]}[name]
    shown = " ".join(run(program(name), "--help").out.split())
    for code, meaning in re.findall(r"^(\d+)\n(.*)$", status, re.MULTILINE):
        assert f"{code} {meaning}" in shown


def test_the_same_programs_make_the_same_pages(pages: Path, tmp_path: Path) -> None:
    write(tmp_path)
    for page in PAGES.values():
        assert (tmp_path / page).read_bytes() == (pages / page).read_bytes()


@pytest.mark.parametrize("page", PAGES.values())
def test_roff_has_nothing_to_say(pages: Path, page: str) -> None:
    assert shutil.which("groff"), "groff is not installed (groff-base): run scripts/install-dependencies.sh"
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", pages / page], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
