"""The demonstration: what it shows fits the terminal, its verdict is earned, and it leaves nothing behind."""
from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Iterator

import pytest

from lab.account import Account
from lab.ledger import ALARMS, READINGS, Ledger
from lab.screen import BOLD, PLAIN, fit, width
from lab.wait import until
from test_bench import TOPIC, alarm, batch, reading

ESCAPE = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")
COMMAND = [sys.executable, "-m", "lab.demo", "--speed", "40", "--seed"]
BILL = re.compile(r"^(readings|alarm messages) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", re.MULTILINE)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder with a short path: that of the daemon's socket, four folders further down, has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="gw-") as name:
        yield Path(name)


def start(folder: Path, seed: int, output: int) -> subprocess.Popen[bytes]:
    """The demonstration, in a session of its own like a command of a shell; what it makes stands in the folder."""
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    return subprocess.Popen(
        [*COMMAND, str(seed)], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
        cwd=Path(__file__).parent, start_new_session=True, preexec_fn=heed_interrupts,
    )


def heed_interrupts() -> None:
    """Tests that were started in the background ignore interrupts, and would hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def must_be_good(text: str, status: int) -> None:
    """Holds a finished demonstration to what it must say."""
    assert status == 0 and "\nPASS  " in text and "FAIL" not in text, text[-3000:]
    bill = {name: list(map(int, numbers)) for name, *numbers in BILL.findall(text)}
    for produced, stored, delivered, missing, _ in (bill["readings"], bill["alarm messages"]):
        assert produced == stored == delivered > 0 == missing, bill
    assert bill["readings"][0] > 5000 and bill["alarm messages"][0] >= 8, bill
    for words in ("closed by the crew", "acknowledged from the platform", "the crew asks before it opens: STOP", "6/6  ", "methane-high raised at 人民路56号污水井", "kept while the link was cut", "gatewayctl"):
        assert words in text, words


def left_behind(folder: Path) -> list[str]:
    """Files in the folder, and programs that were started with something from it."""
    programs = [_command(process) for process in Path("/proc").glob("[0-9]*")]
    return [*map(str, folder.iterdir()), *(program for program in programs if str(folder) in program)]


@pytest.mark.alone  # forty times as fast: a second that it is held up is most of a minute in the story
def test_in_a_terminal_of_80_by_24_every_line_fits(tmp_path: Path) -> None:
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    demo = start(tmp_path, 1, inside)
    os.close(inside)
    heard = bytearray()
    try:
        while part := _read(terminal):
            heard += part
        status = demo.wait(60)
    finally:
        demo.kill()
        os.close(terminal)
    text = heard.decode()
    assert "\x1b[?1049h" not in text, "no other screen"
    frames = [ESCAPE.sub("", frame).replace("\r", "") for frame in text.split("\x1b[H")[1:]]
    assert len(frames) > 40
    wide = {line for frame in frames for line in frame.split("\n") if width(line) > 80}
    assert not wide, wide
    assert all(frame.count("\n") < 24 for frame in frames), "the terminal never scrolls"
    for number in range(1, 7):
        assert any(frame.startswith(f"{number}/6  ") for frame in frames), number
    assert any("link: CUT" in frame and "…48188  人民路56号污水井" in frame for frame in frames)
    must_be_good("".join(frames), status)
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "the cursor is back"
    assert left_behind(tmp_path) == []


@pytest.mark.alone  # forty times as fast: a second that it is held up is most of a minute in the story
def test_elsewhere_it_is_plain_lines_in_the_order_of_the_story(tmp_path: Path) -> None:
    output = tmp_path / "output"
    folder = tmp_path / "t"
    folder.mkdir()
    with output.open("wb") as file:
        status = start(folder, 2, file.fileno()).wait(120)
    text = output.read_text()
    assert "\x1b" not in text
    must_be_good(text, status)
    marks = ("1/6  ", "\n01:00  ", "2/6  ", "\n03:00  ", "3/6  ", "\n07:00  ", "5/6  ", "6/6  ", "PASS")
    places = [text.index(words) for words in marks]
    assert places == sorted(places)
    assert left_behind(folder) == []


def test_an_interrupt_ends_everything(tmp_path: Path) -> None:
    output = tmp_path / "output"
    folder = tmp_path / "t"
    folder.mkdir()
    with output.open("wb") as file:
        demo = start(folder, 1, file.fileno())
    try:
        until(lambda: "gatewayd is the box" in output.read_text(), 90, "the story begins")
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 130
    finally:
        demo.kill()
    assert output.read_text().endswith("\nstopped\n")
    assert left_behind(folder) == []


BROKEN, BACK = "2026-11-21T04:00:10.000Z", "2026-11-21T04:00:20.000Z"
EPOCH = 1_795_233_600.0


def account(*messages: tuple[str, bytes, float], stored: tuple[int, int] = (3, 2), met: int = 1) -> Account:
    """The bill of a little story: three readings and two alarms, the second ones of each kept through a cut."""
    ledger = Ledger()
    for kind, payload, time in messages:
        ledger.take(TOPIC + kind, payload, EPOCH + time)
    street: Any = SimpleNamespace(
        said=lambda words: [{"time": BACK if words == "the link is back" else BROKEN}],
        verdict=lambda: (met, 1, [] if met else ["never seen"]), speed=1,
    )
    story: Any = SimpleNamespace(quiet_until=0)
    made = Account(street, ledger, story, EPOCH, {READINGS: 1, ALARMS: 1})
    made.lanes = {
        name: {"committed": count, "last_seq": count, "dropped": 0} for name, count in zip((READINGS, ALARMS), stored)
    }
    return made


def simulated(seq: int) -> dict[str, Any]:
    """A reading of a simulation."""
    return reading(seq, origin="simulated")


FIRST = (READINGS, batch(0, simulated(1), simulated(2)), 5)
RAISED, RETURNED = (ALARMS, alarm(0, 1), 6), (ALARMS, alarm(1, 2, **{"from": "unacknowledged", "to": "normal", "cause": "returned"}), 21)
LAST = (READINGS, batch(2, simulated(3)), 22)


def test_a_bill_that_is_right_has_no_failures() -> None:
    good = account(FIRST, RAISED, RETURNED, LAST)
    assert good.failures(0) == [] and good.has_arrived()
    bill = BILL.findall("\n".join(good.lines()))
    assert bill == [("readings", "3", "3", "3", "0", "0"), ("alarm messages", "2", "2", "2", "0", "0")]


@pytest.mark.parametrize("wrong, ended, words", [
    (account(FIRST, RAISED, RETURNED), 0, "readings: 0 dropped before they were stored, 3 stored, 2 delivered"),
    (account(FIRST, RAISED, LAST), 0, "alarms: 0 dropped before they were stored, 2 stored, 1 delivered"),
    (account(FIRST, RAISED, RETURNED, (READINGS, batch(3, simulated(4)), 22), stored=(4, 2)), 0, "lost 3 to 3"),
    (account(FIRST, RAISED, (*LAST[:2], 20.5), RETURNED), 0, "after the cut came ['readings']"),
    (account(FIRST, RAISED, RETURNED, (READINGS, batch(2, reading(3)), 22)), 0, "are marked"),
    (account(FIRST, RAISED, RETURNED, LAST, (READINGS, batch(2, simulated(3)), 23)), 0, "was not in flight"),
    (account(FIRST, RAISED, RETURNED, LAST, met=0), 0, "0 of 1 expectations met\nnever seen"),
    (account(FIRST, RAISED, RETURNED, LAST), 1, "gatewayd ended with 1"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_bill_that_is_wrong_is_said_to_be(wrong: Account, ended: int, words: str) -> None:
    failures = wrong.failures(ended)
    assert any(words in failure for failure in failures), failures


@pytest.mark.parametrize("text, columns, fitted", [
    ("井盖", 4, "井盖"), ("井盖", 3, "井 "), ("井盖", 6, "井盖  "), ("ab", 1, "a"),
    (f"{BOLD}井盖{PLAIN}", 3, f"{BOLD}井{PLAIN} "),
])
def test_wide_characters_and_colours_are_fitted(text: str, columns: int, fitted: str) -> None:
    assert fit(text, columns) == fitted and width(fit(text, columns)) == columns


def _command(process: Path) -> str:
    """How a program was started; nothing when it has ended meanwhile."""
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _read(terminal: int) -> bytes:
    """What comes next; nothing when the other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
