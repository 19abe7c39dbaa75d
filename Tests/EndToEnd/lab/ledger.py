"""The platform's book: what arrived, in which order, and whether anything was lost, repeated or changed (contract §3).

Only facts and complaints are kept here; a test decides which duplicates and gaps it expects.
"""
from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from . import form

READINGS, ALARMS = "readings", "alarms"
ENVELOPE_FIELDS = {"schema", "gateway", "store", "boot", "after", "buffered", "attempt", "attempts", "sent"}


@dataclass(frozen=True)
class Arrival:
    """One message as it came: order and time of arrival, and whether the broker says that it sent it to us before."""

    order: int
    time: float
    topic: str
    retained: bool
    resent: bool
    message: Any

    @property
    def kind(self) -> str:
        """`state`, `readings`, `alarms`, …"""
        return self.topic.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Gap:
    """Numbers that were given up, and why."""

    first: int
    last: int
    count: int
    reason: str


@dataclass(frozen=True)
class Repeat:
    """A record that came again: how often that was by then, and how many messages with new records its first one lay back."""

    seq: int
    times: int
    back: int
    time: float


@dataclass
class Lane:
    """One lane of one store."""

    name: str
    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    first: dict[int, Arrival] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)
    repeats: list[Repeat] = field(default_factory=list)
    again: Counter[int] = field(default_factory=Counter)
    fresh: dict[int, int] = field(default_factory=dict)
    messages: int = 0
    gaps: list[Gap] = field(default_factory=list)
    last: int = 0
    newest: int = 0
    complaints: list[str] = field(default_factory=list)

    def covers(self, seq: int) -> bool:
        """True when the number was received or stands in a gap."""
        return seq in self.records or any(gap.first <= seq <= gap.last for gap in self.gaps)

    def missing(self) -> list[int]:
        """Numbers up to the highest known that neither arrived nor stand in a gap."""
        known = set(self.records)
        for gap in self.gaps:
            known.update(range(gap.first, gap.last + 1))
        return [seq for seq in range(1, self.highest + 1) if seq not in known]

    @property
    def highest(self) -> int:
        """The highest number received or named in a gap."""
        return max([self.newest, *(gap.last for gap in self.gaps)])

    def duplicates(self) -> list[int]:
        """Numbers that arrived more than once."""
        return sorted(seq for seq, count in self.times.items() if count > 1)

    def take(self, after: int, items: list[dict[str, Any]], arrival: Arrival) -> None:
        """Enters the records of one message, in their order."""
        self._chain(after, items)
        before, known = after, len(self.records)
        for item in items:
            if "gap" in item:
                before = self._take_gap(item, before)
                continue
            seq = item["seq"]
            if seq <= before:
                self._complain(f"seq {seq} stands after {before} in one message")
            before = seq
            self._take_record(seq, item, arrival)
        self.last = max(self.last, before)
        self.messages += len(self.records) > known

    def _chain(self, after: int, items: list[dict[str, Any]]) -> None:
        """`after` is not the last one we have exactly when something was lost; a re-sent record explains a smaller one."""
        named = {number for item in items if "gap" in item for number in range(item["gap"]["from"], item["gap"]["to"] + 1)}
        lost = [seq for seq in range(self.last + 1, after + 1) if not self.covers(seq) and seq not in named]
        if lost:
            self._complain(f"after is {after} but the last one here is {self.last}: lost {lost[0]} to {lost[-1]}")
        resent = any(item.get("seq") in self.records for item in items) or any(self.covers(number) for number in named)
        between = [seq for seq in range(after + 1, self.last + 1) if seq in self.records]
        if between and not resent:
            self._complain(f"after is {after} though {between[-1]} came before, and nothing in the message is a repetition")

    def _take_record(self, seq: int, item: dict[str, Any], arrival: Arrival) -> None:
        self.times[seq] += 1
        if seq in self.records:
            if canonical(self.records[seq]) != canonical(item):
                self._complain(f"seq {seq} has two contents: {canonical(self.records[seq])} and {canonical(item)}")
            # What the broker sends again is not the gateway's repetition.
            if not arrival.resent:
                self.again[seq] += 1
                self.repeats.append(Repeat(seq, self.again[seq], self.messages - self.fresh[seq], arrival.time))
            return
        if seq < self.newest:
            self._complain(f"first arrival of {seq} after {self.newest}")
        self.newest = max(self.newest, seq)
        self.records[seq], self.first[seq], self.fresh[seq] = item, arrival, self.messages

    def _take_gap(self, item: dict[str, Any], before: int) -> int:
        for complaint in form.gap(item["gap"]):
            self._complain(f"gap: {complaint}")
        gap = Gap(item["gap"]["from"], item["gap"]["to"], item["gap"]["count"], item["gap"]["reason"])
        if gap not in self.gaps:
            self.gaps.append(gap)
        return max(before, item.get("seq", gap.last))

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.name}: {words}")


