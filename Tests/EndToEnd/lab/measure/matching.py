"""Every value that was served beside every value that arrived: what is missing, doubled, out of order, and how long it took."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Sequence

from .field import REGISTERS, Served
from .receiver import Arrival

WINDOW = 3.0  # seconds before a break of the connection in which what arrived may have been in flight


@dataclass
class Match:
    """The outcome. Pure facts; what is allowed of them is the gates' matter."""

    missing: list[float] = field(default_factory=list)   # times at which they were served
    doubled: int = 0
    doubled_beyond: int = 0                               # repetitions of what cannot have been in flight
    out_of_order: int = 0
    strange: int = 0                                      # arrived and never served, or without a value
    pairs: list[tuple[float, float]] = field(default_factory=list)   # served, arrived


def match(
    served: Iterable[Served], arrivals: Iterable[Arrival], breaks: Sequence[float] = (), until: float = float("inf")
) -> Match:
    """Matches by sensor, channel and value; each of these was served but once. What was served after `until` may be missing:
    it may still be on its way."""
    outcome, highest = Match(), 0
    first: dict[tuple[str, str, int], float] = {}
    for arrival in arrivals:
        before = first.get(arrival.key)
        if before is None:
            first[arrival.key] = arrival.time
            outcome.out_of_order += arrival.seq < highest
            highest = max(highest, arrival.seq)
            continue
        outcome.doubled += 1
        outcome.doubled_beyond += not any(before > at - WINDOW for at in breaks if at < arrival.time)
    for reply in served:
        for place in range(REGISTERS):
            arrived = first.pop((f"b{reply.bus}u{reply.unit}", f"c{place}", reply.word(place)), None)
            if arrived is not None:
                outcome.pairs.append((reply.time, arrived))
            elif reply.time <= until:
                outcome.missing.append(reply.time)
    outcome.strange = len(first)
    return outcome


def commit_due(times: Sequence[float], interval: float | None) -> list[float]:
    """For each time of serving (in order) when its commit was due: `interval` after the first of its group, or, with None,
    at the end of its round (rounds are more than 200 ms apart)."""
    due: list[float] = []
    start = 0
    for index, at in enumerate(times):
        ends = at - times[start] > interval if interval is not None else index > 0 and at - times[index - 1] > 0.2
        if ends:
            due += [_end(times, start, index, interval)] * (index - start)
            start = index
    return due + [_end(times, start, len(times), interval)] * (len(times) - start)


def _end(times: Sequence[float], start: int, end: int, interval: float | None) -> float:
    return times[end - 1] if interval is None else times[start] + interval


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
