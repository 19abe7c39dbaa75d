"""The slaves of one bus as a process of their own: pymodbus, the peer that is not libmodbus.

`python3 -m lab.slaves SPECIFICATION.json`. Every reply is written to a log before it is sent; the control file is looked at
before every reply: `{"3": {"methane": 30.0, "silent": true, "delay": 0.4, "baud": 19200, "words": {"6": 2}}}` by unit address.
"""
from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import termios
import time
from pathlib import Path
from typing import Any

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.exceptions import NoSuchSlaveException
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer

from .models import MODELS, Model


SERVING = "serving"
SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class Control:
    """Settings by unit, read again whenever the file has changed."""

    def __init__(self, path: Path):
        self.path, self.stamp, self.settings = path, -1, {}

    def of(self, unit: int) -> dict[str, Any]:
        """The unit's settings at this moment."""
        stamp = self.path.stat().st_mtime_ns if self.path.exists() else 0
        if stamp != self.stamp:
            self.stamp, self.settings = stamp, json.loads(self.path.read_text()) if stamp else {}
        return self.settings.get(str(unit), {})


class Unit(ModbusSlaveContext):
    """One slave: answers from its model, a new value at every request, and logs what it served."""

    def __init__(self, bus: str, address: int, model: Model, control: Control, log: Any):
        super().__init__(zero_mode=True)
        self.bus, self.address, self.model, self.control, self.log, self.counter = bus, address, model, control, log, 0

    def validate(self, fc_as_hex: int, address: int, count: int = 1) -> bool:
        """True for holding registers the device has; anything else gets exception 2."""
        return fc_as_hex == 3 and self.model.has(address, count)

    def getValues(self, fc_as_hex: int, address: int, count: int = 1) -> list[int]:  # noqa: N802
        """The words of one reply."""
        settings = self.control.of(self.address)
        self.counter += 1
        registers = self.model.fill(self.address, self.counter, settings)
        registers.update({int(key): word for key, word in settings.get("words", {}).items()})
        words = [registers.get(at, 0) for at in range(address, address + count)]
        if settings.get("delay"):
            time.sleep(settings["delay"])  # a slow slave holds its whole line, as a real one does
        served = {"bus": self.bus, "unit": self.address, "address": address, "count": count, "words": words}
        self.log.write(json.dumps({**served, "time": time.time()}) + "\n")
        self.log.flush()
        return words


class Units(ModbusServerContext):
    """The units of a line; one that is silent, or set to another speed than the gateway, is as good as not there."""

    def __init__(self, units: dict[int, Unit], control: Control, near_end: str | None):
        super().__init__(slaves=units, single=False)
        self.control, self.near_end = control, near_end

    def __getitem__(self, unit: int) -> Unit:
        settings = self.control.of(unit)
        if settings.get("silent"):
            raise NoSuchSlaveException(f"unit {unit} is silent")
        if "baud" in settings and settings["baud"] != self._baud():
            raise NoSuchSlaveException(f"unit {unit} is set to {settings['baud']} Bd")
        return super().__getitem__(unit)

    def _baud(self) -> int:
        """What the gateway has set its end to: a pseudo terminal carries bytes at any speed, but keeps the number."""
        end = os.open(self.near_end, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            speed = termios.tcgetattr(end)[5]
        finally:
            os.close(end)
        return next((baud for baud in SPEEDS if getattr(termios, f"B{baud}") == speed), 0)


class SilenceFramer(ModbusRtuFramer):
    """RTU frames end with silence: a request that broke off is no beginning of the next one (pymodbus would glue them)."""

    SILENCE = 0.02

    def __init__(self, decoder: Any, client: Any = None):
        super().__init__(decoder, client)
        self.last = 0.0

    def processIncomingPacket(self, data: bytes, callback: Any, unit: Any, **options: Any) -> None:  # noqa: N802
        """Takes what has just arrived."""
        now = time.monotonic()
        if now - self.last > self.SILENCE:
            self.resetFrame()
        self.last = now
        super().processIncomingPacket(data, callback, unit, **options)


async def serve(specification: dict[str, Any], make: type[Unit] = Unit) -> None:
    """Serves until the process is ended."""
    control = Control(Path(specification["control"]))
    with open(specification["log"], "a", encoding="utf-8") as log:
        units = {
            unit["address"]: make(specification["bus"], unit["address"], MODELS[unit["model"]], control, log)
            for unit in specification["units"]
        }
        context = Units(units, control, specification.get("near_end"))
        if "device" in specification:
            server = await StartAsyncSerialServer(
                context=context, framer=SilenceFramer, port=specification["device"], baudrate=9600, bytesize=8, parity="N",
                stopbits=1, ignore_missing_slaves=True, defer_start=True,
            )
            await server.start()
            print(SERVING, flush=True)
            await server.serve_forever()
        else:
            await StartAsyncTcpServer(
                context=context, address=("127.0.0.1", specification["port"]), ignore_missing_slaves=True,
                allow_reuse_address=True,
            )


if __name__ == "__main__":
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text())))
