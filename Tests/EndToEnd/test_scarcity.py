"""A gateway that gets too little of what a machine has: memory, and descriptors."""
from __future__ import annotations

import os
import random
import resource
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab import backlog, judge
from lab.bench import Bench
from lab.broker import program
from lab.child import Child, held
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.memory_limit import MemoryLimit, memory
from lab.raised import at_once, clear, raise_alarm
from lab.wait import for_seconds, until

ROOM_FOR_BACKOFF = 90
LIMIT = 64 << 20
SEED = int(os.environ.get("E2E_SEED", "7"))


def limited(bench: Bench, gateway: Gateway, limit: int) -> MemoryLimit:
    """A memory limit that goes with the bench, after the daemon."""
    group = MemoryLimit(gateway, limit)
    bench.parts.callback(group.close)
    bench.parts.callback(gateway.kill)
    return group


def listener(bench: Bench, gateway: Gateway) -> Child:
    """Somebody who takes readings and keeps none of them: a million would fill this process's memory."""
    identity = bench.authority.client("listener")
    arguments = [
        program("mosquitto_sub"), "-p", str(bench.broker.port), "-V", "mqttv5", "-q", "1", "-i", "listener",
        "-t", f"manhole/v1/{gateway.id}/readings", "--cafile", str(identity.authority), "--cert", str(identity.certificate),
        "--key", str(identity.key),
    ]
    made = Child("mosquitto_sub", arguments, Path("/dev/null"))
    bench.parts.callback(made.kill)
    made.start()
    return made


@pytest.mark.parametrize("waiting", [100_000, pytest.param(size(1_000_000, 300_000), marks=pytest.mark.faults)])
def test_a_long_backlog_needs_no_more_memory_than_a_short_one(bench: Bench, waiting: int) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    backlog.make(bench, gateway, waiting)

    group = limited(bench, gateway, LIMIT)
    gateway.start()
    assert gateway.lane(READINGS)["waiting"] >= waiting
    for_seconds(5, gateway.child.must_run)
    at_rest = memory(gateway.child.pid)
    bench.broker.start()
    platform = bench.platform()
    platform.client.unsubscribe("manhole/v1/+/#")
    platform.client.subscribe("manhole/v1/+/alarms", 1)
    listener(bench, gateway)
    left = waiting - min(waiting, 200_000)
    until(lambda: gateway.lane(READINGS)["waiting"] < max(left, 500), 400, lambda: f"it drains: {gateway.uplink()}", every=1)
    raised = raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink()))
    gateway.child.must_run()
    most = memory(gateway.child.pid)
    print(
        f"{waiting} readings waiting, limit 64 MiB: at rest {at_rest['VmRSS'] >> 20} MiB, most {most['VmHWM'] >> 20} MiB, "
        f"of them its own {most['RssAnon'] >> 20} MiB; group at most {group.peak >> 20} MiB with the cache of files; "
        f"alarm after {raised.delay:.2f} s"
    )
    assert group.ended == 0
    assert most["VmHWM"] < LIMIT


@pytest.mark.parametrize("times", [2, pytest.param(size(10, 4), marks=pytest.mark.faults)])
def test_a_daemon_that_the_kernel_ends_for_want_of_memory_loses_nothing(bench: Bench, times: int) -> None:
    platform, line = bench.platform(), bench.tcp(8, every="200 ms")
    gateway = bench.gateway(line)
    group = limited(bench, gateway, LIMIT)
    chance = random.Random(SEED)
    for number in range(times):
        gateway.start(within=5)
        if number % 2:
            bench.broker.start()
        for_seconds(chance.uniform(0.5, 3), gateway.child.must_run, every=0.01)
        if number % 2 == 0:
            bench.broker.stop()
        group.exhaust()
        assert group.ended > number, "it was the kernel"
    if not bench.broker.child.running:
        bench.broker.start()
    gateway.start(within=5)
    until(lambda: gateway.uplink()["state"] == "connected", ROOM_FOR_BACKOFF, lambda: f"connected: {gateway.uplink()}")
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=times)
    assert {gap.reason for lane in platform.ledger.lanes.values() for gap in lane.gaps} <= {"unused"}


def cpu(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.alone
def test_without_a_free_descriptor_alarms_go_on_and_clients_wait(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    raise_alarm(platform, line, 1, 30)
    pid = gateway.child.pid
    usual, begun = cpu(pid), time.monotonic()
    for_seconds(5, gateway.child.must_run)
    usual = (cpu(pid) - usual) / (time.monotonic() - begun)
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    lines = len(gateway.child.output().splitlines())

    resource.prlimit(pid, resource.RLIMIT_NOFILE, (held(pid)[0], hard))
    with ExitStack() as clients:
        for _ in range(12):
            client = clients.enter_context(socket.socket(socket.AF_UNIX))
            client.settimeout(1)
            try:
                client.connect(str(gateway.socket))
                client.sendall(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            except OSError:
                pass
        assert gateway.ask("status").exit not in (0, 1), "nobody can be let in"
        raised = raise_alarm(platform, line, 2, 30)
        scarce, begun = cpu(pid), time.monotonic()
        for_seconds(10, gateway.child.must_run)
        scarce = (cpu(pid) - scarce) / (time.monotonic() - begun)
        # The connection is lost as well: what it gives back is enough for the next one.
        bench.broker.stop()
        for_seconds(2, gateway.child.must_run)
        bench.broker.start()
        again = raise_alarm(platform, line, 3, 90)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
    until(lambda: gateway.ask("status").exit in (0, 1), 30, "who asks is answered again")
    said = gateway.child.output().splitlines()[lines:]
    print(
        f"no free descriptor: alarms after {raised.delay:.2f} s, {again.delay:.2f} s through a break; "
        f"processor {usual:.3f} before, {scarce:.3f} meanwhile; {len(said)} lines of the log"
    )
    assert scarce < usual + 0.25, "no loop without a pause"
    assert len(said) < 100, said
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=1)
