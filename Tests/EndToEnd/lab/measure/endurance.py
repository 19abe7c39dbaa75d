"""W8: ten million readings, stored and delivered: is the memory after the last million what it was after the first?"""
from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from .account import memory
from .maximum import EVERY_MS
from .programs import Daemon
from .receiver import Receiver
from .trial import Trial

BUSES, UNITS = 2, 120  # 24,000 readings a second: below what it can do (W2), so that nothing piles up


class Counter(Receiver):
    """Counts and keeps nothing: ten million readings are more than two gigabytes."""

    def count(self) -> int:
        """Readings so far, repetitions among them."""
        counted = super().count()
        del self.messages[1:self._seen]
        self._seen = min(self._seen, 1)
        return counted


def workload(folder: Path, readings: int) -> dict[str, Any]:
    """Feeds until so many have arrived; looks at the memory after each tenth of them."""
    with Trial(folder, Daemon, units=UNITS, every_ms=EVERY_MS, buses=BUSES, receiver=Counter) as trial:
        begun = trial.start()
        trial.until_first()
        pid, looks = trial.program.child.pid, []
        for tenth in range(1, 11):
            while trial.receiver.count() < readings * tenth // 10:
                trial.program.child.must_run()
                time.sleep(0.2)
            looks.append((round(memory(pid, "Anonymous"), 2), round(memory(pid, "Rss"), 2)))
        lasted = time.time() - begun
        lane = trial.program.gateway.lane("readings")
        return {
            "readings": trial.receiver.count(), "readings_per_second": round(trial.receiver.count() / lasted),
            "anonymous_mb": [anonymous for anonymous, _ in looks], "rss_mb": [rss for _, rss in looks],
            "growth_mb": round(looks[-1][0] - looks[0][0], 2), "rss_highest_mb": max(rss for _, rss in looks),
            "given_up": lane["evicted"] + lane["corrupt"] + lane["dropped"],
        }
