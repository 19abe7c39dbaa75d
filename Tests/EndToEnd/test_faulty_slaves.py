"""Slaves that answer late, twice, in pieces, wrongly or not at all: no value ever stands at a point that is not its own."""
from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any

from lab import judge
from lab.bench import Bench, cover
from lab.bus import MODBUS_RTU, MODBUS_TCP, Bus, Slave
from lab.faulty import FAULTS, HONEST, PROFILE, REGISTERS, RESPONSE_TIMEOUT, origin
from lab.served import seconds
from lab.vocabulary import BAD
from lab.wait import until

SEED = int(os.environ.get("E2E_SEED", "7"))
OLDEST = 1.0


def served(bus: Bus) -> list[dict[str, Any]]:
    """Every request the bus has seen."""
    return [json.loads(line) for line in bus.log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def dealt_twice(bus: Bus) -> bool:
    """True when every fault has happened at least twice on the bus."""
    faults = Counter(entry["fault"] for entry in served(bus))
    return all(faults[fault] >= 2 for fault in FAULTS)


def complaint(reading: dict[str, Any], slaves: dict[tuple[str, str], tuple[Bus, Slave]], replies: dict) -> str | None:
    """Why the reading may not stand where it stands; None when it may."""
    if reading["value"] is None:
        return None if reading["reason"] in BAD else f"{judge.point(reading)}: reason {reading['reason']}"
    bus, slave = slaves[reading["cover"], reading["sensor"]]
    where = f"{bus.id} {judge.point(reading)} seq {reading['seq']}: {reading['value']!r}"
    found = origin(reading["value"])
    if found is None or found[:2] != (slave.address, reading["channel"]):
        return f"{where} belongs to {found}"
    reply = replies.get((bus.id, found[0], found[2]))
    if reply is None or reply["fault"] not in HONEST:
        return f"{where} comes from {reply}"
    age = seconds(reading["time"]) - reply["time"]
    return None if -0.1 <= age <= OLDEST else f"{where} is {age:.3f} s old"


def test_no_fault_of_a_slave_becomes_a_value(bench: Bench) -> None:
    platform = bench.platform()
    slaves = [Slave(unit, "lab-probe", cover(unit), "probe", "200 ms") for unit in range(1, 8)]
    line = bench.bus("rs485-1", MODBUS_RTU, slaves[:3], program="lab.faulty")
    network = bench.bus("plc", MODBUS_TCP, slaves[3:], program="lab.faulty")
    line.response_timeout = network.response_timeout = RESPONSE_TIMEOUT
    gateway = bench.gateway(line, network)
    profiles = gateway.folder / "profiles"
    profiles.mkdir()
    (profiles / "lab-probe.yaml").write_text(PROFILE)
    gateway.configuration["profiles"] = [str(profiles)]
    gateway.configuration["buses"]["rs485-1"]["baud"] = 19200  # a pty has no speed, and 9600 is too slow for these periods
    gateway.write()
    gateway.start()
    points = {f"{slave.cover}/{slave.sensor}/{channel}" for slave in slaves for channel in REGISTERS}

    def good_after(seq: int) -> set[str]:
        readings = (reading for reading in platform.ledger.readings() if reading["seq"] > seq)
        return {judge.point(reading) for reading in readings if reading["quality"] == "good"}

    until(lambda: points == good_after(0), 20, lambda: f"every point is good, not yet {sorted(points - good_after(0))}")
    for bus in (line, network):
        for slave in bus.slaves:
            bus.set(slave.address, seed=SEED)
    until(
        lambda: gateway.child.must_run() is None and dealt_twice(line) and dealt_twice(network), 60,
        lambda: f"every fault happens twice: {[Counter(entry['fault'] for entry in served(bus)) for bus in (line, network)]}",
    )
    for bus in (line, network):
        for slave in bus.slaves:
            bus.set(slave.address, seed=None)
    ended = gateway.highest("readings")
    until(
        lambda: points == good_after(ended), 45,
        lambda: f"every point is good again, not yet {sorted(points - good_after(ended))}\n{gateway.ask('bus', 'stats').out}",
    )
    judge.delivered(gateway, platform, 30)

    readings = platform.ledger.readings()
    places = {(slave.cover, slave.sensor): (bus, slave) for bus in (line, network) for slave in bus.slaves}
    replies = {(bus.id, entry["unit"], entry["number"]): entry for bus in (line, network) for entry in served(bus)}
    wrong = [words for reading in readings if (words := complaint(reading, places, replies))]
    assert not wrong, f"{len(wrong)} of {len(readings)}:\n" + "\n".join(wrong[:20])
    reasons = Counter(reading["reason"] for reading in readings if reading["value"] is None)
    assert {"timeout", "exception"} <= set(reasons), reasons
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}
