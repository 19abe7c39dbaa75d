"""One bus of the bench: its slaves' process, its wire (TCP on loopback or a pty pair), its faults and what it served."""
from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .broker import free_port
from .child import Child
from .slaves import SERVING
from .wait import until

END_TO_END = Path(__file__).resolve().parent.parent
MODBUS_TCP, MODBUS_RTU = "modbus-tcp", "modbus-rtu"


@dataclass(frozen=True)
class Slave:
    """One device on a bus and the place where it sits."""

    address: int
    model: str
    cover: str
    sensor: str
    every: str = "1 s"


class Bus:
    """A bus with its slaves, started before the daemon and ended after it."""

    def __init__(self, folder: Path, bus: str, kind: str, slaves: list[Slave], program: str = "lab.slaves"):
        folder.mkdir(parents=True)
        self.folder, self.id, self.kind, self.slaves = folder, bus, kind, slaves
        self.settings: dict[str, dict[str, Any]] = {}
        self.response_timeout = "500 ms"
        self.control, self.log = folder / "control.json", folder / "served.jsonl"
        self.log.touch()
        self.port = free_port() if kind == MODBUS_TCP else 0
        self.device, far_end = folder / "tty-gateway", folder / "tty-slaves"
        wire = ["socat", f"pty,rawer,link={self.device}", f"pty,rawer,link={far_end}"]
        self.wire = Child(f"wire of {bus}", wire, folder / "socat.log") if kind == MODBUS_RTU else None
        specification = {
            "bus": bus, "control": str(self.control), "log": str(self.log),
            "units": [{"address": slave.address, "model": slave.model} for slave in slaves],
            **({"port": self.port} if kind == MODBUS_TCP else {"device": str(far_end), "near_end": str(self.device)}),
        }
        (folder / "slaves.json").write_text(json.dumps(specification, indent=1))
        arguments = [sys.executable, "-m", program, str(folder / "slaves.json")]
        self.child = Child(f"slaves of {bus}", arguments, folder / "slaves.log", END_TO_END)

    def start(self) -> None:
        """Starts wire and slaves and waits until the first slave answers."""
        if self.wire:
            self.wire.start()
            until(self.device.exists, 20, lambda: f"pty pair of {self.id}\n{self.wire.tail()}")
        self.child.start()
        until(self._answers, 15, lambda: f"slaves of {self.id} answer\n{self.child.tail()}")

    def stop(self) -> None:
        """Ends slaves and wire."""
        self.child.kill()
        if self.wire:
            self.wire.kill()

    def set(self, unit: int, **settings: Any) -> None:
        """Changes what a unit does from its next request on, like `methane=30.0` or `silent=True`; None takes back."""
        merged = {**self.settings.get(str(unit), {}), **settings}
        self.settings[str(unit)] = {key: value for key, value in merged.items() if value is not None}
        draft = self.control.with_suffix(".new")
        draft.write_text(json.dumps(self.settings))
        os.replace(draft, self.control)

    def configuration(self) -> dict[str, Any]:
        """Its entry in gateway.yaml."""
        if self.kind == MODBUS_TCP:
            return {"kind": MODBUS_TCP, "host": "127.0.0.1", "port": self.port, "response_timeout": self.response_timeout}
        return {
            "kind": MODBUS_RTU, "device": str(self.device), "baud": 9600, "parity": "none", "stop_bits": 1,
            "response_timeout": self.response_timeout,
        }

    def _answers(self) -> bool:
        self.child.must_run()
        if self.kind == MODBUS_RTU:
            return SERVING in self.child.output()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
