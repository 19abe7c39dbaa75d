"""A store full of readings without the hours that it takes to fill one: copies of real rows, each with its own number and sum.

The form of the file is that of Sources/Telemetry/Outbox (LaneSchema, Checksum); a wrong sum would show as a gap of `corrupt`.
"""
from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import Iterator

from .bench import Bench
from .gateway import Gateway
from .ledger import READINGS
from .raised import at_once
from .wait import until

POLYNOMIAL = 0x82F63B78  # CRC-32C, reflected (RFC 3720, appendix B.4)
TABLE = []
for _value in range(256):
    for _ in range(8):
        _value = POLYNOMIAL ^ _value >> 1 if _value & 1 else _value >> 1
    TABLE.append(_value)


def advance(state: int, data: bytes) -> int:
    """The state of the sum after these bytes."""
    for byte in data:
        state = TABLE[(state ^ byte) & 0xFF] ^ state >> 8
    return state


class Body:
    """A row's body, and what it does to the sum: linear in the state before it, so a table for each byte of that is enough."""

    def __init__(self, boot: int, body: bytes):
        tail = struct.pack("<q", boot) + body
        self.boot, self.body, self.own = boot, body, advance(0, tail)
        zeros = bytes(len(tail))
        bits = [advance(1 << bit, zeros) for bit in range(32)]
        self.tables = [[_sum(bits[8 * byte:8 * byte + 8], value) for value in range(256)] for byte in range(4)]

    def checksum(self, seq: int) -> int:
        """The sum of the record of this number."""
        state = advance(0xFFFFFFFF, struct.pack("<q", seq))
        first, second, third, fourth = self.tables
        moved = first[state & 0xFF] ^ second[state >> 8 & 0xFF] ^ third[state >> 16 & 0xFF] ^ fourth[state >> 24]
        return (moved ^ self.own) ^ 0xFFFFFFFF


def _sum(bits: list[int], value: int) -> int:
    total = 0
    for place, bit in enumerate(bits):
        if value >> place & 1:
            total ^= bit
    return total


def make(bench: Bench, gateway: Gateway, records: int, few: int = 60) -> None:
    """Leaves a gateway that does not run with so many readings waiting, copies of the first few, and the broker away."""
    at_once(gateway)
    gateway.configuration["store"]["max_size"] = "1 GiB"
    gateway.write()
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > few, 30, "some readings to make a backlog of")
    assert gateway.stop() == 0
    _fill(gateway.store, records)


def _fill(store: Path, records: int) -> None:
    """Adds copies until so many readings wait in the store of a gateway that does not run."""
    with sqlite3.connect(store / "readings.db") as database:
        rows = database.execute("SELECT boot, body, stored FROM records ORDER BY seq DESC LIMIT 50").fetchall()
        assert rows, "a backlog is made of readings that are there"
        waiting, last = database.execute("SELECT count(*), max(seq) FROM records").fetchone()
        used = database.execute("SELECT value FROM meta WHERE key = 'last_seq'").fetchone()[0]
        assert used == last, f"the store was closed in order: last_seq is {used}, the last record {last}"
        stored = rows[0][2]
        bodies = [Body(boot, bytes(body)) for boot, body, _ in rows]

        def copies() -> Iterator[tuple[int, int, int, int, bytes]]:
            for seq in range(last + 1, last + 1 + records - waiting):
                body = bodies[seq % len(bodies)]
                yield seq, body.boot, stored, body.checksum(seq), body.body

        database.executemany("INSERT INTO records (seq, boot, stored, crc, body) VALUES (?, ?, ?, ?, ?)", copies())
        highest = last + max(0, records - waiting)
        database.execute("UPDATE meta SET value = ? WHERE key IN ('last_seq', 'reserved_through')", (highest,))
    database.close()
