"""W3 and W4: the broker is away and comes back with its store; in W4 the program is killed in the middle of it.

All trials of the workload run beside each other, each on parts of its own and a few seconds apart: their cost is little, and what
is judged here are losses and memory.
"""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..wait import for_seconds, until
from .account import memory
from .field import REGISTERS
from .matching import Match, match
from .programs import Daemon, Floor
from .trial import Trial

UNITS = 50
STAGGER = 6.0
DRAIN_LIMIT = 60.0


@dataclass(frozen=True)
class Plan:
    """One trial."""

    name: str
    kind: type[Daemon] | type[Floor]
    outage: float
    kill: bool = False
    every_ms: int = 1000
    settle: float = 5.0  # seconds before the outage and after the return


def outage(folder: Path, plan: Plan) -> dict[str, Any]:
    """Feeds, takes the broker away, gives it back, and looks at what came of it."""
    with Trial(folder, plan.kind, UNITS, plan.every_ms) as trial:
        child, receiver = trial.program.child, trial.receiver
        trial.start()
        trial.until_first()
        for_seconds(plan.settle, child.must_run)
        before, gone = memory(child.pid, "Anonymous"), time.time()
        trial.bench.broker.stop()
        killed = kill_in_open_commit(trial, plan.outage / 2) if plan.kill else None
        for_seconds(gone + plan.outage - time.time(), child.must_run)
        during, highest = memory(child.pid, "Anonymous"), memory(child.pid, "Rss")
        waiting = trial.field.readings - receiver.count()
        back, last_before = time.time(), trial.field.replies
        messages = len(receiver.messages)
        trial.bench.broker.start()
        await_backlog(trial, last_before * REGISTERS - UNITS * REGISTERS)  # a kill may have cost a round
        for_seconds(plan.settle, child.must_run)
        after, end = memory(child.pid, "Anonymous"), time.time()
        highest = max(highest, memory(child.pid, "Rss"))
        time.sleep(2)  # for what is on its way
        breaks = [gone] if killed is None else [gone, killed]
        outcome = match(trial.field.served(), receiver.arrivals(), breaks, until=end)
        drained = max((at for served, at in outcome.pairs if served < back), default=back)
        first = receiver.messages[messages][0] if len(receiver.messages) > messages else float("nan")
        figures = {
            "readings_waiting": waiting, "first_data_s": round(first - back, 2), "drained_s": round(drained - back, 2),
            "rss_highest_mb": round(highest, 1),
            # Data, without the program's own pages: those come and go with what it does.
            "growth_waiting_mb": round(during - before, 1), "growth_mb": round(max(during, after) - before, 1),
        }
        return {**figures, **losses(outcome, killed, trial.program.commit_interval or plan.every_ms / 1000)}


def await_backlog(trial: Trial, readings: int) -> None:
    """Waits until so many have arrived, or long enough: what has not arrived then is missing."""
    deadline = time.monotonic() + DRAIN_LIMIT
    while trial.receiver.count() < readings and time.monotonic() < deadline:
        for_seconds(0.1, trial.program.child.must_run)


def kill_in_open_commit(trial: Trial, after: float) -> float:
    """SIGKILL in the moment that costs most: a round was just read and its commit interval is open. Started again 1 s later."""
    for_seconds(after, trial.program.child.must_run)
    replies = trial.field.replies
    until(lambda: trial.field.replies >= replies + UNITS // 2, 30, "half a round of polls", every=0.001)
    killed = time.time()
    trial.program.child.kill()
    time.sleep(1)
    trial.program.child.start()
    return killed


def losses(outcome: Match, killed: float | None, interval: float) -> dict[str, int]:
    """What is missing, and of it what was served before the commit interval that was open when the program was killed."""
    slack = 0.1  # for the commit itself, and for the kill to take effect
    excused = [at for at in outcome.missing if killed is not None and killed - interval - slack <= at <= killed + slack]
    return {
        "missing": len(outcome.missing), "missing_beyond_open_commit": len(outcome.missing) - len(excused),
        "doubled": outcome.doubled, "doubled_beyond_window": outcome.doubled_beyond, "out_of_order": outcome.out_of_order,
        "strange": outcome.strange,
    }


def beside_each_other(folder: Path, plans: list[Plan]) -> dict[str, dict[str, Any]]:
    """Runs the plans at the same time, staggered."""
    results: dict[str, dict[str, Any]] = {}
    failures: list[BaseException] = []

    def run(place: int, plan: Plan) -> None:
        time.sleep(place * STAGGER)
        try:
            results[plan.name] = outage(folder / plan.name, plan)
        except BaseException as failure:  # handed to the caller below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(place, plan)) for place, plan in enumerate(plans)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def workload(folder: Path, seconds: float) -> dict[str, dict[str, Any]]:
    """W3 and W4 of both programs."""
    return beside_each_other(folder, [
        Plan("w3-floor", Floor, seconds), Plan("w3-gatewayd", Daemon, seconds),
        Plan("w4-floor", Floor, seconds, kill=True), Plan("w4-gatewayd", Daemon, seconds, kill=True),
    ])


def long_backlog(folder: Path, seconds: float) -> dict[str, Any]:
    """W3 of the daemon with ten times the feed: 5,000 readings a second."""
    return outage(folder / "w3-long", Plan("w3-long", Daemon, seconds, every_ms=100))
