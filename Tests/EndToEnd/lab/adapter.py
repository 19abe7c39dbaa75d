"""A serial adapter that can be pulled out: a pty behind a stable name, another one each time it is plugged in."""
from __future__ import annotations

import os
import select
import threading
import time
import tty
from pathlib import Path
from typing import Any

from .bus import MODBUS_RTU, Slave
from .faulty import END_OF_FRAME, RESPONSE_TIMEOUT, Log, Probe, checksum
from .slaves import Control


class Adapter:
    """A line with its slaves in this process; what a gateway's configuration needs of a bus, and `plug` and `pull`."""

    def __init__(self, folder: Path, bus: str, slaves: list[Slave]):
        folder.mkdir(parents=True)
        self.id, self.slaves, self.kind = bus, slaves, MODBUS_RTU
        self.device, self.log = folder / "by-path", folder / "served.jsonl"
        log, control = Log(str(self.log)), Control(folder / "control.json")
        self.probes = {slave.address: Probe(slave.address, control, log) for slave in slaves}
        self.line: int | None = None
        self.times = 0
        self.thread: threading.Thread | None = None

    def configuration(self) -> dict[str, Any]:
        """Its entry in gateway.yaml."""
        return {
            "kind": MODBUS_RTU, "device": str(self.device), "baud": 9600, "parity": "none", "stop_bits": 1,
            "response_timeout": RESPONSE_TIMEOUT,
        }

    def plug(self) -> str:
        """Plugs it in and returns the name that the kernel has for it this time."""
        self.times += 1
        spare = os.openpty() if self.times % 2 else ()  # takes the lowest free number away
        self.line, far_end = os.openpty()
        tty.setraw(far_end)
        name = os.ttyname(far_end)
        for descriptor in (far_end, *spare):
            os.close(descriptor)
        os.symlink(name, self.device)
        self.thread = threading.Thread(target=self._serve, args=(self.line,), daemon=True)
        self.thread.start()
        return name

    def pull(self) -> None:
        """Pulls it out, whatever is under way."""
        if self.line is None:
            return
        self.line = None
        os.unlink(self.device)
        self.thread.join(10)
        assert not self.thread.is_alive(), f"the slaves of {self.id} end"

    def _serve(self, line: int) -> None:
        """Answers requests until it is pulled out."""
        received = b""
        os.set_blocking(line, False)

        def send(reply: bytes) -> None:
            os.write(line, reply)

        while self.line == line:
            if not select.select([line], [], [], END_OF_FRAME)[0]:
                received = b""
                continue
            try:
                received += os.read(line, 256)
            except OSError:
                time.sleep(END_OF_FRAME)  # nobody has the other end open
                continue
            while len(received) >= 8:
                request, received = received[:8], received[8:]
                probe = self.probes.get(request[0])
                if probe and checksum(request[:6]) == request[6:]:
                    probe.answer(request[:6], lambda reply: reply + checksum(reply), lambda reply: reply, send)
        os.close(line)
