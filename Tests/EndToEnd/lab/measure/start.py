"""W6: from the process's start to the first reading at the subscriber, and the memory of a program that has nothing to do."""
from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from .account import memory, processor_seconds
from .programs import COMMIT_INTERVAL, Daemon, Floor
from .trial import Trial


def start(folder: Path, kind: type[Daemon] | type[Floor]) -> float:
    """Seconds of one start, without the commit wait."""
    with Trial(folder, kind) as trial:
        begun = trial.start()
        return trial.until_first() - begun - (COMMIT_INTERVAL if trial.program.commit_interval else 0)


def idle(folder: Path, kind: type[Daemon] | type[Floor], settle: float) -> dict[str, float]:
    """Memory and processor time with one unit that is read once an hour."""
    with Trial(folder, kind, units=1, every_ms=3_600_000) as trial:
        trial.start()
        trial.until_first()
        time.sleep(settle)
        pid = trial.program.child.pid
        spent, begun = processor_seconds(pid), time.monotonic()
        time.sleep(2 * settle)
        share = (processor_seconds(pid) - spent) / (time.monotonic() - begun)
        return {
            "idle_rss_mb": round(memory(pid, "Rss"), 1), "idle_pss_mb": round(memory(pid, "Pss"), 1),
            "idle_cpu_percent": round(share * 100, 3),
        }


def workload(folder: Path, kind: type[Daemon] | type[Floor], times: int, settle: float = 5) -> dict[str, Any]:
    """The median of some starts, and the idle memory."""
    starts = [start(folder / f"w6-{kind.name}-{number}", kind) for number in range(times)]
    return {
        "start_s": round(statistics.median(starts), 3), "slowest_start_s": round(max(starts), 3),
        **idle(folder / f"w6-{kind.name}-idle", kind, settle),
    }
