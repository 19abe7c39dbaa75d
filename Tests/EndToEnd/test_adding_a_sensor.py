"""docs/adding-a-sensor.md, followed word for word: its files, its slave, its commands. Only the port and the folder are others."""
from __future__ import annotations

import re
import sys
from pathlib import Path

from lab.broker import free_port
from lab.child import Child
from lab.gateway import REPOSITORY, ctl, program, run
from lab.wait import until

PAGE = (REPOSITORY / "docs" / "adding-a-sensor.md").read_text(encoding="utf-8")


def block(language: str, beginning: str) -> str:
    """The page's block of this language that has this in it."""
    return next(text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if beginning in text)


def commands() -> list[list[str]]:
    """The page's indented commands, without their comments."""
    lines = re.findall(r"^    (gateway(?:d|ctl) .*)$", PAGE, re.MULTILINE)
    return [line.split("#")[0].split() for line in lines]


def test_the_page_leads_to_readings(tmp_path: Path) -> None:
    """Model, check, slave, gateway, reading: as the page has it."""
    port = free_port()
    here = {"/tmp/try": str(tmp_path / "try"), "5020": str(port)}

    def mine(text: str) -> str:
        for theirs, ours in here.items():
            text = text.replace(theirs, ours)
        return text

    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "dongxin-sf6-o2.yaml").write_text(block("yaml", "profile: dongxin-sf6-o2\nvendor"))
    (tmp_path / "slave.py").write_text(mine(block("python", "serve_forever")))
    (tmp_path / "try.yaml").write_text(mine(block("yaml", "gateway: {id: try}")))
    verbs = [command[:2] for command in commands()]
    assert verbs == [["gatewayd", "check"], ["gatewayd", "check"], ["gatewayd", "run"], ["gatewayctl", "--socket"]]
    first, second, start, ask = ([mine(word) for word in command] for command in commands())

    for check in (first, second):
        answer = run(program("gatewayd"), *check[1:-1], str(tmp_path / check[-1]))
        assert answer.exit == 0, answer.out
    slave = Child("the page's slave", [sys.executable, str(tmp_path / "slave.py")], tmp_path / "slave.log", tmp_path)
    daemon = Child("gatewayd", [program("gatewayd"), *start[1:-1], str(tmp_path / start[-1])], tmp_path / "daemon.log", tmp_path)
    try:
        slave.start()
        daemon.start()
        until(lambda: re.search(r"air/oxygen +oxygen +20\.9 +%VOL +good", ctl(*ask[1:]).out), 20,
              lambda: f"oxygen 20.9 %VOL, good\n{ctl(*ask[1:]).out}{daemon.tail()}{slave.tail()}")
    finally:
        daemon.kill()
        slave.kill()
