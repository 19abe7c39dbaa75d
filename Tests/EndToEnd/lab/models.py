"""The three sensor models as a slave serves them, and what a person reads from their words.

Written from the makers' register tables, not from boards/profiles: a second opinion. Every request gets new values. A float's
value is unique per unit and request, so that a reading can be traced to the reply it came from; integers repeat when they must.
"""
from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, Callable

Settings = dict[str, Any]
Words = dict[int, int]


@dataclass(frozen=True)
class Model:
    """A sensor model: the holding registers it has, what they hold, and what they mean."""

    name: str
    addresses: tuple[range, ...]
    fill: Callable[[int, int, Settings], Words]
    decode: Callable[[Words], list[tuple[str, float]]]

    def has(self, address: int, count: int) -> bool:
        """True when one request may ask for these registers."""
        return any(address in block and address + count - 1 in block for block in self.addresses)


def float_words(value: float) -> list[int]:
    """IEEE 754 single, most significant word first."""
    return list(struct.unpack(">HH", struct.pack(">f", value)))


def float_at(words: Words, address: int) -> float | None:
    """The float32 at an address, or None when a word is not there or it is no number."""
    if address not in words or address + 1 not in words:
        return None
    value = struct.unpack(">f", struct.pack(">HH", words[address], words[address + 1]))[0]
    return value if math.isfinite(value) else None


def signed_at(words: Words, address: int) -> int | None:
    """The int16 at an address, or None."""
    word = words.get(address)
    return None if word is None else word - 0x10000 if word & 0x8000 else word


def _fill_xcd(unit: int, counter: int, settings: Settings) -> Words:
    gas = float_words(float(settings.get("methane", 5.0)) + unit * 0.02 + counter % 5000 * 2**-18)
    return {0: 0x2501, 2: gas[0], 3: gas[1], 4: 0, 5: 0, 6: 1, 10: 5, 11: gas[0], 12: gas[1], 16: 180 + counter % 40}


def _decode_xcd(words: Words) -> list[tuple[str, float]]:
    values: list[tuple[str, float]] = []
    if (gas := float_at(words, 2)) is not None:
        values.append(("methane", gas))
    if (temperature := signed_at(words, 16)) is not None:
        values.append(("temperature", temperature / 10))
    return values


def _fill_witmotion(unit: int, counter: int, settings: Settings) -> Words:
    shaken = float(settings.get("shake", 0.0)) * (counter % 3)
    tilt = math.radians(float(settings.get("tilt", 0.0)) + shaken)
    x, y = round(2048 * math.sin(tilt)) + counter % 40, unit % 8 + counter // 40 % 40
    words = {0x34: x, 0x35: y, 0x36: round(2048 * math.cos(tilt)), 0x3D: y * 5, 0x3E: x * 5, 0x3F: 0, 0x40: 1500 + counter % 400}
    return {address: word & 0xFFFF for address, word in words.items()}


def _decode_witmotion(words: Words) -> list[tuple[str, float]]:
    values: list[tuple[str, float]] = []
    x, y, z = (signed_at(words, address) for address in (0x34, 0x35, 0x36))
    if x is not None and y is not None and z is not None and (x, y, z) != (0, 0, 0):
        values.append(("tilt", math.degrees(math.atan2(math.hypot(x, y), z))))
    for angle in (0x3D, 0x3E):
        if (steps := signed_at(words, angle)) is not None:
            values.append(("tilt", steps / 32768 * 180))
    if (temperature := signed_at(words, 0x40)) is not None:
        values.append(("temperature", temperature / 100))
    return values


def _fill_keller(unit: int, counter: int, settings: Settings) -> Words:
    pressure = float_words(float(settings.get("pressure", 0.02)) + unit * 1e-4 + counter % 10000 * 2**-27)
    temperature = float_words(12 + unit * 0.01 + counter % 1000 * 2**-17)
    return {0x100: pressure[0], 0x101: pressure[1], 0x102: temperature[0], 0x103: temperature[1], 0x202: 0, 0x203: 33000 + unit,
            0x20D: unit}


def water_density(celsius: float) -> float:
    """kg/m3 of water at a temperature (the polynomial that Keller's own tools use)."""
    terms = (999.84847, 6.337563e-2, -8.523829e-3, 6.943248e-5, -3.821216e-7)
    return sum(term * celsius**power for power, term in enumerate(terms))


def _decode_keller(words: Words) -> list[tuple[str, float]]:
    values: list[tuple[str, float]] = []
    pressure, temperature = float_at(words, 0x100), float_at(words, 0x102)
    if temperature is not None:
        values.append(("temperature", temperature))
    if pressure is not None:
        densities = [1000.0] + ([water_density(temperature)] if temperature is not None else [])
        values.append(("water-pressure", pressure))
        values += [("water-depth", pressure * 1e5 / (density * 9.80665)) for density in densities]
    return values


MODELS = {
    model.name: model
    for model in (
        Model("honeywell-sensepoint-xcd", (range(0, 64),), _fill_xcd, _decode_xcd),
        Model("witmotion-wt901c485", (range(0, 0x80),), _fill_witmotion, _decode_witmotion),
        Model("keller-33x", (range(0x100, 0x110), range(0x200, 0x210)), _fill_keller, _decode_keller),
    )
}
