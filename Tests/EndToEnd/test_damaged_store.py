"""Damaged stores, and disks that cannot be written: the gateway starts, says so, and alarms go out as before."""
from __future__ import annotations

import errno
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from lab import judge
from lab.bench import Bench
from lab.bus import Bus
from lab.disk import SmallDisk
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS
from lab.platform import Platform
from lab.preload import DiskFaults
from lab.raised import at_once, clear, raise_alarm
from lab.wait import for_seconds, until

GAS = [1, 2, 3]
RULE = "storage-failed"


def zero_the_header(file: Path) -> None:
    """The first page is gone."""
    content = file.read_bytes()
    file.write_bytes(bytes(4096) + content[4096:])


def put_a_folder(file: Path) -> None:
    """Something else stands there."""
    file.unlink()
    file.mkdir()
    (file / "x").write_text("x")


def cut(file: Path) -> None:
    """Half of it is gone."""
    content = file.read_bytes()
    file.write_bytes(content[:len(content) // 2])


DAMAGE = {"header": zero_the_header, "folder": put_a_folder, "truncated": cut, "empty": lambda file: file.write_bytes(b"")}


def settled(gateway: Gateway, platform: Platform, line: Bus) -> None:
    """Everything arrived as it was read, readings of every point among it."""
    until(lambda: len(platform.ledger.readings()) > 20, 30, "readings arrive, too")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])


def problems(gateway: Gateway) -> list[str]:
    """What `status` says about the store."""
    return [problem for problem in gateway.ask("status").json["problems"] if "store: " in problem]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_set_aside_and_alarms_go_out_within_seconds(bench: Bench, damage: str) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["last_seq"], 20, "some readings are stored")
    before = gateway.ask("status").json["store"]
    assert gateway.stop() == 0
    for name in ("alarms.db", "readings.db"):
        DAMAGE[damage](gateway.store / name)

    platform = bench.platform()
    line.set(GAS[0], methane=35.0)
    begun = time.monotonic()
    gateway.start()
    until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 20, "the alarm arrives")
    took = time.monotonic() - begun
    print(f"{damage}: the alarm was at the platform {took:.2f} s after the start")
    assert took < 5
    state = [state for state in platform.ledger.states() if state["online"]][-1]
    assert state["predecessor"] == before != state["store"]
    alarm = until(lambda: platform.ledger.alarm(rule=RULE, to="unacknowledged"), 20, "the alarm about the store arrives")
    assert "begun anew" in alarm["note"]
    assert len(problems(gateway)) == 2, gateway.ask("status").json["problems"]
    kept = {file.name for file in gateway.store.iterdir() if file.name.endswith(".damaged")}
    assert kept == (set() if damage == "empty" else {"alarms.db.damaged", "readings.db.damaged"})
    settled(gateway, platform, line)

    # The next start finds nothing wrong any more, and the alarm is over.
    assert gateway.stop() == 0
    gateway.start()
    assert problems(gateway) == []
    until(lambda: platform.ledger.alarm(rule=RULE, to="returned-unacknowledged"), 20, "the alarm about the store is over")


def test_a_flipped_row_is_named_and_the_others_are_delivered(bench: Bench) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 30, 30, "some readings wait")
    assert gateway.stop() == 0
    with sqlite3.connect(gateway.store / "readings.db") as database:
        database.execute("UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'good', 'gold') AS BLOB) WHERE seq = 7")
    database.close()
    gateway.start()
    checked = gateway.ask("outbox", "verify")
    lane = next(lane for lane in checked.json["lanes"] if lane["lane"] == READINGS)
    assert checked.exit == 1 and (lane["fault"]["seq"], lane["fault"]["kind"]) == (7, "checksum"), checked

    bench.broker.start()
    platform = bench.platform()
    judge.delivered(gateway, platform, 90)
    judge.faultless(platform.ledger, [line])
    gaps = [(gap.first, gap.last, gap.reason) for gap in platform.ledger.lane(READINGS).gaps if gap.reason != "unused"]
    assert gaps == [(7, 7, "corrupt")]
    assert gateway.lane(READINGS)["corrupt"] == 1
    assert any("could not be read back" in problem for problem in gateway.ask("status").json["problems"])
    until(lambda: gateway.ask("outbox", "verify").exit == 0, 20, lambda: f"the rest is right: {gateway.ask('outbox', 'verify').out}")


