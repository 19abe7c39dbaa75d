"""Power that fails: hundreds of cuts through one recorded life of a gateway, and some of them lived on from."""
from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable

import pytest

from lab import judge, power_cut
from lab.bench import Bench
from lab.bus import Bus
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS, Ledger, canonical
from lab.platform import Platform
from lab.power_cut import Disk, Recording, Step, drops, keeps, tears
from lab.raised import at_once, clear, raise_alarm
from lab.served import seconds
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
INTERVAL = 0.2  # seconds between commits, as the lab's gateway is configured
Row = tuple[int, int, bytes]  # boot, checksum, body


def record_a_life(bench: Bench) -> tuple[Gateway, Platform, Bus, Recording]:
    """An outage, a drain, alarms in both, a kill and a start in the middle, an outage at the end; then the power is gone."""
    platform, line = bench.platform(), bench.tcp(5, every="200 ms")
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    recording = Recording(gateway)
    bench.broker.stop()
    gateway.start()
    for_seconds(2, gateway.child.must_run)
    line.set(1, methane=35.0)
    for_seconds(1, gateway.child.must_run)
    bench.broker.start()
    until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 90, lambda: f"drains: {gateway.uplink()}")
    judge.delivered(gateway, platform, 60)
    clear(platform, line, 1)
    gateway.kill()
    gateway.start()
    raise_alarm(platform, line, 2, 60)
    for_seconds(1, gateway.child.must_run)
    bench.broker.stop()
    line.set(3, methane=35.0)
    line.set(2, methane=5.0)
    for_seconds(2, gateway.child.must_run)
    gateway.kill()
    return gateway, platform, line, recording


@dataclass
class Lane:
    """A lane as a cut leaves it."""

    rows: dict[int, Row]
    gaps: list[tuple[int, int, str]]
    delivered: int
    reserved: int

    @classmethod
    def read(cls, path: Path) -> Lane | None:
        """Opens the file as a daemon would; None when it was not made yet. Fails when it is damaged."""
        if not path.exists():
            return None
        # Closed in any case: a gateway that starts on it keeps everybody else out.
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA synchronous = OFF")  # it is thrown away
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if not tables:
                return None
            assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            rows = {seq: (boot, crc, bytes(body)) for seq, boot, crc, body in database.execute(
                "SELECT records.seq, boots.boot, crc, body FROM records JOIN boots ON boots.id = records.boot")}
            gaps = database.execute("SELECT first, last, reason FROM gaps").fetchall()
            delivered = database.execute("SELECT coalesce(min(delivered), 0) FROM cursors").fetchone()[0]
            reserved = database.execute("SELECT value FROM meta WHERE key = 'reserved_through'").fetchone()[0]
        return cls(rows, gaps, delivered, reserved)


class Judge:
    """Holds every disk after a cut against what was read, told and synced before it."""

    def __init__(self, ledger: Ledger):
        self.told = {name: ledger.lane(name) for name in (READINGS, ALARMS)}
        self.rows: dict[str, dict[int, Row]] = {READINGS: {}, ALARMS: {}}
        self.durable: dict[str, set[int]] = {READINGS: set(), ALARMS: set()}

    def cut(self, name: str, lane: Lane | None, time: float, strict: bool) -> None:
        """One lane as it is found; `strict` when nothing is in it that was not synced."""
        told, found = self.told[name], lane.rows if lane else {}
        known = self.rows[name]
        for seq, row in found.items():
            assert known.setdefault(seq, row) == row, f"{name} {seq} has two contents"
        old = {seq for seq, row in known.items() if taken(name, row) < time - INTERVAL - 1}
        wanted = old | self.durable[name]
        arrived = {seq for seq, arrival in told.first.items() if arrival.time < time + 1}
        delivered = {seq for seq in arrived if lane and seq <= lane.delivered}
        lost = wanted - set(found) - delivered
        assert not lost, f"{name}: {len(lost)} lost, like {sorted(lost)[:5]}"
        if lane is None:
            return
        early = [seq for seq in arrived if told.first[seq].time < time and seq > lane.reserved]
        assert not early, f"{name}: {early[:5]} were told, and would be given out again: reserved to {lane.reserved}"
        unused = [seq for first, last, reason in lane.gaps if reason == "unused" for seq in known if first <= seq <= last]
        assert not unused, f"{name}: {unused[:5]} are said to be unused"
        if strict:
            self.durable[name] |= set(found)

    def end(self) -> None:
        """What was told is what was stored."""
        compared = 0
        for name, rows in self.rows.items():
            records = self.told[name].records
            for seq in rows.keys() & records.keys():
                stored = {"seq": seq, **json.loads(b"{" + rows[seq][2] + b"}")}
                assert canonical(stored) == canonical(records[seq]), f"{name} {seq} was told otherwise"
                compared += 1
        assert compared, "nothing to compare"


def taken(name: str, row: Row) -> float:
    """When a record was made; a record without a time is never old."""
    record = json.loads(b"{" + row[2] + b"}")
    said = record.get("time") if name == READINGS else record.get("detected")
    return seconds(said) if said else float("inf")


