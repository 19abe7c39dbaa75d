"""Raising alarms from the wire and timing them: from the reply that carried the value to the platform."""
from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Callable

from .bus import Bus
from .gateway import Gateway
from .ledger import ALARMS
from .models import MODELS
from .platform import Platform
from .wait import until

HIGH, LOW, THRESHOLD = 35.0, 5.0, 20.0


def at_once(gateway: Gateway) -> None:
    """The lab's rule without its delay: what is timed is the way of an alarm, not the rule."""
    gateway.configuration["alarms"]["rules"][0]["when"]["for"] = "0 s"


@dataclass
class Raised:
    """One alarm and how it came to the platform."""

    transition: dict[str, Any]
    wire: float
    arrived: float

    @property
    def delay(self) -> float:
        """Seconds from the wire to the platform."""
        return self.arrived - self.wire


def is_high(value: float) -> bool:
    """As the lab's rule sees it."""
    return value >= THRESHOLD


def on_the_wire(bus: Bus, unit: int, since: float, fits: Callable[[float], bool] = is_high) -> float | None:
    """When the unit served such a methane value first."""
    model = next(slave.model for slave in bus.slaves if slave.address == unit)
    for line in bus.log.read_text().splitlines():
        entry = json.loads(line)
        if entry["unit"] != unit or entry["time"] < since:
            continue
        words = dict(zip(range(entry["address"], entry["address"] + entry["count"]), entry["words"]))
        if any(quantity == "methane" and fits(value) for quantity, value in MODELS[model].decode(words)):
            return entry["time"]
    return None


def transition(platform: Platform, bus: Bus, unit: int, to: str, after: int) -> tuple[dict[str, Any], float] | None:
    """The first transition of the unit's methane alarm into a state, of those with a number above `after`, and its arrival."""
    slave = next(slave for slave in bus.slaves if slave.address == unit)
    point = f"{slave.cover}/{slave.sensor}/gas"
    with platform.ledger.lock:
        lane = platform.ledger.lane(ALARMS)
        for seq in sorted(lane.records):
            record = lane.records[seq]
            if seq > after and (record.get("point"), record.get("rule"), record.get("to")) == (point, "methane-high", to):
                return record, lane.first[seq].time
    return None


def raise_alarm(platform: Platform, bus: Bus, unit: int, within: float, why: Callable[[], str] = str) -> Raised:
    """The unit's methane goes up; waits for the alarm at the platform."""
    last, since = platform.ledger.lane(ALARMS).highest, time.time()
    bus.set(unit, methane=HIGH)
    found = until(
        lambda: transition(platform, bus, unit, "unacknowledged", last), within,
        lambda: f"the alarm of unit {unit} of {bus.id} arrives; its value was served at {on_the_wire(bus, unit, since)}, "
                f"set at {since}\n{why()}",
    )
    wire = on_the_wire(bus, unit, since)
    assert wire is not None, "an alarm without a value on the wire"
    return Raised(found[0], wire, found[1])


def clear(platform: Platform, bus: Bus, unit: int, within: float = 20) -> None:
    """The unit's methane goes down; waits until the platform knows."""
    last = platform.ledger.lane(ALARMS).highest
    bus.set(unit, methane=LOW)
    until(lambda: transition(platform, bus, unit, "returned-unacknowledged", last), within, f"unit {unit} returns to normal")
