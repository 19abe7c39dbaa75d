"""What is not allowed to get worse, as a pure function of the figures; everything else in them is only recorded."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gate:
    """A figure by its path in the figures, and the most it may be."""

    name: str
    path: str
    most: float
    optional: bool = False  # may be left out of a quick run; what is not there can otherwise not hold


@dataclass(frozen=True)
class Verdict:
    """A gate and what it was held against; None when the figure is not there."""

    gate: Gate
    figure: float | None

    @property
    def holds(self) -> bool:
        """True when nothing is wrong."""
        return self.gate.optional if self.figure is None else self.figure <= self.gate.most


CPU_RATIO, RSS_MB, BYTES_RATIO, DRAINED_S, GROWTH_MB = 3.0, 30.0, 1.1, 5.0, 4.0

LINE_RATIO, SILENT_RATIO = 1 / 0.95, 1.1  # the line itself sets the time: these are no figures of this machine

IN_FLIGHT_MB = 6.0  # a fast drain fills the window: 28 batches of 113 kB, once with us and once with libmosquitto


def losses(workload: str, words: str, *kinds: str, optional: bool = False) -> list[Gate]:
    """Nothing of these kinds."""
    return [Gate(f"{words}: {kind.replace('_', ' ')}", f"{workload}.{kind}", 0, optional) for kind in kinds]


GATES = [
    Gate("W1: processor time, times the floor's", "w1.cpu_ratio", CPU_RATIO),
    Gate("W1: RSS, MB", "w1.gatewayd.rss_mb", RSS_MB),
    Gate("W1: bytes of a reading, times the floor's", "w1.bytes_ratio", BYTES_RATIO),
    *losses("w1.gatewayd", "W1", "missing", "doubled", "out_of_order"),
    *losses("w3.gatewayd", "W3", "missing", "doubled_beyond_window", "out_of_order", "strange"),
    Gate("W3: drained, s after the broker's return", "w3.gatewayd.drained_s", DRAINED_S),
    Gate("W3: growth of memory while all wait, MB", "w3.gatewayd.growth_waiting_mb", GROWTH_MB),
    Gate("W3: growth of memory, drain included, MB", "w3.gatewayd.growth_mb", GROWTH_MB + IN_FLIGHT_MB),
    Gate("W3: highest RSS, MB", "w3.gatewayd.rss_highest_mb", RSS_MB),
    *losses("w3.long", "W3 with ten times the feed", "missing", "doubled_beyond_window", "out_of_order", optional=True),
    Gate("W3 with ten times the feed: growth of memory while all wait, MB", "w3.long.growth_waiting_mb", GROWTH_MB, True),
    Gate("W3 with ten times the feed: growth of memory, drain included, MB", "w3.long.growth_mb", GROWTH_MB + IN_FLIGHT_MB, optional=True),
    Gate("W5: one transaction at 9600 baud, times the arithmetic", "w5.baud9600.times_arithmetic", LINE_RATIO),
    Gate("W5: one transaction at 115200 baud, times the arithmetic", "w5.baud115200.times_arithmetic", LINE_RATIO),
    Gate("W5: the others' cycle with one silent of ten, times that without", "w5.one_of_ten.ratio", SILENT_RATIO),
    Gate("W5: the others' cycle with four silent of 32, ms", "w5.four_of_32.cycle_silent_ms", 2000),
    Gate("W7: an alarm from the wire to the platform behind a backlog, 99 %, ms", "w7.alarm_p99_ms", 50),
    # 20,000 readings drained a second, alarms first, on two cores.
    Gate("W7: draining a reading, µs", "w7.drain_us_per_reading", 50),
    *losses("w8", "W8, ten million readings", "given_up", optional=True),
    Gate("W8: growth of memory from the first million readings to the tenth, MB", "w8.growth_mb", GROWTH_MB, True),
    # The start's work grows with the site, and not with its square.
    Gate("check of 1,024 sensors, times that of 64", "check_times_for_sixteenfold", 32),
    # A million readings a second on one core.
    Gate("alarm engine: ns a reading, 300 rules", "engine_ns_per_reading", 1000),
    *losses("w4.gatewayd", "W4", "missing_beyond_open_commit", "doubled_beyond_window", "out_of_order", "strange"),
    # A floor that loses something is no measure for one that does not.
    *losses("w1.floor", "W1, floor", "missing"),
    *losses("w3.floor", "W3, floor", "missing", "doubled_beyond_window", "out_of_order"),
    *losses("w4.floor", "W4, floor", "missing_beyond_open_commit", "out_of_order"),
]


def figure(figures: dict[str, Any], path: str) -> float | None:
    """The figure at `a.b.c`."""
    found: Any = figures
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def judge(figures: dict[str, Any]) -> list[Verdict]:
    """Every gate with its figure."""
    return [Verdict(gate, figure(figures, gate.path)) for gate in GATES]


def exit_status(figures: dict[str, Any]) -> int:
    """1 when a gate is broken."""
    return 0 if all(verdict.holds for verdict in judge(figures)) else 1
