"""The alarm lane: a slow link with a long backlog, a slow disk, a dead one, a wrong clock; the alarm is prompt in all of them."""
from __future__ import annotations

import errno
import json
import os
import random
import time

import pytest

from lab import backlog, judge
from lab.bench import Bench
from lab.faults import size
from lab.ledger import ALARMS, READINGS
from lab.preload import DiskFaults, WallClock
from lab.raised import at_once, clear, raise_alarm
from lab.slow_link import SlowLink
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
RATE = 8000  # bytes a second: 64 kbit/s
GAS = [1, 2, 3]  # the gas heads among the first five units of `Bench.tcp`
HEADS = [*GAS, 6, 7, 8]  # among the first eight: an alarm that is raised five times is kept standing, so none is
PROMPT, SLOW = 1.0, 10.0  # seconds from the wire to the platform
YEAR_1970 = -(time.time() // 86_400)
pytestmark = pytest.mark.alone


@pytest.mark.parametrize(
    ("waiting", "times"), [(100_000, 3), pytest.param(size(1_000_000, 300_000), size(20, 6), marks=pytest.mark.faults)]
)
def test_an_alarm_overtakes_the_backlog_on_a_slow_link(bench: Bench, waiting: int, times: int) -> None:
    line = bench.tcp(8)
    gateway = bench.gateway(line)
    backlog.make(bench, gateway, waiting)

    bench.broker.start()
    platform = bench.platform()
    link = SlowLink(bench.broker.port, RATE)
    bench.parts.callback(link.cut)
    link.start()
    gateway.configuration["uplinks"]["city"]["links"][0]["port"] = link.port
    gateway.write()
    gateway.start()
    until(lambda: len(platform.ledger.readings()) > 200, 60, lambda: f"the backlog drains: {gateway.uplink()}")
    assert gateway.lane(READINGS)["waiting"] > waiting * 0.99

    chance, delays, start, carried = random.Random(SEED), [], time.time(), link.carried["up"]
    for number in range(times):
        for_seconds(chance.uniform(0, 2), gateway.child.must_run, every=0.01)
        unit = HEADS[number % len(HEADS)]
        delays.append(raise_alarm(platform, line, unit, 30, lambda: str(gateway.uplink())).delay)
        if number + len(HEADS) < times:
            clear(platform, line, unit, 30)
    rate = (link.carried["up"] - carried) / (time.time() - start)
    print(f"behind {waiting} readings, {rate:.0f} B/s up: alarms after", [round(delay, 2) for delay in delays], "s")
    assert max(delays) <= SLOW, delays
    assert RATE / 2 < rate < RATE * 1.1, "the link was full, and no faster than it says"
    assert gateway.lane(READINGS)["waiting"] > waiting * 0.9, "it was a backlog to the end"
    assert gateway.uplink()["reconnects"] == 0, gateway.uplink()
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}
    judge.repeated_by(platform.ledger, 0)
    assert {gap.reason for gap in platform.ledger.lane(READINGS).gaps} <= {"unused"}


def test_an_alarm_does_not_wait_for_a_disk_that_takes_three_seconds_to_sync(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = DiskFaults(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    disk.slow(3)
    until(lambda: disk.delayed > 0, 30, "a sync has begun to take its time", every=0.01)
    delays = []
    for unit in GAS:
        delays.append(raise_alarm(platform, line, unit, 30).delay)
        clear(platform, line, unit)
    print("syncs of 3 s: alarms after", [round(delay, 2) for delay in delays], f"s; {disk.delayed} syncs were slow")
    assert max(delays) <= PROMPT, delays
    assert disk.delayed > 1
    disk.slow(0)
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])


def test_an_alarm_does_not_wait_for_a_dead_disk(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    disk = DiskFaults(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    disk.dead(errno.EIO)
    until(lambda: disk.failed > 2, 30, "the disk fails", every=0.01)
    delays = []
    for unit in GAS:
        delays.append(raise_alarm(platform, line, unit, 30).delay)
        clear(platform, line, unit)
    print("a dead disk: alarms after", [round(delay, 2) for delay in delays], f"s; {disk.failed} calls failed")
    assert max(delays) <= PROMPT, delays
    newest = max(reading["seq"] for reading in platform.ledger.readings())
    disk.dead(0)
    until(lambda: max(reading["seq"] for reading in platform.ledger.readings()) > newest, 30, "readings go on when it is healed")
    until(lambda: gateway.lane(ALARMS)["waiting"] == 0, 30, lambda: f"the alarms are stored by now: {gateway.lane(ALARMS)}")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])
    assert platform.ledger.lane(READINGS).gaps == [] and platform.ledger.lane(ALARMS).duplicates() == []


