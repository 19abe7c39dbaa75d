"""`python3 -m lab.measure`: all workloads, the table, the gates. About seventeen minutes; three with --quick."""
from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable

from ..gateway import REPOSITORY
from . import alarm, alone, endurance, gates, line, machine, maximum, outage, start, steady, table
from .programs import Daemon, Floor

PAGE = REPOSITORY / "docs" / "performance.md"
WORKLOADS = ("w1", "w2", "w3", "w5", "w6", "w7", "w8", "alone")


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="make bench BENCH=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, with an outage of 20 s; writes no docs/performance.md")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=WORKLOADS, help="some of the workloads; w3 brings w4")
    parser.add_argument("--json", type=Path, help="also write all figures there; two such files: python3 -m lab.measure.compare")
    parser.add_argument("--folder", type=Path, help="where the stores are while it runs: on the medium to be measured")
    return parser.parse_args()


def measure(folder: Path, quick: bool, only: tuple[str, ...]) -> dict[str, Any]:
    """Runs the workloads one after the other."""
    figures: dict[str, Any] = {"machine": machine.describe(), "quick": quick}

    def run(name: str, what: str, work: Callable[[], dict[str, Any]]) -> None:
        if name not in only:
            return
        begun = time.monotonic()
        print(f"{name}: {what} …", file=sys.stderr, flush=True)
        figures.update(work())
        print(f"{name}: done in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)

    run("w1", "500 readings a second", lambda: {"w1": steady.workload(folder, 6 if quick else 15, 2 if quick else 3)})
    run("w2", "as fast as it goes", lambda: {"w2": both(lambda kind: maximum.workload(folder, kind, 2 if quick else 6))})
    run("w3", "outage, and SIGKILL in it (w4)", lambda: outages(folder, quick))
    run("w5", "lines that keep their pace, with silent units", lambda: {"w5": line.workload(folder, 5 if quick else 12)})
    run("w6", "start, idle", lambda: {"w6": both(lambda kind: start.workload(folder, kind, *((2, 2) if quick else (5, 5))))})
    run("w7", "alarms behind a backlog", lambda: {"w7": alarm.workload(folder / "w7", 400_000 if quick else 1_000_000)})
    if not quick:
        run("w8", "ten million readings", lambda: {"w8": endurance.workload(folder / "w8", 10_000_000)})
    run("alone", "check, decoder, alarm engine", lambda: {
        "check_64_sensors_ms": (small := alone.checking(folder / "check")),
        "check_times_for_sixteenfold": round(alone.checking(folder / "check", 16 * 64, 3) / small, 1),
        "decoder_million_per_second": alone.decoding(),
        "engine_ns_per_reading": alone.judging(),
    })
    return figures


def both(work: Callable[[type[Daemon] | type[Floor]], dict[str, Any]]) -> dict[str, Any]:
    """The floor's figures and the daemon's."""
    return {kind.name: work(kind) for kind in (Floor, Daemon)}


def outages(folder: Path, quick: bool) -> dict[str, Any]:
    """W3 and W4, and in a full run W3 with ten times the feed."""
    found = outage.workload(folder, 20 if quick else 120)
    three: dict[str, Any] = {"floor": found["w3-floor"], "gatewayd": found["w3-gatewayd"]}
    if not quick:
        three["long"] = outage.long_backlog(folder, 60)
    return {"w3": three, "w4": {"floor": found["w4-floor"], "gatewayd": found["w4-gatewayd"]}}


def main() -> int:
    """Measures, prints, writes, judges."""
    chosen = arguments()
    with tempfile.TemporaryDirectory(prefix="gatewayd-bench-", dir=chosen.folder) as folder:
        figures = measure(Path(folder), chosen.quick, tuple(chosen.only))
    print(table.plain(figures))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    is_complete = set(chosen.only) == set(WORKLOADS)
    if is_complete and not chosen.quick:
        table.write_page(PAGE, figures)
    if not is_complete:
        print("some workloads were left out: nothing is judged")
        return 0
    print(table.verdicts(figures))
    return gates.exit_status(figures)


if __name__ == "__main__":
    sys.exit(main())
