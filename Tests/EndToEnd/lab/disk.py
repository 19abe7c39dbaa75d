"""A small disk of its own: an ext4 file system in a file, mounted where a gateway has its store. Needs root."""
from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from .bench import Bench
from .gateway import Gateway


def _run(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(arguments)} failed, a small disk needs root and loop devices: {done.stderr.strip()}"


class SmallDisk:
    """The store of one gateway on a disk of so many MiB; unmounted when the bench is closed."""

    def __init__(self, bench: Bench, gateway: Gateway, mebibytes: int = 8):
        assert os.geteuid() == 0, "a small disk is a loop mount: run this as root"
        self.gateway = gateway
        self.image, self.folder = gateway.folder / "disk.img", gateway.store
        self.folder.mkdir()
        with self.image.open("wb") as image:
            image.truncate(mebibytes << 20)
        _run("mkfs.ext4", "-q", "-m", "0", str(self.image))
        self._mount()
        # Behind the gateway in the order of the ends: it lets go of the disk first.
        bench.parts.callback(gateway.kill)
        bench.parts.callback(lambda: subprocess.run(["umount", "-l", str(self.folder)], capture_output=True))
        bench.parts.callback(gateway.kill)

    @property
    def filler(self) -> Path:
        """What takes the room."""
        return self.folder / "filler"

    def fill(self) -> int:
        """Takes all the room that is left, as another program might; returns how many bytes that were. The gateway stands still
        meanwhile: the filler must not take what it gives back of its reserve."""
        child = self.gateway.child
        if child.running:
            os.kill(child.pid, signal.SIGSTOP)
        try:
            return self._fill()
        finally:
            if child.running:
                os.kill(child.pid, signal.SIGCONT)

    def _fill(self) -> int:
        with self.filler.open("ab", buffering=0) as file:
            for piece in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(bytes(piece))
                except OSError as error:
                    assert error.errno == 28, error
        return self.filler.stat().st_size

    def empty(self) -> None:
        """Gives the room back."""
        self.filler.unlink()

    def read_only(self) -> None:
        """Mounts it anew, read-only; the gateway must not run."""
        _run("umount", str(self.folder))
        self._mount("ro,")

    def writable(self) -> None:
        """Mounts it anew; the gateway must not run."""
        _run("umount", str(self.folder))
        self._mount()

    def _mount(self, options: str = "") -> None:
        _run("mount", "-o", f"{options}loop", str(self.image), str(self.folder))
