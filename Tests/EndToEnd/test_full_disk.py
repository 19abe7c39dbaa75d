"""A disk that somebody else fills: the store lives in what it has, alarms go out, and it recovers by itself."""
from __future__ import annotations

import os
import sqlite3

import pytest

from lab import backlog, judge
from lab.bench import KELLER, XCD, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.disk import SmallDisk
from lab.ledger import ALARMS, READINGS
from lab.raised import at_once, clear, raise_alarm
from lab.wait import until

LEVELS = range(4, 31)


def is_full(gateway) -> bool:
    """Whether `status` says that a lane has no room on the disk."""
    return any("no room on the disk" in problem for problem in gateway.ask("status").json["problems"])


@pytest.mark.faults
def test_a_full_disk_stops_no_alarm_and_wedges_nothing(bench: Bench) -> None:
    slaves = [Slave(unit, XCD, cover(unit), "ch4", "1 s") for unit in range(1, 4)]
    slaves += [Slave(unit, KELLER, cover(unit), "level", "100 ms") for unit in LEVELS]
    platform, line = bench.platform(), bench.bus("plc", MODBUS_TCP, slaves)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = SmallDisk(bench, gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    bound = {name: gateway.lane(name)["max_bytes"] for name in (READINGS, ALARMS)}
    assert sum(bound.values()) < 0.65 * (8 << 20), f"the bound lies well under the disk: {bound}"

    filled = disk.fill()
    bench.broker.stop()
    until(lambda: is_full(gateway), 60, lambda: f"the disk is full: {gateway.ask('status').json['problems']}", every=0.5)
    # What comes in now takes the place of the oldest.
    before = gateway.lane(READINGS)["committed"]
    until(
        lambda: gateway.lane(READINGS)["evicted"] > 0 and gateway.lane(READINGS)["committed"] > before + 500, 120,
        lambda: f"readings are committed on the full disk: {gateway.lane(READINGS)}\n{gateway.child.tail()}", every=0.5)
    assert gateway.lane(ALARMS)["evicted"] == 0
    disk.fill()
    bench.broker.start()
    delays = []
    for unit in (1, 2, 3):
        # The uplink's pause between two attempts may come first.
        delays.append(raise_alarm(platform, line, unit, 60).delay)
        clear(platform, line, unit, 30)
    print(f"a full disk ({filled} bytes taken): alarms after", [round(delay, 2) for delay in delays], "s")
    assert max(delays[1:]) <= 1, delays
    judge.delivered(gateway, platform, 90)

    disk.empty()
    until(lambda: not is_full(gateway), 150, lambda: f"it recovers: {gateway.ask('status').json['problems']}", every=1)
    newest = gateway.lane(READINGS)["last_seq"]
    until(lambda: (gateway.lane(READINGS)["last_seq"] or 0) > newest + 500, 60, "readings go on")
    judge.delivered(gateway, platform, 90)
    judge.faultless(platform.ledger, [line], breaks=1)
    gaps = {gap.reason for gap in platform.ledger.lane(READINGS).gaps}
    assert gaps == {"evicted"}, platform.ledger.lane(READINGS).gaps
    assert platform.ledger.lane(ALARMS).gaps == []


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM"])
def test_a_gateway_starts_on_a_full_disk(bench: Bench, end: str) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = SmallDisk(bench, gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    store = gateway.ask("status").json["store"]
    if end == "SIGKILL":
        gateway.kill()
    else:
        assert gateway.stop() == 0
    disk.fill()
    gateway.start()
    assert gateway.ask("status").json["store"] == store, gateway.child.tail()
    assert raise_alarm(platform, line, 1, 30).delay <= 1
    until(lambda: gateway.lane(ALARMS)["waiting"] == 0, 20, lambda: f"the alarm is stored: {gateway.lane(ALARMS)}")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line], breaks=1)


def test_a_gateway_starts_for_the_first_time_on_a_full_disk(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = SmallDisk(bench, gateway)
    disk.fill()
    gateway.start()
    assert raise_alarm(platform, line, 1, 30).delay <= 1
    status = gateway.ask("status").json
    before, problems = status["store"], " ".join(status["problems"])
    assert "memory" in problems, problems
    findings = gateway.ask("doctor").json["findings"]
    assert findings[0]["code"] == "disk-full", findings
    judge.delivered(gateway, platform, 60)
    disk.empty()

    def is_in_files() -> bool:
        # Between two compositions nobody listens at the socket.
        answer = gateway.ask("status")
        return answer.exit != 69 and before not in answer.out and not any("memory" in words for words in answer.json["problems"])

    until(is_in_files, 60, lambda: f"it goes into the files by itself\n{gateway.child.tail()}", every=0.5)
    after = gateway.ask("status").json["store"]
    assert after != before
    gateway.kill()
    gateway.start()
    assert gateway.ask("status").json["store"] == after, "it is in the files"
    lanes = platform.ledger.lanes

    def highest() -> int:
        return max((lane.highest for (_, store, kind), lane in lanes.items() if (store, kind) == (after, READINGS)), default=0)

    newest = highest()
    until(lambda: highest() > newest + 5, 30, "readings go on")
    assert platform.ledger.missing() == {} and platform.ledger.complaints() == []
    judge.repeated_by(platform.ledger, 1)


def test_a_damaged_store_on_a_nearly_full_disk_keeps_what_has_room(bench: Bench) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    disk = SmallDisk(bench, gateway, 32)
    waiting = 20_000
    backlog.make(bench, gateway, waiting)
    file = gateway.store / "readings.db"
    with sqlite3.connect(file) as database:
        before = database.execute("SELECT value FROM meta WHERE key = 'store'").fetchone()[0]
        last = database.execute("SELECT value FROM meta WHERE key = 'last_seq'").fetchone()[0]
    database.close()
    with file.open("r+b") as content:
        content.seek(file.stat().st_size // 1024 // 4 * 1024)
        content.write(bytes([7]) * 1024)
    # Not half of what waits has room a second time.
    os.truncate(disk.filler, disk.fill() - (2 << 20))
    gateway.start()
    assert gateway.ask("status").json["store"] == before, gateway.child.tail()
    assert any("all that could be read" in problem for problem in gateway.ask("status").json["problems"])
    assert gateway.lane(ALARMS)["evicted"] == 0

    bench.broker.start()
    platform = bench.platform()
    judge.delivered(gateway, platform, 120)
    book = platform.ledger.lane(READINGS)
    kept = len([seq for seq in book.records if seq <= last])
    print(f"a damaged store on a nearly full disk: {kept} of {waiting} readings moved on:", book.gaps)
    assert waiting / 3 < kept < waiting
    # The oldest make way for what comes, until the disk is found to have room again.
    assert {gap.reason for gap in book.gaps} <= {"corrupt", "evicted", "unused"}
    assert platform.ledger.missing() == {} and platform.ledger.complaints() == []
    assert raise_alarm(platform, line, 1, 30).delay <= 1
