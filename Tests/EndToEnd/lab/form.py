"""Whether a message has the form the contract promises (§3): required fields, types, vocabularies, values and reasons."""
from __future__ import annotations

import math
import re
from typing import Any, Callable, Iterator

from . import vocabulary

Message = dict[str, Any]
TIME = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_text(value: Any) -> bool:
    """True for text that says something."""
    return isinstance(value, str) and value != ""


def is_number(value: Any) -> bool:
    """True for a finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_whole(value: Any) -> bool:
    """True for an integer that counts something."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_time(value: Any) -> bool:
    """True for a time of RFC 3339."""
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def is_uuid(value: Any) -> bool:
    """True for a UUID."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def maybe(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The check, or null."""
    return lambda value: value is None or check(value)


def one_of(words: set[str]) -> Callable[[Any], bool]:
    """True for a word of a vocabulary."""
    return lambda value: isinstance(value, str) and value in words


ENVELOPE = {"schema": lambda value: value == 1, "gateway": is_text, "store": is_uuid, "boot": is_uuid, "after": is_whole}
READING = {
    "seq": is_whole, "cover": is_text, "sensor": is_text, "channel": is_text, "quantity": one_of(set(vocabulary.UNITS)),
    "unit": is_text, "value": maybe(is_number), "quality": one_of({"good", "uncertain", "bad"}), "time": is_time,
    "clock": one_of(vocabulary.CLOCKS), "origin": one_of(vocabulary.ORIGINS),
}
ALARM = {
    "alarm": is_text, "seq": is_whole, "rule": is_text, "severity": lambda value: value in (1, 2, 3),
    "from": one_of(vocabulary.ALARM_STATES), "to": one_of(vocabulary.ALARM_STATES), "cover": maybe(is_text),
    "point": maybe(is_text), "device": maybe(is_text), "value": maybe(is_number), "unit": maybe(is_text),
    "threshold": maybe(is_number), "clear_threshold": maybe(is_number),
    "occurred": is_time, "detected": is_time, "clock": one_of(vocabulary.CLOCKS),
    "location": maybe(lambda value: isinstance(value, (dict, str))), "kind": maybe(is_text), "competent": maybe(is_text),
    "owner": maybe(is_text), "maintainer": maybe(is_text), "grid": maybe(is_text), "responsibility_grid": maybe(is_text),
    "config": is_text, "test": lambda value: isinstance(value, bool),
}
STATE = {"online": lambda value: isinstance(value, bool), "boot": is_uuid}
AUDIT = {"seq": is_whole, "head": lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None}
GAP = {"from": is_whole, "to": is_whole, "count": is_whole, "reason": one_of(vocabulary.GAP_REASONS)}


def complaints(message: Any, fields: dict[str, Callable[[Any], bool]]) -> Iterator[str]:
    """One for each required field that is absent or has a value it cannot have."""
    if not isinstance(message, dict):
        yield f"not an object: {message!r}"
        return
    for name, check in fields.items():
        if name not in message:
            yield f"field {name} is missing"
        elif not check(message[name]):
            yield f"field {name} cannot be {message[name]!r}"


def envelope(message: Message) -> Iterator[str]:
    """Complaints about what stands around records."""
    yield from complaints(message, ENVELOPE)


def reading(record: Message) -> Iterator[str]:
    """Complaints about one reading."""
    yield from complaints(record, READING)
    quality, value, reason = record.get("quality"), record.get("value"), record.get("reason")
    if vocabulary.UNITS.get(record.get("quantity", "")) != record.get("unit"):
        yield f"{record.get('quantity')} is not given in {record.get('unit')}"
    if quality == "good" and (value is None or reason is not None):
        yield f"a good reading has a value and no reason: {value!r}, {reason!r}"
    if quality == "bad" and (value is not None or reason not in vocabulary.BAD):
        yield f"a bad reading has value null and a reason: {value!r}, {reason!r}"
    if quality == "uncertain" and (value is None or reason not in vocabulary.UNCERTAIN):
        yield f"an uncertain reading has a value and a reason: {value!r}, {reason!r}"
    if record.get("clock") == "unsynced" and not is_number(record.get("monotonic_ms")):
        yield "an unsynced clock brings monotonic_ms"


def alarm(record: Message) -> Iterator[str]:
    """Complaints about one alarm transition."""
    yield from complaints(record, ALARM)
    if record.get("point") is not None:
        for name in ("cover", "unit"):
            if not is_text(record.get(name)):
                yield f"an alarm of a point has {name}"
        if is_number(record.get("threshold")) != is_number(record.get("clear_threshold")):
            yield "an alarm of a value has threshold and clear_threshold, one of quality has neither"
        if not str(record["point"]).startswith(f"{record.get('cover')}/"):
            yield f"point {record['point']} is not at cover {record.get('cover')}"
    if record.get("clock") == "unsynced" and not is_number(record.get("monotonic_ms")):
        yield "an unsynced clock brings monotonic_ms"


def gap(record: Message) -> Iterator[str]:
    """Complaints about one gap."""
    yield from complaints(record, GAP)
    first, last, count = record.get("from"), record.get("to"), record.get("count")
    if is_whole(first) and is_whole(last) and is_whole(count) and not (first <= last and count <= last - first + 1):
        yield f"a gap from {first} to {last} cannot hold {count}"


def state(message: Message) -> Iterator[str]:
    """Complaints about a birth or a will."""
    yield from complaints(message, STATE)
    if message.get("online") is True and not is_uuid(message.get("store")):
        yield "a birth names the store"
    if "audit" in message:
        yield from complaints(message["audit"], AUDIT)
