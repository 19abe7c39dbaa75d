"""The demonstration's case: one alarm from being raised to being closed, by the platform's people and the crew."""
from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, Callable

from .gateway import ctl
from .ledger import Ledger
from .served import seconds
from .story import clock

DISPATCHER, CREW = "王调度", "第二抢修班"


@dataclass
class Case:
    """Follows the first alarm of a rule and does at each step what people would do then."""

    rule: str
    cover: str
    socket: str
    publish: Callable[[str, bytes], None]
    gateway: str
    say: Callable[[str], None]
    line: list[tuple[float, str]] = field(default_factory=list)
    alarm: str = ""
    done: set[str] = field(default_factory=set)

    def follow(self, ledger: Ledger, now: float, begin: float, aired: float) -> None:
        """Looks at what the platform has by now, and takes the next step when it is time for it."""
        steps = [step for step in ledger.alarms() if step["rule"] == self.rule and step["cover"] == self.cover]
        if not steps:
            return
        self.alarm = self.alarm or steps[0]["alarm"]
        mine = {step["cause"]: step for step in reversed(steps) if step["alarm"] == self.alarm}
        raised = mine["raised"]
        self._once("raised", seconds(raised["detected"]) - begin, f"methane-high raised, {raised['value']:.0f} {raised['unit']}, and at the platform")
        if self._once("ordered", now, f"acknowledged from the platform by {DISPATCHER}, who sends {CREW}"):
            self._acknowledge()
        if now >= aired and "advice" not in self.done:
            self._advice(now)
        if "returned" in mine:
            returned = mine["returned"]
            self._once("returned", seconds(returned["detected"]) - begin, f"ventilated, back to {returned['value']:.0f} {returned['unit']}")
            if mine["returned"]["to"] == "normal" and self._once("closed", now, "closed by the crew: «aired, nothing left»"):
                self._close()

    def lines(self) -> list[str]:
        """The time line."""
        return [f"{clock(at)}  {words}" for at, words in sorted(self.line)]

    def is_closed(self, ledger: Ledger) -> bool:
        """Whether the platform has the last step."""
        return any(step["alarm"] == self.alarm and step["to"] == "closed" for step in ledger.alarms())

    def _once(self, step: str, at: float, words: str) -> bool:
        if step in self.done:
            return False
        self.done.add(step)
        self.line.append((at, words))
        return True

    def _acknowledge(self) -> None:
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        command = {"id": f"demo-{self.alarm[:8]}", "verb": "ack", "args": {"alarm": self.alarm, "by": DISPATCHER}, "expires": expires}
        self.publish(f"manhole/v1/{self.gateway}/commands", json.dumps(command).encode())

    def _advice(self, now: float) -> None:
        answer: dict[str, Any] = ctl("--socket", self.socket, "--json", "entry-advice", self.cover, "--language", "en").json
        first = answer["findings"][0]["text"] if answer["findings"] else "–"
        self._once("advice", now, f"the crew asks before it opens: {answer['verdict'].upper()}")
        self.say(f"{clock(now)}  crew: gatewayctl entry-advice says {answer['verdict'].upper()}: {first}")

    def _close(self) -> None:
        ctl("--socket", self.socket, "alarms", "close", self.alarm, "--note", "aired, nothing left")
