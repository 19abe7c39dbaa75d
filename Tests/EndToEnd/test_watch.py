"""The live screen in a real terminal: what it shows, what keys do, and that the terminal is afterwards as it was."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import unicodedata
from pathlib import Path
from typing import Iterator

import pytest

from lab.bench import Bench, cover
from lab.gateway import ctl, program
from lab.terminal import Terminal
from lab.wait import until

SIZES = {"80x24": (80, 24), "200x50": (200, 50), "40x10": (40, 10)}


def columns(line: str) -> int:
    """Columns a line takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


class Session:
    """A shell in a terminal, and the live screen started from it."""

    def __init__(self, bench: Bench, folder: Path, size: tuple[int, int]):
        self.folder, self.terminal = folder, Terminal(folder, *size)
        self.command = f"{program('gatewayctl')} --socket {bench.gateways[0].socket} watch"

    def start(self, environment: str = "") -> None:
        """Notes the terminal's settings, starts the screen, and notes the settings and the exit status after it."""
        watch = f"sh -c 'echo $$ > pid; exec {environment} {self.command}'"
        self.terminal.type(f"stty -g > before; {watch}; echo $? > status; stty -g > after")
        self.terminal.wait_for("gw-500111-0007")

    @property
    def pid(self) -> int:
        """The screen's process."""
        return int((self.folder / "pid").read_text())

    def must_be_over(self, status: int) -> None:
        """Holds the screen to its exit status and to a terminal that is as it was."""
        until(lambda: (self.folder / "after").exists() and (self.folder / "after").read_text(), 30, "the screen ends")
        assert (self.folder / "status").read_text().strip() == str(status)
        assert (self.folder / "after").read_text() == (self.folder / "before").read_text(), "the settings are as they were"
        lines = self.terminal.wait_for("ready$")
        assert (self.terminal.flag("alternate_on"), self.terminal.flag("cursor_flag")) == ("0", "1")
        assert self.terminal.flag("wrap_flag") == "1"
        assert any("watch" in line for line in lines), f"the old content is back: {lines}"


