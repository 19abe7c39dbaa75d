"""Faults from inside the daemon: libraries of Tests/Preload that are loaded before all others, switched while it runs."""
from __future__ import annotations

import fcntl
import mmap
import os
import struct
import subprocess
from pathlib import Path
from typing import Any

from .gateway import REPOSITORY, Gateway

LIBRARIES = REPOSITORY / ".build" / "preload"
DAY = 86_400


def load(gateway: Gateway, name: str, **environment: str) -> None:
    """Has the daemon start with this library; builds it first."""
    _build()
    loaded = gateway.child.environment.get("LD_PRELOAD", "")
    gateway.child.environment.update(environment, LD_PRELOAD=f"{LIBRARIES / name}.so {loaded}".strip())


def _build() -> None:
    """Makes the libraries, one test at a time: another one may be loading them."""
    LIBRARIES.mkdir(parents=True, exist_ok=True)
    with (LIBRARIES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["make", "--silent", "-C", str(REPOSITORY / "Tests" / "Preload"), f"OUT={LIBRARIES}"], capture_output=True, text=True
        )
    assert made.returncode == 0, f"the libraries of Tests/Preload cannot be built:\n{made.stderr}"


class Preload:
    """One library and the file through which it is told what to do; the layouts are those of the C files."""

    def __init__(self, gateway: Gateway, name: str, size: int, **environment: str):
        control = gateway.folder / f"{name}.control"
        control.write_bytes(bytes(size))
        with control.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), size)
        load(gateway, name, **environment, **{name.replace("-", "_").upper(): str(control)})

    def _get(self, form: str, at: int) -> Any:
        return struct.unpack_from(form, self.memory, at)[0]

    def _set(self, form: str, at: int, value: int) -> None:
        struct.pack_into(form, self.memory, at, value)


READ, WRITE, POLL = 1, 2, 3


class PortErrors(Preload):
    """Calls on lines and connections that fail: each has a place of its own."""

    PLACES, SIZE = 16, 32

    def __init__(self, gateway: Gateway):
        super().__init__(gateway, "port-errors", self.PLACES * self.SIZE)

    def watch_line(self, place: int, device: Path) -> None:
        """A serial line, by its path."""
        self._set("<Q", place * self.SIZE, os.stat(device).st_rdev)

    def watch_port(self, place: int, port: int) -> None:
        """TCP connections to a port."""
        self._set("<I", place * self.SIZE + 8, port)

    def fail(self, place: int, call: int, value: int) -> None:
        """From now on this call fails with this errno; for POLL the value is what it reports."""
        self._set("<I", place * self.SIZE + 16, value)
        self._set("<I", place * self.SIZE + 12, call)

    def lift(self, place: int) -> None:
        """Nothing fails any more."""
        self._set("<I", place * self.SIZE + 12, 0)

    def failed(self, place: int) -> int:
        """Calls that were made to fail."""
        return self._get("<I", place * self.SIZE + 20)

    def late(self, place: int) -> int:
        """Calls on a descriptor between its failure and its close."""
        return self._get("<I", place * self.SIZE + 24)

    def closed(self, place: int) -> int:
        """Descriptors that were closed after their failure."""
        return self._get("<I", place * self.SIZE + 28)


class DiskFaults(Preload):
    """The gateway's store on a disk that is slow to sync, or dead."""

    def __init__(self, gateway: Gateway):
        super().__init__(gateway, "disk-faults", 20, DISK_FAULTS_FOLDER=str(gateway.store.resolve()))

    def slow(self, seconds: float) -> None:
        """Every sync takes so long."""
        self._set("<I", 0, round(seconds * 1000))

    def dead(self, error: int) -> None:
        """Every write and sync fails; 0 heals it."""
        self._set("<I", 4, error)

    def unreadable(self, error: int) -> None:
        """Every read fails; 0 heals it."""
        self._set("<I", 16, error)

    @property
    def delayed(self) -> int:
        """Syncs that were delayed."""
        return self._get("<I", 8)

    @property
    def failed(self) -> int:
        """Calls that were made to fail."""
        return self._get("<I", 12)


class WallClock(Preload):
    """A wall clock that is wrong; whatever else measures time goes on."""

    def __init__(self, gateway: Gateway):
        super().__init__(gateway, "wall-clock", 16)

    def jump(self, days: float) -> None:
        """From now on the clock is so far ahead of the true time, or behind it."""
        self._set("<q", 0, round(days * DAY))

    def unsynced(self, nothing_disciplines_it: bool = True) -> None:
        """What the kernel says about it."""
        self._set("<I", 8, int(nothing_disciplines_it))

    @property
    def asked(self) -> int:
        """How often it was asked for."""
        return self._get("<I", 12)


class Stall(Preload):
    """Threads that stand still."""

    def __init__(self, gateway: Gateway):
        super().__init__(gateway, "stall", 32)

    CLOCK, POLL = 1, 2

    def begin(self, threads: str, call: int = CLOCK) -> None:
        """The threads of this name stand still at their next such call; after `!` all others."""
        self.memory[8:32] = threads.encode().ljust(24, b"\0")
        self._set("<I", 0, call)

    def end(self) -> None:
        """They go on."""
        self._set("<I", 0, 0)

    @property
    def stalled(self) -> int:
        """Calls that did not return at once."""
        return self._get("<I", 4)
