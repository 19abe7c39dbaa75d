"""W2: the highest rate that is stored and delivered without a loss. Recorded only: it is as much the machine's."""
from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from .account import processor_seconds
from .matching import match
from .programs import Daemon, Floor
from .trial import Trial

EVERY_MS = 100  # the shortest that the daemon's configuration takes
STEPS = [(1, 100), (1, 200), (2, 150), (2, 200), (3, 200), (4, 200)]  # buses, units of each
KEEPING_UP = 1.0  # seconds after the measurement by which everything of it must have arrived


def attempt(folder: Path, kind: type[Daemon] | type[Floor], buses: int, units: int, seconds: float) -> dict[str, Any]:
    """One rate; `holds` when nothing was lost and the delivery kept up."""
    with Trial(folder, kind, units=units, every_ms=EVERY_MS, buses=buses) as trial:
        trial.start()
        trial.until_first()
        time.sleep(2)
        start, spent, begun = trial.field.replies, processor_seconds(trial.program.child.pid), time.monotonic()
        time.sleep(seconds)
        end, lasted = trial.field.replies, time.monotonic() - begun
        spent, ended = processor_seconds(trial.program.child.pid) - spent, time.time()
        time.sleep(KEEPING_UP)
        trial.program.child.kill()
        outcome = match(trial.field.served(start, end), trial.receiver.arrivals())
        late = max((at for _, at in outcome.pairs), default=ended) - ended
        readings = (end - start) * 10
        return {
            "offered_per_second": buses * units * 10 * 1000 // EVERY_MS, "readings_per_second": round(readings / lasted),
            "holds": not outcome.missing, "missing": len(outcome.missing), "last_arrival_s": round(late, 2),
            "cpu_ms_per_1000": round(spent * 1e6 / max(1, readings), 2),
        }


def workload(folder: Path, kind: type[Daemon] | type[Floor], seconds: float) -> dict[str, Any]:
    """Steps up until a rate no longer holds or no longer grows; the best that held, and all that was tried."""
    tried: list[dict[str, Any]] = []
    for buses, units in STEPS:
        tried.append(attempt(folder / f"w2-{kind.name}-{len(tried)}", kind, buses, units, seconds))
        grows = len(tried) < 2 or tried[-1]["readings_per_second"] > 1.05 * tried[-2]["readings_per_second"]
        if not tried[-1]["holds"] or not grows:
            break
    best = max((step for step in tried if step["holds"]), key=lambda step: step["readings_per_second"], default=None)
    return {"readings_per_second": best["readings_per_second"] if best else 0, "tried": tried}
