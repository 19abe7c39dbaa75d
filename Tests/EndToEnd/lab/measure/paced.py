"""RTU units on a pty that takes as long as a real line would: a pty itself has no speed."""
from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from dataclasses import dataclass
from pathlib import Path

CHUNK = 8  # characters that a UART hands on at once
REQUEST = 8


@dataclass(frozen=True)
class Pace:
    """A line with 8N1 characters and how long its units think."""

    baud: int = 9600
    reply_delay: float = 0.020

    @property
    def character(self) -> float:
        """Start, eight data bits, stop."""
        return 10 / self.baud

    @property
    def silence(self) -> float:
        """3.5 characters of 11 bits, 1.75 ms above 19200 baud (Modbus over Serial Line V1.02 §2.5.1.1)."""
        return 0.00175 if self.baud > 19200 else 3.5 * 11 / self.baud

    def transaction(self, registers: int) -> float:
        """What a read of so many registers takes at least."""
        return (REQUEST + 5 + 2 * registers) * self.character + 2 * self.silence + self.reply_delay


def checksum(frame: bytes) -> bytes:
    """CRC-16 of Modbus (Modbus over Serial Line V1.02 §6.2.2), low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


class PacedLine:
    """Units that answer function 3 at the line's pace; the silent ones say nothing."""

    def __init__(self, link: Path, units: int, pace: Pace = Pace()):
        self.units, self.pace = units, pace
        self.silent: frozenset[int] = frozenset()
        self.asked: list[tuple[float, int]] = []
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        link.symlink_to(os.ttyname(self.slave))
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Ends the units."""
        self.ended.set()
        self.thread.join(5)
        os.close(self.master)
        os.close(self.slave)

    def cycle(self, start: float, end: float) -> float:
        """Seconds between two readings of a unit, the mean over all units that answer and the whole time: a median would not
        see a silent unit that costs much in every other round."""
        living = self.units - len(self.silent)
        return (end - start) * living / self.answered(start, end)

    def answered(self, start: float, end: float) -> int:
        """Requests to units that answer."""
        return sum(1 for at, unit in self.asked if unit not in self.silent and start <= at <= end)

    def _serve(self) -> None:
        pending = b""
        while not self.ended.is_set():
            if not select.select([self.master], [], [], 0.1)[0]:
                pending = b""  # silence: what broke off is no beginning of the next one
                continue
            begun = time.monotonic()
            pending += os.read(self.master, 256)
            if len(pending) < REQUEST:
                continue
            request, pending = pending[:REQUEST], b""
            if request[1] == 3 and checksum(request[:6]) == request[6:]:
                self.asked.append((time.monotonic(), request[0]))
                self._answer(request, begun + REQUEST * self.pace.character + self.pace.silence + self.pace.reply_delay)

    def _answer(self, request: bytes, at: float) -> None:
        unit, count = request[0], int.from_bytes(request[4:6], "big")
        if unit in self.silent or unit > self.units:
            return
        words = b"".join(((len(self.asked) + place) & 0xFFFF).to_bytes(2, "big") for place in range(count))
        reply = bytes([unit, 3, len(words)]) + words
        reply += checksum(reply)
        for start in range(0, len(reply), CHUNK):
            chunk = reply[start:start + CHUNK]
            at += len(chunk) * self.pace.character
            time.sleep(max(0.0, at - time.monotonic()))
            os.write(self.master, chunk)