def replay(steps: list[Step], cuts: Iterable[int], visit: Callable[[Disk, Step], None]) -> Disk:
    """Does all steps and stops after those with these numbers."""
    disk, wanted = Disk(), set(cuts)
    for number, step in enumerate(steps):
        disk.do(step)
        if number in wanted:
            visit(disk, step)
    return disk


def databases(files: dict[str, bytearray]) -> dict[str, bytearray]:
    """Of what is found, the files that SQLite opens: most of a store is the room that is kept for it."""
    names = [f"{lane}.db" for lane in (READINGS, ALARMS)]
    return {name: content for name, content in files.items() if Path(name).name.split("-")[0] in names}


def the_record_is_complete(disk: Disk, store: Path) -> None:
    """Everything kept, the disk is the folder as it is, but for memory that processes share."""
    found = {name: bytes(content) for name, content in disk.after_cut(lambda: True).items()}
    real = {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}
    different = [name for name in found.keys() | real.keys() if not name.endswith("-shm") and found.get(name) != real.get(name)]
    assert not different, f"the recording does not explain {different}"


@pytest.mark.alone
@pytest.mark.parametrize("times", [1, pytest.param(size(20, 4), marks=pytest.mark.faults)])
def test_power_may_fail_at_any_moment(bench: Bench, times: int, tmp_path: Path) -> None:
    gateway, platform, line, recording = record_a_life(bench)
    steps, chance = recording.steps(), random.Random(SEED)
    judged = Judge(platform.ledger)
    count = 0

    def visit(disk: Disk, step: Step) -> None:
        nonlocal count
        for keep in (drops, *[chance.choice([keeps, tears, tears]) for _ in range(times)]):
            folder = tmp_path / "cut"
            power_cut.put(databases(disk.after_cut(keep(chance))), gateway.store, folder)
            for name in (READINGS, ALARMS):
                judged.cut(name, Lane.read(folder / f"{name}.db"), step.time, keep is drops)
            shutil.rmtree(folder, ignore_errors=True)
            count += 1

    begun = time.monotonic()
    disk = replay(steps, range(len(steps)), visit)
    took = time.monotonic() - begun
    the_record_is_complete(disk, gateway.store)
    judged.end()
    assert all(judged.durable.values()), "records of both lanes were there"
    assert count > 1000, f"a life of {len(steps)} steps only"
    print(f"seed {SEED}: {count} cuts in {len(steps)} steps of {len(judged.durable[READINGS])} readings and "
          f"{len(judged.durable[ALARMS])} alarm records that were synced, in {took:.0f} s; nothing lost")
    assert took / count * 500 < 120, f"500 cuts take {took / count * 500:.0f} s"


@pytest.mark.parametrize("lives", [2, pytest.param(size(10, 3), marks=pytest.mark.faults)])
def test_a_gateway_goes_on_from_where_the_power_failed(bench: Bench, lives: int, tmp_path: Path) -> None:
    gateway, platform, line, recording = record_a_life(bench)
    steps, chance, number = recording.steps(), random.Random(SEED), 0
    platform.stop()
    history = platform.ledger
    bench.broker.start()

    def visit(disk: Disk, step: Step) -> None:
        nonlocal number
        number += 1
        shutil.rmtree(gateway.store)
        power_cut.put(disk.after_cut(tears(chance)), gateway.store, gateway.store)
        later = Platform(bench.broker.port, bench.authority.client("platform"), f"platform-{number}")
        later.ledger = before(history, step.time, gateway.store)
        had = sum(later.ledger.lane(ALARMS).times.values())
        bench.parts.callback(later.stop)
        later.start()
        gateway.start()
        until(lambda: sum(later.ledger.lane(ALARMS).times.values()) > had, 30, "what stands is announced, or raised")
        for_seconds(1, gateway.child.must_run)
        judge.delivered(gateway, later, 60)
        assert gateway.stop() == 0
        judge.faultless(later.ledger, [line], breaks=3)  # a kill, the broker that went, the power
        later.stop()

    places = sorted(chance.sample(range(len(steps)), lives))
    replay(steps, places, visit)
    print(f"seed {SEED}: {number} lives after cuts at {places} of {len(steps)} steps; every ledger is right")


def before(ledger: Ledger, time: float, store: Path) -> Ledger:
    """What had left the gateway at that moment: what the platform had, and what the broker had acknowledged and not yet passed on."""
    lanes = {name: Lane.read(store / f"{name}.db") for name in (READINGS, ALARMS)}
    acknowledged = {name: lane.delivered for name, lane in lanes.items() if lane}
    made = Ledger()
    for arrival in ledger.arrivals:
        after = arrival.message.get("after")
        if arrival.time <= time or (after is not None and after < acknowledged.get(arrival.kind, 0)):
            made.take(arrival.topic, json.dumps(arrival.message).encode(), arrival.time, arrival.retained, arrival.resent)
    return made
