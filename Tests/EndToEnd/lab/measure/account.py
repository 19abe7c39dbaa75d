"""What a process has used: the scheduler's own account of its time on a processor, and its memory.

Clock ticks read zero below 1 %. A process's CPU clock is the same account in nanoseconds as the `schedstat` of all its threads,
and keeps the share of threads that have ended.
"""
from __future__ import annotations

import time
from pathlib import Path

PROCESS_CLOCK = 2  # linux/posix-timers.h: CPUCLOCK_SCHED of a whole thread group


def processor_seconds(pid: int) -> float:
    """Time on a processor of all threads there are and were."""
    return time.clock_gettime_ns((~pid << 3) | PROCESS_CLOCK) / 1e9


def living_threads_seconds(pid: int) -> float:
    """The same from `schedstat`, without the threads that have ended: what the other is checked against."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def memory(pid: int, key: str) -> float:
    """A figure of smaps_rollup in MB: `Rss`, what is in memory; `Pss`, the same with shared pages divided among their users."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":")) / 1024
