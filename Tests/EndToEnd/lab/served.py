"""What the slaves served, point by point, to hold against what arrived at the platform."""
from __future__ import annotations

import bisect
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Iterable

from .bus import Bus
from .models import MODELS


@dataclass(frozen=True)
class Reply:
    """One value that one reply carried."""

    value: float
    time: float


def seconds(text: str) -> float:
    """RFC 3339 UTC as seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Served:
    """All values served by some buses so far, by cover, sensor and quantity."""

    def __init__(self, buses: Iterable[Bus]):
        self.replies: dict[tuple[str, str, str], list[Reply]] = defaultdict(list)
        for bus in buses:
            places = {slave.address: slave for slave in bus.slaves}
            for line in bus.log.read_text().splitlines():
                entry = json.loads(line)
                slave = places[entry["unit"]]
                words = dict(zip(range(entry["address"], entry["address"] + entry["count"]), entry["words"]))
                for quantity, value in MODELS[slave.model].decode(words):
                    self.replies[slave.cover, slave.sensor, quantity].append(Reply(value, entry["time"]))
        for replies in self.replies.values():
            replies.sort(key=lambda reply: reply.value)

    def matches(self, cover: str, sensor: str, quantity: str, value: float) -> list[Reply]:
        """The replies that carried this value (to 1e-9) at this place."""
        replies = self.replies.get((cover, sensor, quantity), [])
        margin = 1e-9 * max(1.0, abs(value))
        first = bisect.bisect_left(replies, value - margin, key=lambda reply: reply.value)
        last = bisect.bisect_right(replies, value + margin, key=lambda reply: reply.value)
        return replies[first:last]

    def complaint(self, reading: dict[str, Any], oldest: float = 3.0) -> str | None:
        """Why a good or uncertain reading was not served for its point shortly before its time; None when it was."""
        if reading["value"] is None:
            return None
        where = f"{reading['cover']}/{reading['sensor']}/{reading['channel']} seq {reading['seq']}"
        found = self.matches(reading["cover"], reading["sensor"], reading["quantity"], reading["value"])
        if not found:
            return f"{where}: {reading['value']!r} {reading['unit']} was never served for it"
        at = seconds(reading["time"])
        if not any(-0.1 <= at - reply.time <= oldest for reply in found):
            ages = ", ".join(f"{at - reply.time:.3f}" for reply in found[:5])
            return f"{where}: {reading['value']!r} was served, but at another time: {ages} s before the reading's"
        return None
