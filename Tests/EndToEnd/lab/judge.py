"""What every trial ends with: nothing lost, nothing changed, nothing invented."""
from __future__ import annotations

import re
from typing import Any, Iterable

from .bus import Bus
from .gateway import Gateway
from .ledger import ALARMS, READINGS, Ledger, Repeat
from .platform import Platform
from .served import Served, seconds
from .wait import until

IN_FLIGHT = 32  # messages of the gateway that are not acknowledged, at most (docs/ARCHITECTURE.md, "Limits and losses")


def delivered(gateway: Gateway, platform: Platform, within: float) -> None:
    """Waits until everything that is stored at this moment, in both lanes, has arrived."""
    wanted = {name: gateway.highest(name) for name in (READINGS, ALARMS)}

    def arrived() -> bool:
        lanes = {name: platform.ledger.lane(name) for name in wanted}
        return all(lanes[name].highest >= seq for name, seq in wanted.items()) and not platform.ledger.missing()

    def state() -> str:
        arrived = {name: platform.ledger.lane(name).highest for name in wanted}
        missing = short(platform.ledger.missing())
        return f"everything stored arrives: stored {wanted}, arrived {arrived}, missing {missing}, {gateway.uplink()}"

    until(arrived, within, state, every=0.2)


def faultless(ledger: Ledger, buses: Iterable[Bus] = (), breaks: int = 0) -> None:
    """Fails unless every record arrived or stands in a gap, none has two contents, none came again but by one of so many breaks
    (a process or a connection that ended: kills, cut links, brokers that went), and every value was served for its point."""
    assert ledger.complaints() == [], "\n".join(ledger.complaints()[:20])
    assert ledger.missing() == {}, short(ledger.missing())
    repeated_by(ledger, breaks)
    # What has arrived, and then what was served: the gateway reads on while a long log is looked through.
    readings, alarms = ledger.readings(), ledger.alarms()
    served = Served(buses)
    wrong = [complaint for complaint in map(served.complaint, readings) if complaint]
    assert not wrong, f"{len(wrong)} wrong values:\n" + "\n".join(wrong[:20])
    for transition in alarms:
        if transition.get("point") and transition.get("value") is not None:
            cover, sensor, _ = transition["point"].split("/")
            quantities = {reading["quantity"] for reading in readings if point(reading) == transition["point"]}
            found = [reply for quantity in quantities for reply in served.matches(cover, sensor, quantity, transition["value"])]
            assert found, f"alarm value {transition['value']} was never served for {transition['point']}"


def complete(ledger: Ledger, breaks: int) -> None:
    """As `faultless`, where a broker has refused something and others have passed it: the order is not judged, nor are values."""
    strange = [words for words in ledger.complaints() if not re.search("first arrival of|came before|after is", words)]
    assert strange == [], "\n".join(strange[:20])
    assert ledger.missing() == {}, short(ledger.missing())
    repeated_by(ledger, breaks)


def repeated_by(ledger: Ledger, breaks: int) -> None:
    """Fails unless each break let the gateway send a record once more at most, and only what may have been in flight then."""
    with ledger.lock:
        repeats = [(lane.name, repeat) for lane in ledger.lanes.values() for repeat in lane.repeats]

    def is_too_much(repeat: Repeat) -> bool:
        return repeat.times > breaks or repeat.back > IN_FLIGHT

    wrong = [f"{name} {repeat}" for name, repeat in repeats if is_too_much(repeat)]
    assert not wrong, f"{len(wrong)} of {len(repeats)} records that came again are not explained by {breaks} breaks:\n" + "\n".join(
        wrong[:20]
    )


def in_flight_only(ledger: Ledger, broken: float, back: float, seconds_before: float = 10) -> None:
    """Fails unless every repeated record was first seen shortly before the connection broke and never more than once again."""
    for name in (READINGS, ALARMS):
        lane = ledger.lane(name)
        for seq in lane.duplicates():
            first = lane.first[seq]
            assert lane.times[seq] <= 2, f"{name} {seq} arrived {lane.times[seq]} times"
            in_flight = broken - seconds_before <= first.time <= back
            assert in_flight, f"{name} {seq} was not in flight at {broken}: first seen at {first.time}"


def point(reading: dict[str, Any]) -> str:
    """COVER/SENSOR/CHANNEL of a reading."""
    return f"{reading['cover']}/{reading['sensor']}/{reading['channel']}"


def between(readings: Iterable[dict[str, Any]], start: float, end: float) -> list[dict[str, Any]]:
    """The readings whose own time lies between the two."""
    return [reading for reading in readings if start <= seconds(reading["time"]) <= end]


def short(missing: dict[str, list[int]]) -> dict[str, str]:
    """Missing numbers for a message: the first few and how many."""
    return {lane: f"{len(seqs)}: {seqs[:10]}" for lane, seqs in missing.items()}
