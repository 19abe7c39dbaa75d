"""The demonstration: two minutes of the main job on one screen, on a simulated street, and whether it was done.

Exit status 0 when everything arrived and was as the scenario expects; 1 when something is missing, was changed or did not happen.
"""
from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from . import panel
from .account import Account
from .bench import Bench
from .case import Case
from .ledger import ALARMS, READINGS
from .looks import Looks
from .panel import count
from .screen import BOLD, GREEN, RED, Screen, width
from .served import seconds
from .story import LINK_IS_BACK, TRAFFIC_ENDS, Story, clock
from .street import FOLDER, Street
from .wait import until

SCENARIO = FOLDER / "demo-street.yaml"
LANES = (READINGS, ALARMS)


class Demo:
    """The parts, what is shown of them, and the story they go through."""

    def __init__(self, bench: Bench, screen: Screen, seed: int, speed: float):
        self.bench, self.screen, self.seed, self.speed = bench, screen, seed, speed
        self.platform = bench.platform()
        self.street = Street(bench.folder / "street", SCENARIO, seed, speed)
        bench.parts.callback(self.street.child.kill)
        self.street.send_to(bench.broker, bench.authority.client("gateway"))
        self.street.configuration["uplinks"]["city"]["batch"]["max_interval"] = "1 s"
        self.covers = self.street.configuration["covers"]
        self.story = Story(SCENARIO, [cover["name"] for cover in self.covers])
        self.causes = list(self.story.causes)
        self.begin, self.told, self.has_all = 0.0, 0, False
        self.case = Case(
            self.story.rule, self.covers[self.story.well]["code"], str(self.street.socket),
            lambda topic, payload: self.platform.client.publish(topic, payload, qos=1) and None,
            self.street.configuration["gateway"]["id"], screen.say,
        )
        # What waited when the gateway was last asked before the link came back, and the highest numbers then.
        self.kept, self.kept_to = dict.fromkeys(LANES, 0), dict.fromkeys(LANES, 0)

    def run(self) -> bool:
        """Tells the story; true when all of it happened and nothing is missing."""
        self.screen.say("00:00  gatewayd is the box beside the road that watches manhole covers")
        self.screen.say("00:00  real here: gatewayd, mosquitto with TLS as the city's broker, a platform")
        self.screen.say("00:00  simulated here: four covers, their sensors, traffic, gas and people")
        self.street.start()
        until(self.street.socket.exists, 20, lambda: f"gatewayd answers\n{self.street.child.tail()}")
        self.looks = Looks(self.street.socket, "400ms")
        self.bench.parts.callback(self.looks.stop)
        until(lambda: self.looks.latest, 20, lambda: f"gatewayd answers\n{self.street.child.tail()}")
        self.begin = seconds(self.looks.latest["status"]["simulation"]["begin"])
        deadline = time.monotonic() + self.story.duration / self.speed * 1.2 + 60
        while not self.street.said("scenario over"):
            self.street.child.must_run()
            assert time.monotonic() < deadline, f"the story does not end\n{self.street.child.tail()}"
            self._refresh()
            self._follow()
            time.sleep(0.2)
        return self._settle()

    def _follow(self) -> None:
        now = min((time.time() - self.begin) * self.speed, self.story.duration)
        self.case.follow(self.platform.ledger, now, self.begin, self.story.aired)

    def _settle(self) -> bool:
        """Waits for what is stored now to arrive, ends the gateway, and sums up."""
        account = Account(self.street, self.platform.ledger, self.story, self.begin, self.kept)
        account.ask()
        deadline = time.monotonic() + 60
        while not account.has_arrived() and time.monotonic() < deadline:
            self._refresh()
            time.sleep(0.2)
        self._refresh()
        self.looks.stop()
        failures = account.failures(self.street.child.terminate(20))
        if not self.case.is_closed(self.platform.ledger):
            failures.append("the methane alarm's case was not closed at the platform")
        verdict = self.screen.colour("FAIL", RED) if failures else self.screen.colour("PASS", GREEN)
        over = self.screen.colour("The story is over.", BOLD)
        self.screen.finish([
            f"{over} It took {clock(self.story.duration)} on the street, seed {self.seed}.",
            *account.lines(), *self.case.lines(), f"{self.screen.colour(verdict, BOLD)}  {account.verdict(failures)}",
            *(f"  {line}" for failure in failures for line in failure.splitlines()),
        ])
        return not failures

    def _refresh(self) -> None:
        now = min((time.time() - self.begin) * self.speed, self.story.duration)
        look, number = self.looks.latest, self.story.number(now)
        assert look is not None, "a look came before"
        is_cut = self.story.cut <= now < self.story.mended
        while self.causes and self.causes[0].at <= now:
            self.screen.say(f"{clock(self.causes[0].at)}  {self._cause(self.causes.pop(0).words)}")
        self._tell_alarms()
        if is_cut:
            self._note(look)
        elif now >= self.story.mended and not self.has_all and self._has_all():
            self.has_all = True
            self.screen.say(f"{clock(now)}  platform: everything that was kept has arrived")
        arrived = {name: len(self.platform.ledger.lane(name).records) for name in LANES}
        columns, bold = self.screen.columns, lambda text: self.screen.colour(text, BOLD)
        speed = f"{self.speed:g} times as fast as real"
        title = f"{number}/{len(self.story.phases)}  {self.story.phases[number - 1].title}", self._so_far(number, now)
        titles = ["".join(title)] if width("".join(title)) <= columns else [title[0], f"     {title[1].lstrip(':, ')}"]
        self.screen.draw([
            *map(bold, titles),
            f"simulated time {clock(now)} of {clock(self.story.duration)}, {speed}; –: no such sensor", "",
            *panel.table(self.covers, look, columns, self.screen), "",
            panel.gateway(look, is_cut, self.screen),
            f"platform  {count(arrived[READINGS], 'reading')}, {count(arrived[ALARMS], 'alarm message')} received",
            f"          last alarm: {self._last_alarm()}", "",
        ], number)

    def _so_far(self, number: int, now: float) -> str:
        """What has become of a phase by now, for its title."""
        alarms = self.platform.ledger.alarms()
        if number == 1:
            reported = len({reading["cover"] for reading in self.platform.ledger.readings()})
            return f": {reported} of {len(self.covers)} covers have reported to the platform"
        if number == 3:
            last = {alarm["alarm"]: panel.WORDS[alarm["cause"]] for alarm in alarms if panel.is_told(alarm)}
            if "raised" in last.values():
                return ": the platform has the alarm"
            return ": closed, all is normal again" if last else ""
        if number == 4:
            is_there = any(alarm["rule"] == self.story.rule for alarm in alarms)
            return ": the platform has the alarm" if is_there else f", the alarm is set at {self.story.limit}"
        if number == 5 and now >= self.story.aired:
            return ", while a crew airs the manhole"
        if number == 6:
            return ": what was kept has arrived" if self.has_all else ": what was kept is sent, alarms first"
        return ""

    def _cause(self, words: str) -> str:
        """A cause in words, with what was seen by now."""
        if words == LINK_IS_BACK:
            return f"{words}; {count(self.kept[READINGS], 'reading')} and {count(self.kept[ALARMS], 'alarm message')} waited"
        if words == TRAFFIC_ENDS:
            raised = len(self.platform.ledger.alarms())
            alarms = count(raised, "alarm") if raised else "no alarm"
            return f"{words}; wheels moved a lid by up to {self._shaking():.1f} deg; {alarms}"
        return words

    def _shaking(self) -> float:
        """How far traffic tilted a lid from where it rests, in degrees."""
        tilts: dict[str, list[float]] = {}
        for reading in self.platform.ledger.readings():
            time = seconds(reading["time"]) - self.begin
            if reading["quantity"] == "tilt" and reading["value"] is not None and time <= self.story.traffic[1]:
                tilts.setdefault(reading["cover"], []).append(reading["value"])
        return max((max(values) - median(values) for values in tilts.values()), default=0)

    def _tell_alarms(self) -> None:
        """Says what came to the platform since the last time."""
        lane = self.platform.ledger.lane(ALARMS)
        for alarm in self.platform.ledger.alarms()[self.told:]:
            self.told += 1
            if not panel.is_told(alarm):
                continue
            arrival = (lane.first[alarm["seq"]].time - self.begin) * self.speed
            detected = seconds(alarm["detected"]) - self.begin
            late = f" (of {clock(detected)})" if detected < self.story.mended <= arrival else ""
            self.screen.say(f"{clock(arrival)}  platform: {panel.happened(alarm)}{late}")

    def _last_alarm(self) -> str:
        alarms = [alarm for alarm in self.platform.ledger.alarms() if panel.is_told(alarm)]
        if not alarms:
            return "none"
        return f"{clock(seconds(alarms[-1]['detected']) - self.begin)}  {panel.happened(alarms[-1])}"

    def _note(self, look: dict[str, Any]) -> None:
        for lane in look["outbox"]["lanes"]:
            self.kept[lane["lane"]], self.kept_to[lane["lane"]] = lane["waiting"], lane["last_seq"] or 0

    def _has_all(self) -> bool:
        ledger = self.platform.ledger
        return all(ledger.lane(name).highest >= self.kept_to[name] for name in LANES) and not ledger.missing()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 60:
        raise argparse.ArgumentTypeError("above 0 and up to 60")
    return speed