def test_a_store_on_a_read_only_disk_is_kept_in_memory(bench: Bench) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = SmallDisk(bench, gateway, 32)
    gateway.start()
    line.set(GAS[0], methane=35.0)
    until(lambda: [row for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"], 20, "an alarm")
    standing = [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"]
    assert gateway.stop() == 0
    disk.read_only()

    platform = bench.platform()
    gateway.start()
    assert [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"] == standing
    delays = [raise_alarm(platform, line, unit, 20).delay for unit in GAS[1:]]
    print("a read-only disk at the start: alarms after", [round(delay, 2) for delay in delays], "s")
    assert max(delays) <= 1
    alarm = until(lambda: platform.ledger.alarm(rule=RULE, to="unacknowledged"), 20, "the alarm about the store arrives")
    assert "kept in memory only" in alarm["note"] and "Read-only file system" in alarm["note"], alarm["note"]
    assert len(problems(gateway)) == 2
    settled(gateway, platform, line)
    assert gateway.stop() == 0

    disk.writable()
    gateway.start()
    assert problems(gateway) == []


def test_a_file_that_may_not_be_touched_is_left_and_the_store_is_kept_in_memory(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    SmallDisk(bench, gateway, 32)
    (gateway.store / "readings.db").write_bytes(b"")
    assert subprocess.run(["chattr", "+i", gateway.store / "readings.db"]).returncode == 0, "chattr does not work here"
    gateway.start()
    assert raise_alarm(platform, line, GAS[0], 20).delay <= 1
    assert ["readings lane" in problem and "memory" in problem for problem in problems(gateway)] == [True], problems(gateway)
    settled(gateway, platform, line)
    assert gateway.stop() == 0
    subprocess.run(["chattr", "-i", gateway.store / "readings.db"], check=True)


def test_a_disk_that_becomes_read_only_is_said_and_heals(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = DiskFaults(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    disk.dead(errno.EROFS)
    delays = []
    for unit in GAS:
        delays.append(raise_alarm(platform, line, unit, 20).delay)
        clear(platform, line, unit)
    print("a disk that becomes read-only: alarms after", [round(delay, 2) for delay in delays], "s")
    assert max(delays) <= 1
    alarm = until(lambda: platform.ledger.alarm(rule=RULE, to="unacknowledged"), 20, "the alarm about the store arrives")
    assert "kept in memory" in alarm["note"], alarm["note"]
    assert problems(gateway)
    disk.dead(0)
    until(lambda: platform.ledger.alarm(rule=RULE, to="returned-unacknowledged"), 20, "the alarm about the store is over")
    until(lambda: gateway.lane(ALARMS)["waiting"] == 0, 30, "the alarms are stored by now")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])
    assert platform.ledger.lane(READINGS).gaps == [] and platform.ledger.lane(ALARMS).duplicates() == []


@pytest.mark.parametrize("lasts", [15, pytest.param(size(60, 20), marks=pytest.mark.faults)])
def test_a_disk_that_takes_nothing_for_a_minute_is_said_and_heals(bench: Bench, lasts: int) -> None:
    platform, line = bench.platform(), bench.tcp(8)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = DiskFaults(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    process = gateway.child.pid
    until(lambda: gateway.ask("status").exit == 0, 20, lambda: f"all is well: {gateway.ask('status').out}")

    begun, delays = time.monotonic(), []
    disk.dead(errno.EIO)
    for unit in [*GAS, 6, 7, 8]:
        delays.append(raise_alarm(platform, line, unit, 20).delay)
        clear(platform, line, unit)
        for_seconds(begun + lasts * len(delays) / 6 - time.monotonic(), gateway.child.must_run)
    took, failed = time.monotonic() - begun, disk.failed
    print(f"a disk that takes nothing for {took:.0f} s: alarms after", [round(delay, 2) for delay in delays], f"s; {failed} failures")
    assert took >= lasts and max(delays) <= 1, delays
    alarm = until(lambda: platform.ledger.alarm(rule=RULE, to="unacknowledged"), 5, "the alarm about the store arrives")
    assert "kept in memory" in alarm["note"] and "disk I/O error" in alarm["note"], alarm
    assert problems(gateway) and gateway.ask("status").exit == 1, gateway.ask("status").out
    found = [finding["code"] for finding in gateway.ask("doctor").json["findings"]]
    assert found[0] == "store-unwritten", found

    disk.dead(0)
    until(lambda: platform.ledger.alarm(rule=RULE, to="returned-unacknowledged"), 20, "the alarm about the store is over")
    until(lambda: gateway.ask("status").exit == 0, 30, lambda: f"it recovers by itself: {gateway.ask('status').out}")
    assert gateway.child.pid == process and problems(gateway) == []
    assert "store-unwritten" not in gateway.ask("doctor").out
    until(lambda: gateway.lane(ALARMS)["waiting"] == 0, 30, "the alarms are stored by now")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])
    assert platform.ledger.lane(READINGS).gaps == [] and platform.ledger.lane(ALARMS).gaps == []


def with_readings_that_wait(bench: Bench) -> tuple[Bus, Gateway, DiskFaults, str]:
    """A gateway that was stopped in an outage, its disk to be spoiled, and its store's id."""
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = DiskFaults(gateway)
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 30, 30, "some readings wait")
    store = gateway.ask("status").json["store"]
    assert gateway.stop() == 0
    return line, gateway, disk, store


def test_a_store_that_cannot_be_read_is_no_damaged_one(bench: Bench) -> None:
    line, gateway, disk, before = with_readings_that_wait(bench)
    assert "everything is committed" in gateway.child.output()
    with sqlite3.connect(gateway.store / "readings.db") as database:
        waiting = {seq for (seq,) in database.execute("SELECT seq FROM records")}
    database.close()
    files = {name: (gateway.store / name).read_bytes() for name in ("alarms.db", "readings.db")}

    bench.broker.start()
    platform = bench.platform()
    disk.unreadable(errno.EIO)
    gateway.start()
    assert disk.failed > 0
    assert raise_alarm(platform, line, GAS[0], 20).delay <= 1
    assert len(problems(gateway)) == 2
    assert all("Input/output error" in problem and "memory" in problem for problem in problems(gateway)), problems(gateway)
    settled(gateway, platform, line)
    assert gateway.stop() == 0
    assert "lane was in memory only" in gateway.child.output()
    assert {name: (gateway.store / name).read_bytes() for name in files} == files
    assert not [file.name for file in gateway.store.iterdir() if "damaged" in file.name]

    disk.unreadable(0)
    gateway.start()
    assert problems(gateway) == [] and gateway.ask("status").json["store"] == before
    lanes = platform.ledger.lanes
    book = until(lambda: [lane for key, lane in lanes.items() if key[1:] == (before, READINGS)], 60, "the old store")
    until(lambda: waiting <= set(book[0].records), 60, "what waited arrives")
    assert waiting and platform.ledger.complaints() == []


def test_a_store_in_memory_goes_back_into_its_files_by_itself(bench: Bench) -> None:
    line, gateway, disk, before = with_readings_that_wait(bench)
    with sqlite3.connect(gateway.store / "readings.db") as database:
        last = database.execute("SELECT max(seq) FROM records").fetchone()[0]
    database.close()

    disk.unreadable(errno.EIO)
    gateway.start()
    process = gateway.child.process.pid
    assert len(problems(gateway)) == 2
    line.set(GAS[0], methane=35.0)
    until(lambda: [row for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"], 20, "an alarm")
    standing = [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"]
    until(lambda: "the store stays in memory" in gateway.child.output(), 30, "the disk is tried in vain, and that is said")
    kept = gateway.lane(READINGS)["last_seq"]
    disk.unreadable(0)
    # Between two compositions nobody listens at the socket.
    until(lambda: before in gateway.ask("status").out, 60, "the store is in its files again")
    assert problems(gateway) == [] and gateway.child.process.pid == process and gateway.child.process.poll() is None
    assert [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"] == standing

    # Nobody has had anything so far: all of it comes under the store's own id, in one row, each once; the alarm is announced, as
    # at any start.
    bench.broker.start()
    platform = bench.platform()
    until(lambda: platform.ledger.readings(), 60, "the broker is back")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])
    lane = platform.ledger.lane(READINGS)
    assert lane.highest > last + kept and lane.duplicates() == [], (lane.highest, last, kept)
    raised = [alarm for alarm in platform.ledger.alarms() if alarm["rule"] == "methane-high"]
    assert [alarm["cause"] for alarm in raised] == ["raised", "announced"], raised
    assert not [file.name for file in gateway.store.iterdir() if "damaged" in file.name or "probe" in file.name]
    assert gateway.stop() == 0