def nothing_dropped(gateway, platform) -> None:
    """Everything arrived, in order, and nothing was given up."""
    judge.delivered(gateway, platform, 60)
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}
    judge.repeated_by(platform.ledger, 0)
    assert all(lane.gaps == [] for lane in platform.ledger.lanes.values())
    assert all(lane["dropped"] == 0 for lane in gateway.ask("outbox", "stats").json["lanes"])


def test_an_alarm_does_not_wait_for_a_clock_that_jumps(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    clock = WallClock(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    delays: dict[float, float] = {}
    for number, days in enumerate([400, -15, 1 / 24, -1 / 24, YEAR_1970, 0]):
        asked = clock.asked
        clock.jump(days)
        until(lambda: clock.asked > asked + 10, 30, "the moved clock is in use")
        unit = GAS[number % len(GAS)]
        delays[days] = raise_alarm(platform, line, unit, 30).delay
        clear(platform, line, unit)
    print("jumps in days: alarms after", {round(days, 2): round(delay, 2) for days, delay in delays.items()}, "s")
    assert max(delays.values()) <= PROMPT, delays
    years = {reading["time"][:4] for reading in platform.ledger.readings()}
    assert "1970" in years and len(years) >= 3, f"the clock was as wrong as it was meant to be: {years}"
    bad = [reading for reading in platform.ledger.readings() if reading["quality"] != "good"]
    assert not bad, f"no jump makes a value stale: {bad[:3]}"
    nothing_dropped(gateway, platform)
    assert gateway.uplink()["reconnects"] == 0, f"no timer of the link stands on the wall clock: {gateway.uplink()}"

    # Each jump is on record. The kernel says synchronised all the time, and nobody believes it in 1970.
    steps = clock_steps(gateway)
    moved = [(int(step["offset_after_ms"]) - int(step["offset_before_ms"])) / 86_400_000 for step in steps]
    assert moved == pytest.approx([400, -415, 15 + 1 / 24, -1 / 12, YEAR_1970 + 1 / 24, -YEAR_1970], abs=1e-4), steps
    assert [step["clock_after"] for step in steps] == ["synced"] * 4 + ["unsynced", "synced"], steps
    assert {reading["clock"] for reading in platform.ledger.readings() if reading["time"][:4] == "1970"} == {"unsynced"}
    until(lambda: clocks(platform), 30, "a clock record for what was read in 1970")


def test_an_alarm_is_delivered_by_a_gateway_that_wakes_up_in_1970(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    clock = WallClock(gateway)
    clock.jump(YEAR_1970)
    clock.unsynced()
    gateway.start()
    until(platform.ledger.readings, 60, lambda: f"readings arrive from 1970: {gateway.uplink()}")
    delays = [raise_alarm(platform, line, unit, 30).delay for unit in GAS]
    print("in 1970: alarms after", [round(delay, 2) for delay in delays], "s")
    assert max(delays) <= PROMPT, delays
    assert {reading["clock"] for reading in platform.ledger.readings()} == {"unsynced"}
    nothing_dropped(gateway, platform)

    # The time is learnt: from then on it counts, and what was read before is told by how much it is wrong.
    clock.jump(0)
    clock.unsynced(False)
    until(lambda: any("clock" in item and isinstance(item["clock"], dict) for item in clocks(platform)), 30, "a clock record")
    nothing_dropped(gateway, platform)


def clock_steps(gateway) -> list[dict[str, str]]:
    """What the audit log says of each step of the wall clock."""
    records = [json.loads(line) for line in (gateway.store / "audit.log").read_text(encoding="utf-8").splitlines()]
    return [record["detail"] for record in records if record["action"] == "clock.step"]


def clocks(platform):
    """Everything in the readings lane that is no reading."""
    with platform.ledger.lock:
        return [record for record in platform.ledger.lane(READINGS).records.values() if "quality" not in record]