def main() -> int:
    """Runs the demonstration in a temporary folder, which stays only when asked for or when something went wrong."""
    parser = argparse.ArgumentParser(prog="make demo", description="The main job of gatewayd on one screen, about two minutes.")
    parser.add_argument("--seed", type=int, default=1, help="what chance is made of; 1 unless given")
    parser.add_argument("--speed", type=_speed, default=6, help="simulated seconds in a real one; 6 unless given, at most 60")
    parser.add_argument("--keep", action="store_true", help="keep the folder with configuration, logs and store")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="gatewayd-demo-"))
    bench, is_good = None, False
    try:
        bench = Bench(folder / "b")
        with Screen() as screen:
            is_good = Demo(bench, screen, arguments.seed, arguments.speed).run()
    except AssertionError as failure:
        print(f"\nFAIL  {failure}")
    except KeyboardInterrupt:
        print("\nstopped")
        shutil.rmtree(folder, ignore_errors=True)
        return 130
    finally:
        if bench:
            bench.close()
    if arguments.keep or not is_good:
        print(f"kept for a look: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    if is_good:
        print(NEXT)
    return 0 if is_good else 1


NEXT = """
What next? The same street, in two terminals (README.md, "Without hardware"):
  .build/debug/gatewayd run --config boards/simulated/street.yaml --speed 6 \\
      --simulate boards/simulated/demo-street.yaml
  .build/debug/gatewayctl --socket boards/simulated/street.sock watch"""


if __name__ == "__main__":
    sys.exit(main())
