"""Every sensor model in the box as a slave: a device made of its profile's golden vectors, served by pymodbus.

`python3 -m lab.golden SPECIFICATION.json` with `{"port", "framer": "tcp"|"rtu", "units": {"7": "PROFILE.yaml"}}`. The words are those
of the vectors, so what the daemon shows must be the vectors' values; the daemon's own decoder has no part in this file.
"""
from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Iterator

import yaml
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

TABLES = {1: "coil", 2: "discrete", 3: "holding", 4: "input", 5: "coil", 6: "holding", 15: "coil", 16: "holding"}
REGISTERS = {"int32": 2, "uint32": 2, "float32": 2, "bcd32": 2, "int64": 4, "uint64": 4, "float64": 4}
Map = dict[tuple[str, int], int]


def load(path: Path) -> dict[str, Any]:
    """A profile as any YAML reader sees it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def fields(channel: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a channel in the order of its vectors' words."""
    order = {"gravity-tilt": ("x", "y", "z"), "hydrostatic-depth": ("pressure", "temperature", "barometer")}
    inputs = channel.get("inputs")
    return [inputs[name] for name in order[channel["transform"]] if name in inputs] if inputs else [channel]


def length(field: dict[str, Any]) -> int:
    """Items a field takes."""
    return field.get("length", REGISTERS.get(field["type"], 1))


def required(profile: dict[str, Any], unit: int) -> Iterator[tuple[tuple[str, int], int]]:
    """Registers by which the device is known; those that may hold several words are left to the vectors."""
    for entry in profile.get("require", []):
        if "unless" in entry:
            continue
        place = entry["table"], entry["address"]
        if "text" in entry:
            text = entry["text"].encode().ljust(2 * entry["length"], b" ")
            for index in range(entry["length"]):
                yield (place[0], place[1] + index), int.from_bytes(text[2 * index:2 * index + 2], "big")
        elif "in" not in entry:
            yield place, unit if entry["equals"] == "unit-address" else entry["equals"]


def quiet(rule: dict[str, Any]) -> int:
    """A word for a status register that says nothing against the device."""
    barred, mask = set(rule.get("equals", {})), rule.get("mask", 0xFFFF)
    bits = sum(1 << bit for bit in rule.get("bits", {}))
    floor = max(rule.get("at_most", {-1: ""}))
    largest = 2 if rule["table"] in ("coil", "discrete") else 0x8000
    return next(word for word in range(largest) if word & mask not in barred and not word & bits and word > floor)


def overlay(registers: Map, expected: dict[str, float], profile: dict[str, Any], example: dict[str, Any]) -> None:
    """Puts a vector into the map unless another channel's vector holds one of its registers with another word."""
    channel = profile["channels"][example["channel"]]
    words, wanted = list(example["words"]), {}
    for field in fields(channel):
        for index in range(length(field)):
            word = words.pop(0)
            wanted[(field["table"], field["address"] + index)] = word
        for key, value in (("decimals_at", "decimals"), ("unit_at", "unit_code")):
            if key in field:
                wanted[(field[key]["table"], field[key]["address"])] = example[value]
    if all(registers.get(place, word) == word for place, word in wanted.items()):
        registers.update(wanted)
        expected[example["channel"]] = example["value"]


def device(profile: dict[str, Any], unit: int) -> tuple[Map, dict[str, float]]:
    """The device's registers, and the values that must be read from them."""
    registers: Map = dict(required(profile, unit))
    for rule in profile.get("status", []):
        registers.setdefault((rule["table"], rule["address"]), quiet(rule))
    expected: dict[str, float] = {}
    for example in sorted(profile["examples"], key=lambda each: -each.get("value", 0)):
        if "value" in example and example["channel"] not in expected:
            overlay(registers, expected, profile, example)
    for entry in profile.get("require", []):
        if "in" in entry:
            registers.setdefault((entry["table"], entry["address"]), entry["in"][0])
    for channel in profile["channels"].values():
        for field in fields(channel):
            for index in range(length(field)):
                registers.setdefault((field["table"], field["address"] + index), 0)
    return registers, expected


class Device(ModbusSlaveContext):
    """One unit; its heartbeat moves with every read of it, and what is written is kept."""

    def __init__(self, profile: dict[str, Any], unit: int):
        super().__init__(zero_mode=True)
        self.registers, _ = device(profile, unit)
        beat, trigger = profile.get("heartbeat"), profile.get("trigger")
        self.beat = (beat["table"], beat["address"]) if beat else None
        for place in ((beat["table"], beat["address"]) if beat else None, (trigger["table"], trigger["address"]) if trigger else None):
            if place:
                self.registers.setdefault(place, 0)

    def validate(self, fc_as_hex: int, address: int, count: int = 1) -> bool:
        """True for the items the profile names; anything else gets exception 2."""
        return all((TABLES[fc_as_hex], address + index) in self.registers for index in range(count))

    def getValues(self, fc_as_hex: int, address: int, count: int = 1) -> list[int]:  # noqa: N802
        """The items of one reply."""
        if self.beat in ((TABLES[fc_as_hex], address + index) for index in range(count)):
            self.registers[self.beat] = (self.registers[self.beat] + 1) & 0xFFFF
        return [self.registers[(TABLES[fc_as_hex], address + index)] for index in range(count)]

    def setValues(self, fc_as_hex: int, address: int, values: list[int]) -> None:  # noqa: N802
        """What a master writes."""
        self.registers.update({(TABLES[fc_as_hex], address + index): int(value) for index, value in enumerate(values)})


def main() -> None:
    """Serves until the process is ended."""
    specification = json.loads(Path(sys.argv[1]).read_text())
    units = {int(unit): Device(load(Path(path)), int(unit)) for unit, path in specification["units"].items()}
    framer = ModbusRtuFramer if specification["framer"] == "rtu" else ModbusSocketFramer
    context = ModbusServerContext(slaves=units, single=False)
    asyncio.run(StartAsyncTcpServer(context=context, framer=framer, address=("127.0.0.1", specification["port"])))


if __name__ == "__main__":
    main()