@pytest.fixture
def session(shared: Bench, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A terminal of 80 × 24, or of the size that the test names."""
    made = Session(shared, tmp_path / "t", getattr(request, "param", SIZES["80x24"]))
    try:
        yield made
    finally:
        made.terminal.close()


@pytest.mark.parametrize("session", SIZES.values(), ids=SIZES, indirect=True)
def test_it_shows_the_street_and_leaves_the_terminal_as_it_was(session: Session) -> None:
    session.start()
    terminal = session.terminal
    lines = terminal.wait_for("人民路56号井")
    width, height = int(terminal.flag("pane_width")), int(terminal.flag("pane_height"))
    assert all(columns(line) <= width for line in lines) and len(lines) <= height
    assert "HEALTHY" in lines[0] and "gw-500111-0007" in lines[0]
    assert any("ch4/gas" in line and "%LEL" in line and "good" in line for line in lines), lines
    assert "q quit" in lines[-1]
    assert (terminal.flag("alternate_on"), terminal.flag("cursor_flag")) == ("1", "0")
    terminal.keys("Enter")
    terminal.wait_for("honeywell-sensepoint-xcd")
    terminal.keys("Down", "Enter")
    terminal.wait_for("read ")
    terminal.keys("Escape")
    terminal.wait_without("read ")
    terminal.keys("b")
    terminal.wait_for("TIME-OUTS")
    terminal.keys("q")
    session.must_be_over(0)


@pytest.mark.parametrize(("ending", "status"), [("C-c", 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str)
def test_however_it_ends_the_terminal_is_as_it_was(session: Session, ending: str | signal.Signals, status: int) -> None:
    session.start()
    session.terminal.wait_for("人民路56号井")
    if isinstance(ending, signal.Signals):
        os.kill(session.pid, ending)
    else:
        session.terminal.keys(ending)
    session.must_be_over(status)


def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(session: Session) -> None:
    terminal = session.terminal
    terminal.type(f"stty -g > before; {session.command}")
    terminal.wait_for("人民路56号井")
    terminal.keys("C-z")
    terminal.wait_for("Stopped")
    assert (terminal.flag("alternate_on"), terminal.flag("cursor_flag")) == ("0", "1")
    terminal.type("stty -g > stopped; clear; fg")
    terminal.wait_for("人民路56号井")
    assert (session.folder / "stopped").read_text() == (session.folder / "before").read_text()
    assert terminal.flag("alternate_on") == "1"
    terminal.keys("q")
    terminal.wait_for("ready$")
    terminal.type("echo $? > status; stty -g > after")
    until(lambda: (session.folder / "after").exists() and (session.folder / "after").read_text(), 30, "the settings are noted")
    assert (session.folder / "after").read_text() == (session.folder / "before").read_text()


def test_it_follows_the_size_of_the_terminal(session: Session) -> None:
    session.start()
    terminal = session.terminal
    terminal.wait_for("人民路56号井")
    for width, height in SIZES.values():
        terminal.resize(width, height)

        def fits() -> bool:
            lines = terminal.lines()
            return (
                len(lines) == height and "gw-500111-0007" in lines[0] and "q quit" in lines[-1]
                and all(columns(line) <= width for line in lines)
            )

        until(fits, 30, lambda: "\n".join(terminal.lines()))
    terminal.keys("q")
    session.must_be_over(0)


def test_without_colour_everything_is_still_in_words(session: Session) -> None:
    session.start("env NO_COLOR=1")
    session.terminal.wait_for("good")
    text = "\n".join(session.terminal.lines(colours=True))
    assert not any(f"\x1b[{code}m" in text for code in (31, 32, 33, 36)), "no colour was asked for"
    session.terminal.keys("q")
    session.must_be_over(0)


def test_a_terminal_that_knows_only_text_gets_only_text(session: Session) -> None:
    shown = subprocess.run(
        ["script", "-qec", session.command, "/dev/null"], env={**os.environ, "TERM": "dumb"}, capture_output=True, timeout=60)
    assert shown.returncode == 0
    assert "人民路56号井" in shown.stdout.decode() and b"\x1b" not in shown.stdout


def test_a_daemon_that_goes_away_is_said_and_its_return_too(bench: Bench, tmp_path: Path) -> None:
    bench.platform()
    gateway = bench.gateway(bench.tcp(1))
    gateway.start()
    session = Session(bench, tmp_path / "t", SIZES["80x24"])
    try:
        session.start()
        session.terminal.wait_for("good")
        assert gateway.stop() == 0
        lines = session.terminal.wait_for("NO ANSWER since")
        assert any("old: " in line for line in lines), lines
        gateway.start()
        lines = session.terminal.wait_without("NO ANSWER")
        assert not any("old: " in line for line in lines), lines
        session.terminal.keys("q")
        session.must_be_over(0)
    finally:
        session.terminal.close()


def test_where_nobody_looks_it_is_one_plain_picture(shared: Bench) -> None:
    answer = shared.gateways[0].ask("watch", as_json=False)
    assert answer.exit == 0 and not answer.err, answer
    assert "\x1b" not in answer.out and "人民路56号井" in answer.out
    for words in ("HEALTHY", f"{cover(188)}/ch4/gas", "rs485-1", "readings", "city"):
        assert words in answer.out, words


def test_no_daemon_is_69_as_for_the_other_verbs(tmp_path: Path) -> None:
    for verb in (["watch"], ["watch", "--json"]):
        answer = ctl("--socket", str(tmp_path / "nobody"), *verb)
        assert answer.exit == 69 and str(tmp_path / "nobody") in answer.err and not answer.out, answer
    assert ctl("watch", "--every", "1ms").exit == 64


def test_as_json_every_look_is_a_line(shared: Bench) -> None:
    command = [program("gatewayctl"), "--socket", str(shared.gateways[0].socket), "--json", "watch", "--every", "200ms"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            looks = [json.loads(process.stdout.readline()) for _ in range(3)]
        finally:
            process.terminate()
    for look in looks:
        assert set(look) == {"status", "sensors", "alarms", "buses", "outbox", "uplinks"}
        assert look["sensors"]["sensors"] and look["status"]["gateway"] == "gw-500111-0007"
    ages = [look["status"]["uptime_seconds"] for look in looks]
    assert ages == sorted(set(ages)), "each line is a look of its own"
