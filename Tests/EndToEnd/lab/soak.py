"""Hours of everything at once: `make soak`. A real daemon on real parts, a random mix of faults by a seed, and its figures.

`python3 -m lab.soak MINUTES SEED`. Three quarters of the time are one life of the process, over which memory, descriptors,
threads and the write-ahead logs must stay flat; in the last quarter it is also killed. The ledger is judged at the end.
"""
from __future__ import annotations

import errno
import random
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import judge
from .bench import Bench
from .child import held
from .gateway import Gateway
from .memory_limit import memory
from .preload import POLL, READ, WRITE, DiskFaults, PortErrors, WallClock
from .slow_link import SlowLink
from .wait import for_seconds, until

WARM_UP = 0.15  # of the first life: what is loaded once is there by then
EVERY = 5.0  # seconds between two samples


@dataclass
class Sample:
    """What the process has at one moment."""

    life: int
    own: int  # memory that no file stands behind: pages of the program come and go with what is used of it
    resident: int
    descriptors: int
    threads: int
    logs: int


class Soak:
    """One gateway, its parts, and what can befall them."""

    def __init__(self, bench: Bench, chance: random.Random):
        self.bench, self.chance = bench, chance
        self.platform, self.line, self.serial = bench.platform(), bench.tcp(5), bench.rtu()
        self.gateway: Gateway = bench.gateway(self.line, self.serial)
        link = SlowLink(bench.broker.port, 2_000_000)
        bench.parts.callback(link.cut)
        link.start()
        self.link = link
        self.gateway.configuration["uplinks"]["city"]["links"][0]["port"] = link.port
        self.gateway.write()
        self.disk, self.clock, self.ports = DiskFaults(self.gateway), WallClock(self.gateway), PortErrors(self.gateway)
        self.ports.watch_port(0, self.line.port)
        self.life, self.breaks, self.told, self.samples = 0, 0, {}, []

    def faults(self, kills: bool) -> list[Callable[[], None]]:
        """Everything that can befall it now."""
        return [
            self.broker_away, self.link_swallows, self.disk_dead, self.disk_full, self.disk_slow, self.clock_jumps, self.port_fails, self.sensors_silent,
            self.alarm, self.alarm, self.questions, self.no_descriptors, *([self.killed, self.stopped] if kills else []),
        ]

    def pause(self, most: float) -> None:
        """A fault lasts."""
        for_seconds(self.chance.uniform(0.5, most), self.gateway.child.must_run)

    def broker_away(self) -> None:
        self.breaks += 1
        self.bench.broker.stop()
        self.pause(20)
        self.bench.broker.start()

    def link_swallows(self) -> None:
        self.breaks += 1
        self.link.swallow()
        self.pause(30)

    def disk_dead(self) -> None:
        self.disk.dead(errno.EIO)
        self.pause(10)
        self.disk.dead(0)

    def disk_full(self) -> None:
        self.disk.dead(errno.ENOSPC)
        self.pause(10)
        self.disk.dead(0)

    def disk_slow(self) -> None:
        self.disk.slow(self.chance.uniform(0.1, 3))
        self.pause(15)
        self.disk.slow(0)

    def clock_jumps(self) -> None:
        self.clock.jump(self.chance.choice([400, -15, 1 / 24, -1 / 24, -(time.time() // 86_400)]))
        self.pause(10)
        self.clock.jump(0)

    def port_fails(self) -> None:
        call = self.chance.choice([READ, WRITE, POLL])
        self.ports.fail(0, call, 0x10 if call == POLL else self.chance.choice([errno.ECONNRESET, errno.EPIPE]))
        self.pause(8)
        self.ports.lift(0)

    def sensors_silent(self) -> None:
        self.line.child.kill()
        self.pause(10)
        self.line.child.start()

    def alarm(self) -> None:
        unit = self.chance.randrange(1, 4)
        self.line.set(unit, methane=35.0)
        self.pause(6)
        self.line.set(unit, methane=5.0)

    def questions(self) -> None:
        for _ in range(self.chance.randrange(1, 20)):
            self.gateway.ask(*self.chance.choice([["status"], ["sensors"], ["alarms", "list"], ["bus", "stats"], ["doctor"]]))

    def no_descriptors(self) -> None:
        pid = self.gateway.child.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (held(pid)[0], hard))
        self.pause(8)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))

    def killed(self) -> None:
        self.gateway.kill()
        self.next_life()

    def stopped(self) -> None:
        assert self.gateway.stop() == 0
        self.next_life()

    def next_life(self) -> None:
        """The same store, another process."""
        self.life += 1
        self.breaks += 1
        self.gateway.start()

    def sample(self) -> None:
        """Notes what the process has."""
        pid = self.gateway.child.pid
        descriptors, threads = held(pid)
        logs = sum(file.stat().st_size for file in self.gateway.store.glob("*.db-wal"))
        held_now = memory(pid)
        self.samples.append(Sample(self.life, held_now["RssAnon"], held_now["VmRSS"], descriptors, threads, logs))

    def run(self, seconds: float) -> None:
        """Lets everything happen for so long."""
        begun, sampled = time.monotonic(), 0.0
        self.gateway.start()
        while (passed := time.monotonic() - begun) < seconds:
            fault = self.chance.choice(self.faults(kills=passed > seconds * 0.75))
            self.told[fault.__name__] = self.told.get(fault.__name__, 0) + 1
            fault()
            for_seconds(self.chance.uniform(0, 4), self.gateway.child.must_run)
            if time.monotonic() - sampled > EVERY:
                sampled = time.monotonic()
                self.sample()
        self.disk.dead(0)
        self.disk.slow(0)
        if not self.bench.broker.child.running:
            self.bench.broker.start()

    def settle(self) -> None:
        """Everything arrives in the end, or is named."""
        until(lambda: self.gateway.uplink()["state"] == "connected", 120, lambda: f"connected: {self.gateway.uplink()}")
        judge.delivered(self.gateway, self.platform, 300)
        ledger = self.platform.ledger
        assert ledger.complaints() == [], "\n".join(ledger.complaints()[:20])
        assert ledger.missing() == {}, judge.short(ledger.missing())
        judge.repeated_by(ledger, self.breaks)

    def growth(self) -> list[str]:
        """What grew over the first life; one line each. The last third against the first, after the beginning."""
        first = [sample for sample in self.samples if sample.life == 0]
        first = first[int(len(first) * WARM_UP):]
        third = len(first) // 3
        if third < 3:
            return [f"too short to judge whether anything grows: {len(first)} samples"]
        lines = []
        bounds = {"own": 4 << 20, "resident": 16 << 20, "descriptors": 3, "threads": 2, "logs": 4 << 20}
        for name, allowed in bounds.items():
            before, after = (
                statistics.median(getattr(sample, name) for sample in part) for part in (first[:third], first[-third:])
            )
            verdict = "flat" if after - before <= allowed else "GROWS"
            lines.append(f"{name}: {before:.0f} at first, {after:.0f} at last, {verdict}")
        return lines


def main() -> None:
    """Runs it and says how it was."""
    minutes, seed = float(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "b")
        try:
            soak = Soak(bench, random.Random(seed))
            soak.run(minutes * 60)
            soak.settle()
            grown = soak.growth()
            ledger = soak.platform.ledger
            print(f"{minutes:g} minutes, seed {seed}, {soak.life + 1} lives, faults: {soak.told}")
            print(f"{len(ledger.readings())} readings and {len(ledger.alarms())} alarm messages, the ledger is right")
            print("\n".join(grown))
            if any("GROWS" in line for line in grown):
                raise SystemExit(f"something grows; again by: make soak SOAK={minutes:g} SEED={seed}")
        except BaseException:
            print(bench.logs(), file=sys.stderr)
            print(f"seed {seed}", file=sys.stderr)
            raise
        finally:
            bench.close()


if __name__ == "__main__":
    main()
