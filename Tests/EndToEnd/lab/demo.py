"""The demonstration: about a minute of the main job on one screen, and whether it was done.

Exit status 0 when everything arrived, 1 when something is missing, was changed or did not happen in time.
"""
from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

from . import judge
from .bench import KELLER, WITMOTION, XCD, Bench, cover
from .bus import MODBUS_TCP, Slave
from .ledger import ALARMS, READINGS
from .panel import Panel
from .screen import GREEN, RED, Screen

COVER = cover(188)
LOW, HIGH = 5.0, 38.0


class Demo:
    """The parts, what is shown of them, and the story they go through."""

    def __init__(self, bench: Bench, screen: Screen):
        self.bench, self.screen, self.phase = bench, screen, ""
        self.platform = bench.platform()
        self.line = bench.rtu(Slave(3, XCD, COVER, "ch4"), Slave(80, WITMOTION, COVER, "tilt"))
        self.network = bench.bus("plc", MODBUS_TCP, [Slave(1, KELLER, COVER, "level")])
        self.gateway = bench.gateway(self.line, self.network)
        self.gateway.configuration["gateway"]["language"] = "zh"
        self.gateway.write()
        self.panel = Panel(screen, self.gateway, self.platform)

    def run(self) -> bool:
        """Tells the story; true when all of it happened and nothing is missing."""
        self.screen.say("mosquitto with TLS, three pymodbus slaves and the platform are running")
        self.gateway.start()
        self.screen.say(f"gatewayd is running, pid {self.gateway.child.pid}")
        self._pass("1/5  readings arrive at the platform", 14)
        self.line.set(3, methane=HIGH)
        self.screen.say("methane rises at 人民路56号井")
        self._until("2/5  methane rises", 30, lambda: self._alarm("unacknowledged"))
        self.screen.say("the alarm is at the platform")
        self._pass("2/5  the alarm is at the platform", 7)
        broken = time.time()
        self.bench.broker.stop()
        self.screen.say("the broker is stopped; methane falls meanwhile")
        self.line.set(3, methane=LOW)
        self._pass("3/5  no broker: the outbox grows", 18)
        kept = self.panel.waiting[READINGS]
        back = time.time()
        self.bench.broker.start()
        self.screen.say(f"the broker is back; {kept} readings and {self.panel.waiting[ALARMS]} alarm transitions wait")
        self._until("4/5  the backlog is delivered", 90, lambda: self._alarm("returned-unacknowledged") and self._caught_up())
        self.screen.say("the backlog has arrived, alarms first" if self._alarm_first(back) else "the alarm did NOT come first")
        self._pass("5/5  back to normal", 4)
        return self._settle(broken, back, kept)

    def _settle(self, broken: float, back: float, kept: int) -> bool:
        lane, highest = self.gateway.lane(READINGS), self.gateway.highest(READINGS)
        self._until("5/5  the last readings", 60, self._caught_up)
        ended = self.gateway.stop()
        ledger, failures = self.platform.ledger, []
        for check in (
            lambda: judge.faultless(ledger, self.bench.buses), lambda: judge.in_flight_only(ledger, broken, back),
            lambda: _hold(kept > 0, "nothing was kept while the broker was away"),
            lambda: _hold(self._alarm_first(back), "the alarm was not the first to arrive after the outage"),
            lambda: _hold(ended == 0, f"gatewayd ended with {ended}"),
        ):
            try:
                check()
            except AssertionError as failure:
                failures.append(str(failure))
        self._summary(lane, highest, failures)
        return not failures

    def _summary(self, lane: dict[str, Any], highest: int, failures: list[str]) -> None:
        ledger = self.platform.ledger
        readings, alarms = ledger.lane(READINGS), ledger.lane(ALARMS)
        missing = sum(len(seqs) for seqs in ledger.missing().values())
        produced = lane["committed"] + lane["dropped"]
        delivered = sum(seq <= highest for seq in readings.records)
        verdict = self.screen.colour("FAIL", RED) if failures else self.screen.colour("PASS", GREEN)
        self.screen.draw([])
        print(
            f"\nreadings  produced {produced}  stored {lane['committed']}  delivered {delivered}  missing {missing}"
            f"  duplicates {len(readings.duplicates())}"
            f"\nalarms    transitions {len(alarms.records)}: {', '.join(alarm['to'] for alarm in ledger.alarms())}"
            f"\n{verdict}"
        )
        for failure in failures:
            print(f"  {failure}")

    def _pass(self, phase: str, duration: float) -> None:
        deadline = time.monotonic() + duration
        self._until(phase, duration + 5, lambda: time.monotonic() >= deadline)

    def _until(self, phase: str, within: float, condition: Callable[[], Any]) -> None:
        self.phase = phase
        deadline = time.monotonic() + within
        while not condition():
            self.gateway.child.must_run()
            assert time.monotonic() < deadline, f"not within {within:g} s: {phase}\n{self.gateway.child.tail()}"
            self._refresh()
            time.sleep(0.5)
        self._refresh()

    def _refresh(self) -> None:
        self.panel.refresh(self.phase)

    def _alarm(self, state: str) -> bool:
        return self.platform.ledger.alarm(rule="methane-high", to=state) is not None

    def _caught_up(self) -> bool:
        ledger = self.platform.ledger
        wanted = {name: self.gateway.highest(name) for name in (READINGS, ALARMS)}
        return all(ledger.lane(name).highest >= seq for name, seq in wanted.items()) and not ledger.missing()

    def _alarm_first(self, back: float) -> bool:
        arrivals = self.platform.ledger.arrivals
        first = next((one for one in arrivals if one.time >= back and one.kind != "state" and not one.resent), None)
        return first is not None and first.kind == ALARMS


def _hold(condition: bool, words: str) -> None:
    assert condition, words


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Runs the demonstration in a temporary folder and leaves nothing behind."""
    parser = argparse.ArgumentParser(prog="demo", description="The main job of gatewayd on one screen, in about a minute.")
    parser.add_argument("--keep", action="store_true", help="keep the folder with configuration, logs and stores")
    keep = parser.parse_args().keep
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="gatewayd-demo-"))
    bench = None
    try:
        bench = Bench(folder / "b")
        with Screen() as screen:
            return 0 if Demo(bench, screen).run() else 1
    except AssertionError as failure:
        print(f"\nFAIL  {failure}")
        return 1
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    finally:
        if bench:
            bench.close()
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
