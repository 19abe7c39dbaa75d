"""What the demonstration tells: the phases of its scenario in plain words, at the times that stand in the scenario's file."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import schema
from .gateway import REPOSITORY

UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
# Said together with what was seen by then.
TRAFFIC_ENDS, LINK_IS_BACK = "the traffic ends", "the link is back"


@dataclass(frozen=True)
class Phase:
    """One part of the story: from when on, its title, and what is said when it begins."""

    begin: float
    title: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """Something that happens at a moment inside a phase."""

    at: float
    words: str


class Story:
    """The demonstration's scenario: traffic, a lid, a gas, and a cut of the link with another lid in it."""

    def __init__(self, scenario: Path, names: list[str]):
        content = schema.read(scenario.read_text(encoding="utf-8"))
        self.duration = seconds(content["duration"])
        traffic, lid, gas, cut, crew = (
            _event(content["events"], "vehicles"), _event(content["events"], "lid"), _event(content["events"], "gas"),
            _event(content["events"], "link"), _event(content["events"], "lid", last=True),
        )
        opened, well = names[lid["cover"] - 1], names[gas["cover"] - 1]
        self.well: int = gas["cover"] - 1
        self.traffic = seconds(traffic["at"]), _end(traffic)
        self.cut, self.mended, self.aired = seconds(cut["at"]), _end(cut), seconds(crew["at"])
        self.quiet_until = seconds(lid["at"])
        self.rule = "methane-high"
        rules = schema.read((REPOSITORY / "boards/rules/gas.yaml").read_text(encoding="utf-8"))["rules"]
        self.limit = next(rule["when"]["above"] for rule in rules if rule["id"] == self.rule)
        self.phases = [
            Phase(0, "A calm street", ()),
            Phase(self.traffic[0], "Traffic: it may raise nothing", ("cars and lorries roll over every cover, ten a minute",)),
            Phase(seconds(lid["at"]), f"Somebody opens {opened}", (f"somebody opens the cover of {opened}",)),
            Phase(seconds(gas["at"]), f"Methane rises in {well}", (f"methane seeps into {well}",)),
            Phase(self.cut, "The link is cut: everything is kept", ("the link between gateway and platform is cut",)),
            Phase(self.mended, "The link is back", (LINK_IS_BACK,)),
        ]
        self.causes = [
            *(Cause(phase.begin, words) for phase in self.phases for words in phase.says),
            Cause(_end(traffic), TRAFFIC_ENDS), Cause(_end(lid), "the cover is closed again"),
            Cause(self.aired, f"a crew opens {well} to air it; the platform cannot know yet"),
            Cause(_end(crew), "the crew closes it"),
        ]
        self.causes.sort(key=lambda cause: cause.at)

    def number(self, time: float) -> int:
        """Which phase it is at this simulated time, from 1."""
        return sum(phase.begin <= time for phase in self.phases) or 1


def seconds(duration: str) -> float:
    """A duration as a configuration has it, like `2 min`."""
    number, unit = duration.split()
    return float(number) * UNITS[unit]


def clock(time: float) -> str:
    """Minutes and seconds of the story."""
    return f"{max(0, int(time)) // 60:02d}:{max(0, int(time)) % 60:02d}"


def _end(event: dict[str, Any]) -> float:
    return seconds(event["at"]) + seconds(event["for"])


def _event(events: list[dict[str, Any]], cause: str, *, last: bool = False) -> dict[str, Any]:
    return [event for event in events if cause in event][-1 if last else 0]
