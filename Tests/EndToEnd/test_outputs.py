"""Local outputs of the built daemon: they follow the alarms without an uplink, and what cannot be driven is said."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.child import Child
from lab.gateway import ctl, program, run
from lab.street import Street
from lab.wait import until

LID = """\
schema: 1
scenario: lid
about: A lid is opened and closed.
duration: 5 min
events:
  - {at: 40 s, for: 60 s, cover: 4, lid: opened}
expect:
  - {cover: 4, raised: cover-open}
"""
HERE = "3205820105000931"
ELSEWHERE = "3205820103012760"

NO_CHIP = """\
schema: 1
gateway: {id: gw-box}
store: {path: ./store, max_size: 16 MiB}
diagnostics: {socket: ./s}
buses:
  box: {kind: gpio, chip: no-such-chip}
outputs:
  siren: {bus: box, line: GPIO5}
"""


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """A street with three outputs; no uplink."""
    (tmp_path / "lid.yaml").write_text(LID, encoding="utf-8")
    street = Street(tmp_path / "street", tmp_path / "lid.yaml", 1, speed=8)
    street.configuration["outputs"] = {
        "siren": {"bus": "box", "line": "GPIO5"},
        "lamp": {"bus": "box", "line": "GPIO6", "fail_safe": False, "until": "acknowledged", "when": {"covers": [HERE]}},
        "other": {"bus": "box", "line": "GPIO7", "when": {"severity": 1, "covers": [ELSEWHERE]}},
    }
    yield street
    street.child.kill()


def outputs(street: Street) -> dict[str, Any]:
    """What `gpio` says of each output: whether it shall sound, what it is driven to, and whether that was read back."""
    answer = ctl("--socket", str(street.socket), "--json", "gpio")
    if answer.exit != 0:
        return {}
    rows = [output for chip in answer.json["chips"] for output in chip["outputs"]]
    return {row["output"]: (row["sounds"], row["energised"], row["confirmed"]) for row in rows}


def become(street: Street, seconds: float, **expected: tuple[bool, bool, bool]) -> None:
    """Waits until the outputs are as expected."""
    until(lambda: outputs(street) == expected, seconds, lambda: f"{expected}: {outputs(street)}\n{street.child.tail()}")


def test_outputs_follow_the_alarms(street: Street) -> None:
    street.start()
    quiet = {"siren": (False, True, True), "other": (False, True, True)}
    become(street, 20, lamp=(False, False, True), **quiet)
    become(street, 30, siren=(True, False, True), lamp=(True, True, True), other=quiet["other"])
    # The alarm returns: the siren ends, the lamp waits for somebody who knows.
    become(street, 30, lamp=(True, True, True), **quiet)
    for alarm in ctl("--socket", str(street.socket), "--json", "alarms", "list").json["alarms"]:
        done = ctl("--socket", str(street.socket), "alarms", "ack", alarm["alarm"])
        assert done.exit == 0, done
    become(street, 20, lamp=(False, False, True), **quiet)
    text = ctl("--socket", str(street.socket), "gpio").out
    assert "要求" in text and "失电报警" in text and "一致" in text, text
    assert street.child.terminate() == 0


def test_a_chip_that_is_not_there_is_a_problem_of_its_outputs(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(NO_CHIP, encoding="utf-8")
    assert run(program("gatewayd"), "check", "--config", str(tmp_path / "gateway.yaml")).exit == 0
    child = Child("gatewayd", [program("gatewayd"), "run", "--config", str(tmp_path / "gateway.yaml")], tmp_path / "log")
    child.start()
    try:
        until(lambda: "output siren: " in status(tmp_path), 20, lambda: f"the problem: {status(tmp_path)}\n{child.tail()}")
        assert "no-such-chip" in status(tmp_path)
        assert child.terminate() == 0
    finally:
        child.kill()


def status(folder: Path) -> str:
    """What `status` says for people."""
    return ctl("--socket", str(folder / "s"), "status").out
