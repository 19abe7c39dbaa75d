"""The two that are measured, with the same field, the same broker and the same TLS: the daemon, and the floor."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from ..bench import Bench, cover
from ..child import Child
from . import field

PROFILE = """schema: 1
profile: ten-words
vendor: none
model: ten counters
source: {document: the bench, page: "1"}
verified: false
channels:
"""
COMMIT_INTERVAL = 0.1


def channels() -> str:
    """The profile with one channel for each register."""
    line = '  c{0}: {{table: holding, address: {0}, type: uint16, quantity: raw, unit: "1"}}\n'
    return PROFILE + "".join(line.format(number) for number in range(field.REGISTERS))


class Daemon:
    """gatewayd with these units, committing every 100 ms and sending at commit."""

    name = "gatewayd"
    commit_interval: float | None = COMMIT_INTERVAL

    def __init__(self, bench: Bench, ports: list[int], units: int, every_ms: int):
        self.gateway = bench.gateway()
        (self.gateway.folder / "profiles").mkdir()
        (self.gateway.folder / "profiles" / "ten-words.yaml").write_text(channels())
        names = [f"b{bus}" for bus in range(len(ports))]
        sensors = {
            f"{name}u{unit}": {"bus": name, "unit": unit, "profile": "ten-words", "every": f"{every_ms} ms"}
            for name in names for unit in range(1, units + 1)
        }
        self.gateway.configuration.update(
            profiles=["./profiles"],
            buses={name: {"kind": "modbus-tcp", "host": "127.0.0.1", "port": port} for name, port in zip(names, ports)},
            covers=[{"code": cover(1), "scheme": "component16", "sensors": sensors}],
        )
        self.gateway.configuration["store"].update(commit_interval="100 ms", max_size="512 MiB")
        self.gateway.configuration["uplinks"]["city"]["batch"] = {"max_readings": 500, "max_interval": "0 s"}
        self.gateway.write()
        self.child = self.gateway.child


class Floor:
    """The C program: the same readings, one commit a round, sent at commit."""

    name = "floor"
    commit_interval: float | None = None

    def __init__(self, bench: Bench, ports: list[int], units: int, every_ms: int):
        folder, identity = bench.folder / "floor", bench.authority.client("gw")
        folder.mkdir()
        arguments: list[Any] = [
            field.program("floor"), folder / "store.sqlite", "gw-500111-0007", every_ms, bench.broker.port, identity.authority,
            identity.certificate, identity.key, units, *ports,
        ]
        self.child = Child("floor", [str(argument) for argument in arguments], folder / "floor.log")
        bench.parts.callback(self.child.kill)


Program = Daemon | Floor
