"""What a service manager is told: ready when everything is up, alive while every task is, and nothing when one stands still."""
from __future__ import annotations

import errno
import time
from typing import Any

import pytest

from lab.bench import Bench
from lab.change import apply, edited
from lab.gateway import Gateway
from lab.platform import Platform
from lab.preload import DiskFaults, Stall
from lab.raised import at_once, raise_alarm
from lab.supervisor import Supervisor
from lab.wait import for_seconds, until


def supervised(bench: Bench, gateway: Gateway, patience: float, **more: Any) -> Supervisor:
    """A service manager for this gateway, closed with the bench."""
    manager = Supervisor(gateway, patience, **more)
    bench.parts.callback(manager.close)
    return manager


def storage(platform: Platform) -> list[str]:
    """The states that the alarm about the store went through."""
    return [alarm["to"] for alarm in platform.ledger.alarms() if alarm["rule"] == "storage-failed"]


def running(bench: Bench, gateway: Gateway, manager: Supervisor) -> None:
    """Starts the daemon, and waits until it is ready and fed for."""
    gateway.start()
    until(lambda: manager.times("READY=1"), 20, "ready")
    until(lambda: len(manager.times("WATCHDOG=1")) > 2, 20, "fed for")


@pytest.mark.parametrize("abstract", [False, True])
def test_ready_is_told_when_store_alarms_and_socket_are_there(bench: Bench, abstract: bool) -> None:
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    raise_alarm(platform, line, 1, 30)
    gateway.kill()

    manager = supervised(bench, gateway, 30, abstract=abstract)
    disk = DiskFaults(gateway)
    disk.slow(0.5)
    gateway.child.start()
    until(lambda: manager.times("READY=1"), 30, lambda: f"ready: {manager.heard}", every=0.001)
    assert disk.delayed > 0, "the store was opened before"
    standing = gateway.ask("alarms", "list")
    assert standing.exit == 0 and "methane-high" in [row["rule"] for row in standing.json["alarms"]], standing
    assert manager.times("STATUS=watching: covers 3, buses 1"), manager.heard
    disk.slow(0)
    assert not manager.times("STOPPING=1")
    assert gateway.stop() == 0
    until(lambda: manager.times("STOPPING=1"), 5, "told that it stops")


def test_the_watchdog_is_fed_while_the_disk_fails_and_while_it_hangs(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    manager, disk = supervised(bench, gateway, 6), DiskFaults(gateway)
    running(bench, gateway, manager)
    begun = time.monotonic()
    disk.dead(errno.EIO)
    until(lambda: disk.failed > 5, 20, "the disk fails")
    raise_alarm(platform, line, 1, 30)
    disk.dead(0)
    until(lambda: storage(platform)[-1:] != ["unacknowledged"], 30, "the disk is well again")
    known = len(storage(platform))
    disk.slow(600)
    until(lambda: disk.delayed > 0, 20, "the disk hangs")
    raise_alarm(platform, line, 2, 30)
    # Longer than any writer may be late without an excuse.
    until(lambda: len(storage(platform)) > known, 60, "a medium that does not answer is an alarm", every=1)
    said = [alarm for alarm in platform.ledger.alarms() if alarm["rule"] == "storage-failed"][-1]
    assert "has not answered for 30 s" in said["note"], said
    for_seconds(8, gateway.child.must_run)
    assert manager.is_satisfied(begun), manager.heard
    assert "stands still" not in gateway.child.output()


def test_the_watchdog_is_fed_from_one_configuration_to_the_next(bench: Bench) -> None:
    bench.platform()
    gateway = bench.gateway(bench.tcp(2, every="200 ms"))
    manager, disk = supervised(bench, gateway, 2), DiskFaults(gateway)
    running(bench, gateway, manager)
    until(lambda: gateway.ask("status").exit == 0, 30, "all is well")

    def rarer(configuration: dict[str, Any]) -> None:
        configuration["covers"][1]["sensors"]["ch4"]["every"] = "400 ms"

    begun, file = time.monotonic(), edited(gateway, rarer)
    # The end of one and the begin of the next one take longer than the patience.
    disk.slow(0.3)
    answer = apply(gateway, file)
    assert answer.exit == 0 and answer.json["outcome"] == "confirmed", answer
    assert manager.is_satisfied(begun), manager.heard
    assert manager.times("STATUS=taking another configuration") and len(manager.times("READY=1")) == 2, manager.heard
    assert not manager.times("STOPPING=1")


def test_the_watchdog_is_not_fed_for_a_daemon_that_stands_still(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(3))
    manager, stall = supervised(bench, gateway, 4), Stall(gateway)
    running(bench, gateway, manager)
    stall.begin("!watchdog")
    until(lambda: "the watchdog is not fed" in gateway.child.output(), 30, "the task is named")
    fed = len(manager.times("WATCHDOG=1"))
    for_seconds(5, gateway.child.must_run)
    assert len(manager.times("WATCHDOG=1")) == fed, "not a sign of life more"
    said = [row for row in gateway.child.output().splitlines() if "the watchdog is not fed" in row]
    assert "task=alarm engine" in said[0], said
    assert manager.times("STATUS=alarm engine stands still"), manager.heard
    stall.end()
    until(lambda: len(manager.times("WATCHDOG=1")) > fed + 1, 20, "fed for again, once it goes on")
    assert "a task that stood still goes on task=alarm engine" in gateway.child.output()


@pytest.mark.faults
def test_the_watchdog_is_not_fed_when_one_bus_never_comes_back(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(3), bench.rtu())
    manager, stall = supervised(bench, gateway, 4), Stall(gateway)
    running(bench, gateway, manager)
    stall.begin("bus-plc", Stall.POLL)
    until(lambda: stall.stalled > 0, 10, "the thread stands still")
    begun = time.monotonic()
    for_seconds(40, gateway.child.must_run)
    assert manager.is_satisfied(begun), "a bus that is slow is no reason"
    until(lambda: "the watchdog is not fed" in gateway.child.output(), 60, "the bus is named")
    said = [row for row in gateway.child.output().splitlines() if "the watchdog is not fed" in row]
    assert len(said) == 1 and "task=bus plc" in said[0], said
    stall.end()
    fed = len(manager.times("WATCHDOG=1"))
    until(lambda: len(manager.times("WATCHDOG=1")) > fed, 20, "fed for again")
