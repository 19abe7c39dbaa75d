"""A memory limit as a service manager sets it: a control group of its own for the daemon, version 1 or 2; needs root."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .gateway import Gateway

ROOT = Path("/sys/fs/cgroup")
# Eats memory in the group.
HOG = """
import sys
open(sys.argv[1], "w").write("0")
eaten = []
while True:
    eaten.append(bytearray(b"x" * (1 << 18)))
"""


class MemoryLimit:
    """A control group into which the daemon starts itself."""

    def __init__(self, gateway: Gateway, limit: int):
        one, two = ROOT / "memory", ROOT / "cgroup.controllers"
        self.is_second = two.exists() and "memory" in two.read_text().split()
        assert self.is_second or (one / "memory.limit_in_bytes").exists(), "this kernel has no control groups for memory"
        self.folder = (ROOT if self.is_second else one) / f"gatewayd-{os.getpid()}-{id(self):x}"
        if self.is_second:
            (ROOT / "cgroup.subtree_control").write_text("+memory")
        self.folder.mkdir()
        (self.folder / ("memory.max" if self.is_second else "memory.limit_in_bytes")).write_text(str(limit))
        enter = f'echo $$ > {self.folder}/cgroup.procs && exec "$@"'
        gateway.child.arguments = ["/bin/sh", "-c", enter, "sh", *gateway.child.arguments]
        self.gateway = gateway

    @property
    def peak(self) -> int:
        """The most bytes the group has held, cache of files included."""
        name = "memory.peak" if self.is_second else "memory.max_usage_in_bytes"
        file = self.folder / name
        return int(file.read_text()) if file.exists() else 0

    @property
    def ended(self) -> int:
        """How many processes the kernel has ended here for want of memory."""
        text = (self.folder / ("memory.events" if self.is_second else "memory.oom_control")).read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("oom_kill "))

    def exhaust(self) -> None:
        """Eats what is left until the kernel ends the daemon."""
        # The kernel takes the daemon, and not who ate it all.
        Path(f"/proc/{self.gateway.child.pid}/oom_score_adj").write_text("1000")
        hog = subprocess.Popen([sys.executable, "-c", HOG, str(self.folder / "cgroup.procs")])
        try:
            self.gateway.child.wait(60)
        finally:
            hog.kill()
            hog.wait(10)
        assert self.gateway.child.exit == -signal.SIGKILL, self.gateway.child.exit

    def close(self) -> None:
        """Removes the group; who was in it has ended by now."""
        for _ in range(100):
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.05)


def memory(pid: int) -> dict[str, int]:
    """Bytes of the process by the kernel's names, like VmRSS and VmHWM (its peak), RssAnon and RssFile."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines if line.endswith(" kB")}
