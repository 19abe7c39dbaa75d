"""The field: the C slave as a process, and its book of what it served when."""
from __future__ import annotations

import mmap
import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from ..gateway import REPOSITORY

REGISTERS = 10
UNIQUE_WORDS = 65_536  # after so many a unit's registers repeat themselves
HEAD, ENTRY = 64, struct.Struct("<qHHIHHI")


def program(name: str) -> str:
    """One of the bench's C programs; BENCH_PROGRAMS names their folder."""
    path = Path(os.environ.get("BENCH_PROGRAMS") or REPOSITORY / ".build" / "bench").resolve() / name
    assert os.access(path, os.X_OK), f"{path} is missing: run make in Tests/Bench"
    return str(path)


@dataclass(frozen=True)
class Served:
    """One reply: when, whose, and the words the unit had served before."""

    time: float
    bus: int
    unit: int
    first: int

    def word(self, place: int) -> int:
        """What the register at this place showed; the same formula as in slave.c."""
        return (self.bus * 4999 + self.unit * 1009 + self.first + place) & 0xFFFF


class Field:
    """Buses of Modbus TCP units on loopback."""

    def __init__(self, folder: Path, buses: int = 1):
        folder.mkdir(parents=True, exist_ok=True)
        book = folder / "book"
        self.process = subprocess.Popen([program("slave"), str(buses), str(book)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.ports = [int(word) for word in self.process.stdout.readline().split()]
        assert len(self.ports) == buses, f"the slave ended with {self.process.wait(5)}"
        with book.open("rb") as file:
            self.book = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @property
    def replies(self) -> int:
        """How many so far."""
        return struct.unpack_from("<Q", self.book)[0]

    @property
    def readings(self) -> int:
        """How many registers so far."""
        return self.replies * REGISTERS

    def served(self, start: int = 0, end: int | None = None) -> Iterator[Served]:
        """The replies with these numbers, in order."""
        for number in range(start, self.replies if end is None else end):
            time_ns, bus, unit, first, _, count, _ = ENTRY.unpack_from(self.book, HEAD + number * ENTRY.size)
            assert count == REGISTERS and first + count <= UNIQUE_WORDS, f"reply {number}: {count} registers after {first}"
            yield Served(time_ns / 1e9, bus, unit, first)

    def stop(self) -> None:
        """Ends it; the book stays readable."""
        self.process.kill()
        self.process.wait(10)