class Ledger:
    """Everything that arrived at the platform. Written by the network thread, read by tests under the same lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.arrivals: list[Arrival] = []
        self.lanes: dict[tuple[str, str, str], Lane] = {}
        self._complaints: list[str] = []

    def take(self, topic: str, payload: bytes, time: float, retained: bool = False, resent: bool = False) -> None:
        """Enters one message; whatever is wrong with it becomes a complaint, never an exception.

        Commands are passed over: they are the platform's own word, and may be as bad as a test wants."""
        if topic.endswith("/commands"):
            return
        with self.lock:
            try:
                message = json.loads(payload, parse_constant=_no_constant)
            except ValueError as error:
                self._complain(topic, f"no JSON: {error}: {payload[:200]!r}")
                return
            arrival = Arrival(len(self.arrivals), time, topic, retained, resent, message)
            self.arrivals.append(arrival)
            try:
                self._enter(arrival)
            except (KeyError, TypeError, AttributeError) as error:
                self._complain(topic, f"{type(error).__name__} {error} in {payload[:300]!r}")

    def _enter(self, arrival: Arrival) -> None:
        message = arrival.message
        gateway = arrival.topic.split("/")[2]
        if arrival.kind == "state":
            self._complain(arrival.topic, *form.state(message))
        elif arrival.kind in (READINGS, ALARMS):
            self._complain(arrival.topic, *form.envelope(message))
            if message["gateway"] != gateway:
                self._complain(arrival.topic, f"carries records of {message['gateway']}")
            items = message["readings"] if arrival.kind == READINGS else [_without_envelope(message)]
            for item in items:
                if "gap" not in item and "clock" in item and isinstance(item["clock"], dict):
                    continue
                check = None if "gap" in item else form.reading if arrival.kind == READINGS else form.alarm
                self._complain(f"{arrival.topic} seq {item.get('seq')}", *(check(item) if check else ()))
            self._lane(gateway, message["store"], arrival.kind).take(message["after"], items, arrival)

    def _lane(self, gateway: str, store: str, lane: str) -> Lane:
        return self.lanes.setdefault((gateway, store, lane), Lane(f"{gateway} {lane}"))

    def _complain(self, where: str, *words: str) -> None:
        self._complaints += [f"{where}: {word}" for word in words]

    def complaints(self) -> list[str]:
        """Everything that went against the contract so far."""
        with self.lock:
            return self._complaints + [complaint for lane in self.lanes.values() for complaint in lane.complaints]

    def lane(self, name: str) -> Lane:
        """The one lane of that name; fails when records of several stores arrived. An empty one when none did."""
        with self.lock:
            found = [lane for (_, _, kind), lane in self.lanes.items() if kind == name]
            assert len(found) < 2, f"{name} of {len(found)} stores: {list(self.lanes)}"
            return found[0] if found else Lane(name)

    def readings(self) -> list[dict[str, Any]]:
        """Readings in the order of their numbers."""
        with self.lock:
            records = self.lane(READINGS).records
            return [records[seq] for seq in sorted(records) if "quality" in records[seq]]

    def alarms(self) -> list[dict[str, Any]]:
        """Alarm transitions in the order of their numbers."""
        with self.lock:
            records = self.lane(ALARMS).records
            return [records[seq] for seq in sorted(records)]

    def alarm(self, **wanted: Any) -> dict[str, Any] | None:
        """The first transition with these values, like `rule="methane-high", to="unacknowledged"`."""
        return next((alarm for alarm in self.alarms() if all(alarm.get(key) == value for key, value in wanted.items())), None)

    def states(self) -> list[dict[str, Any]]:
        """Births and wills in order of arrival."""
        with self.lock:
            return [arrival.message for arrival in self.arrivals if arrival.kind == "state"]

    def missing(self) -> dict[str, list[int]]:
        """By lane, the numbers that neither arrived nor stand in a gap."""
        with self.lock:
            return {lane.name: lane.missing() for lane in self.lanes.values() if lane.missing()}


def canonical(record: dict[str, Any]) -> str:
    """A record as one comparable text."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False)


def _without_envelope(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in ENVELOPE_FIELDS}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
