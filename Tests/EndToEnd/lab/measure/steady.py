"""W1: 500 readings a second, stored and delivered. Processor time, memory, bytes, latency; floor and daemon take turns."""
from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from .account import memory, processor_seconds
from .matching import commit_due, match, percentile
from .programs import Daemon, Floor
from .trial import Trial

# Topic, content type and fixed header of one PUBLISH; TLS adds 22 bytes to every 16 kB besides.
HEADER = len("manhole/v1/gw-500111-0007/readings") + len("application/json") + 13


def steady(folder: Path, kind: type[Daemon] | type[Floor], seconds: float, warm_up: float = 3) -> dict[str, float]:
    """One turn."""
    with Trial(folder, kind) as trial:
        trial.start()
        trial.until_first()
        time.sleep(warm_up)
        pid = trial.program.child.pid
        first_reply, spent = trial.field.replies, processor_seconds(pid)
        begun = time.monotonic()
        messages, arrived, carried = len(trial.receiver.messages), trial.receiver.count(), trial.receiver.bytes
        time.sleep(seconds)
        spent, last_reply = processor_seconds(pid) - spent, trial.field.replies
        lasted, rss, pss = time.monotonic() - begun, memory(pid, "Rss"), memory(pid, "Pss")
        trial.receiver.count()
        time.sleep(1.5)  # for what is on its way
        readings = (last_reply - first_reply) * 10
        served = list(trial.field.served(first_reply, last_reply))
        patience = time.monotonic() + 20  # a busy machine delivers late, and loses nothing
        while (outcome := match(served, trial.receiver.arrivals())).missing and time.monotonic() < patience:
            time.sleep(0.5)
        times = [served for served, _ in outcome.pairs]
        above = [(at - due) * 1000 for (_, at), due in zip(outcome.pairs, commit_due(times, trial.program.commit_interval))]
        raw = [(at - served) * 1000 for served, at in outcome.pairs]
        received = trial.receiver.count() - arrived
        sent = trial.receiver.bytes - carried + HEADER * (len(trial.receiver.messages) - messages)
        return {
            "readings_per_second": readings / lasted, "cpu_ms_per_1000": spent * 1e6 / readings, "rss_mb": rss, "pss_mb": pss,
            "latency_p50_ms": percentile(raw, 0.5), "latency_p99_ms": percentile(raw, 0.99),
            "above_commit_p50_ms": percentile(above, 0.5), "above_commit_p99_ms": percentile(above, 0.99),
            "bytes_per_reading": sent / received, "missing": len(outcome.missing), "doubled": outcome.doubled,
            "out_of_order": outcome.out_of_order,
        }


def workload(folder: Path, seconds: float, turns: int) -> dict[str, Any]:
    """The medians of both over their turns, and what of the floor's processor time the daemon takes."""
    runs: dict[str, list[dict[str, float]]] = {"floor": [], "gatewayd": []}
    for turn in range(turns):
        for kind in (Floor, Daemon):
            runs[kind.name].append(steady(folder / f"w1-{kind.name}-{turn}", kind, seconds))
    medians: dict[str, Any] = {
        name: {figure: round(statistics.median(run[figure] for run in each), 3) for figure in each[0]}
        for name, each in runs.items()
    }
    for name, each in runs.items():
        for loss in ("missing", "doubled", "out_of_order"):
            medians[name][loss] = sum(run[loss] for run in each)
    medians["cpu_ratio"] = round(medians["gatewayd"]["cpu_ms_per_1000"] / medians["floor"]["cpu_ms_per_1000"], 2)
    medians["bytes_ratio"] = round(medians["gatewayd"]["bytes_per_reading"] / medians["floor"]["bytes_per_reading"], 3)
    return medians
