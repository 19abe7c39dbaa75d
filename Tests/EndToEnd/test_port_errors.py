"""What a dying adapter or a broken connection says to its reader: the port is closed at once, and values are back within 5 s."""
from __future__ import annotations

import errno
import os
import random
import select
import time
from collections import defaultdict
from typing import Any

import pytest

from lab.adapter import Adapter
from lab.bench import Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.child import held
from lab.faults import size
from lab.faulty import PROFILE, origin
from lab.ledger import READINGS, Ledger
from lab.preload import POLL, READ, WRITE, PortErrors
from lab.served import seconds
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
RECOVERY = 5.0
IDLE_THREADS = 2  # those of the language's runtime come and go
LINES = {
    "eio": (READ, errno.EIO), "enxio": (READ, errno.ENXIO), "enodev": (READ, errno.ENODEV), "epipe": (WRITE, errno.EPIPE),
    "econnreset": (READ, errno.ECONNRESET), "pollhup": (POLL, select.POLLHUP), "write-eio": (WRITE, errno.EIO),
}
CONNECTIONS = {
    "tcp-epipe": (WRITE, errno.EPIPE), "tcp-econnreset": (READ, errno.ECONNRESET), "tcp-pollhup": (POLL, select.POLLHUP),
}
FAULTS = {**LINES, **CONNECTIONS}
PLACES = {name: place for place, name in enumerate(FAULTS)}
pytestmark = pytest.mark.alone


class Book:
    """What came of each sensor, entered as it arrives: a look costs the same late as early."""

    def __init__(self, ledger: Ledger):
        self.ledger, self.seen = ledger, 0
        self.readings: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def of(self, sensor: str, since: float, until_: float = float("inf")) -> list[dict[str, Any]]:
        """The readings of a sensor with times between the two."""
        with self.ledger.lock:
            new, self.seen = self.ledger.arrivals[self.seen:], len(self.ledger.arrivals)
        for arrival in new:
            for reading in arrival.message["readings"] if arrival.kind == READINGS else ():
                if "quality" in reading:
                    self.readings[reading["sensor"]].append({**reading, "at": seconds(reading["time"])})
        return [reading for reading in self.readings[sensor][-1000:] if since <= reading["at"] <= until_]

    def first(self, sensor: str, since: float, quality: str, reason: str | None = None) -> dict[str, Any] | None:
        """The first one of this quality and reason."""
        wanted = (quality, reason)
        return next((one for one in self.of(sensor, since) if (one["quality"], one.get("reason")) == wanted), None)


@pytest.mark.parametrize("cycles", [2, pytest.param(size(50, 10), marks=pytest.mark.faults)])
def test_a_port_that_fails_is_closed_at_once_and_found_again(bench: Bench, cycles: int) -> None:
    platform = bench.platform()
    adapters = {
        name: Adapter(bench.folder / name, name, [Slave(1, "lab-probe", cover(PLACES[name]), name, "200 ms")]) for name in LINES
    }
    networks = {
        name: bench.bus(name, MODBUS_TCP, [Slave(1, "lab-probe", cover(PLACES[name]), name, "200 ms")], program="lab.faulty")
        for name in CONNECTIONS
    }
    gateway = bench.gateway(*adapters.values(), *networks.values())
    profiles = gateway.folder / "profiles"
    profiles.mkdir()
    (profiles / "lab-probe.yaml").write_text(PROFILE)
    gateway.configuration["profiles"] = [str(profiles)]
    gateway.configuration["uplinks"]["city"]["batch"]["max_interval"] = "200 ms"
    gateway.write()
    errors = PortErrors(gateway)
    for name, adapter in adapters.items():
        bench.parts.callback(adapter.pull)
        adapter.plug()
        errors.watch_line(PLACES[name], adapter.device)
    for name, network in networks.items():
        errors.watch_port(PLACES[name], network.port)
    book, chance = Book(platform.ledger), random.Random(SEED)
    start = time.time()
    gateway.start()
    for name in FAULTS:
        until(lambda: book.first(name, start, "good"), 30, f"the first value of {name}")
    before, slowest = held(gateway.child.pid), dict.fromkeys(FAULTS, 0.0)
    for cycle in range(cycles):
        for_seconds(chance.uniform(0, 0.4), gateway.child.must_run, every=0.01)
        broken, known = time.time(), {name: errors.failed(PLACES[name]) for name in FAULTS}
        for name, (call, value) in FAULTS.items():
            errors.fail(PLACES[name], call, value)
        said = {
            name: until(
                lambda: book.first(name, broken, "bad", "disconnected"), 20,
                lambda: f"cycle {cycle}: a reading of {name} says disconnected\n{gateway.ask('bus', 'stats').out}",
            )
            for name in FAULTS
        }
        # Now and then for so long that a growing pause, or a quarantine of who is not to blame, would show.
        for_seconds({1: 3, 3: 8}.get(cycle % 10, 0), gateway.child.must_run)
        lifted = time.time()
        for name, place in PLACES.items():
            errors.lift(place)
            assert errors.failed(place) > known[name], f"{name} has met its error"
        for name in FAULTS:
            good = until(
                lambda: book.first(name, lifted, "good"), 30,
                lambda: f"cycle {cycle}: a value of {name}\n{gateway.ask('bus', 'stats').out}",
            )
            slowest[name] = max(slowest[name], good["at"] - lifted)
            # The channels of one poll bear one time; those before the error may have had their reply.
            later = (one for one in book.of(name, said[name]["at"], lifted) if one["at"] > said[name]["at"])
            meanwhile = [one for one in later if one["value"] is not None]
            assert not meanwhile, f"cycle {cycle}: values of {name} while its port failed: {meanwhile[:3]}"
    print("slowest recovery, s:", {name: round(late, 1) for name, late in slowest.items()})
    assert max(slowest.values()) <= RECOVERY, slowest
    for name, place in PLACES.items():
        assert errors.failed(place) == errors.closed(place) >= cycles, f"{name}: {errors.failed(place)} errors, as many closes"
        assert errors.late(place) == 0, f"{name}: {errors.late(place)} more calls on a port that had failed"

    def nothing_left() -> bool:
        descriptors, threads = held(gateway.child.pid)
        return descriptors == before[0] and threads <= before[1] + IDLE_THREADS

    until(nothing_left, 30, lambda: f"{before} descriptors and threads before, now {held(gateway.child.pid)}")
    for name, readings in book.readings.items():
        for reading in readings:
            if reading["value"] is not None:
                assert origin(reading["value"])[:2] == (1, reading["channel"]), reading
    assert platform.ledger.complaints() == []
