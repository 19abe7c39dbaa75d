"""The bench that measures: its gates can break, its matching sees every loss, and the floor it measures against does its job."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.gateway import REPOSITORY
from lab.measure import gates, table
from lab.measure.account import living_threads_seconds, processor_seconds
from lab.measure.compare import compare
from lab.measure.field import Served
from lab.measure.matching import commit_due, match, percentile
from lab.measure.outage import Plan, losses, outage
from lab.measure.programs import Daemon, Floor
from lab.measure.receiver import Arrival
from lab.measure.steady import steady

SERVED = [Served(100.0 + turn, 0, 1, 10 * turn) for turn in range(5)]


def arrivals(*turns: int, at: float = 0.05) -> list[Arrival]:
    """What these turns served, each reading once, numbered by what was served."""
    return [
        Arrival(SERVED[turn].time + at, 10 * turn + place + 1, ("b0u1", f"c{place}", SERVED[turn].word(place)))
        for turn in turns for place in range(10)
    ]


def good() -> dict[str, Any]:
    """Figures with which every gate holds."""
    figures: dict[str, Any] = {}
    for gate in gates.GATES:
        *path, last = gate.path.split(".")
        section = figures
        for name in path:
            section = section.setdefault(name, {})
        section[last] = gate.most
    return figures


def put(figures: dict[str, Any], path: str, value: float | None) -> dict[str, Any]:
    """The same with one figure changed, or without it."""
    *sections, last = path.split(".")
    section = figures
    for name in sections:
        section = section[name]
    if value is None:
        del section[last]
    else:
        section[last] = value
    return figures


@pytest.fixture(scope="module", autouse=True)
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The C programs, compiled for this module without a warning."""
    folder = tmp_path_factory.mktemp("programs")
    done = subprocess.run(
        ["make", "--silent", "-C", str(REPOSITORY / "Tests" / "Bench"), f"OUT={folder}"], capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    os.environ["BENCH_PROGRAMS"] = str(folder)
    yield
    del os.environ["BENCH_PROGRAMS"]


def test_figures_at_their_bounds_pass() -> None:
    assert gates.exit_status(good()) == 0


@pytest.mark.parametrize("gate", gates.GATES, ids=lambda gate: gate.path)
def test_every_gate_can_break(gate: gates.Gate) -> None:
    worse = put(good(), gate.path, gate.most + 0.01)
    assert gates.exit_status(worse) == 1
    assert f"BROKEN {gate.name}" in table.verdicts(worse)


def test_a_figure_that_was_not_measured_does_not_hold() -> None:
    for gate in gates.GATES:
        assert gates.exit_status(put(good(), gate.path, None)) == (0 if gate.optional else 1), gate.path


def test_a_complete_delivery_matches() -> None:
    outcome = match(SERVED, arrivals(0, 1, 2, 3, 4))
    assert (outcome.missing, outcome.doubled, outcome.out_of_order, outcome.strange) == ([], 0, 0, 0)
    assert {round(arrived - served, 3) for served, arrived in outcome.pairs} == {0.05} and len(outcome.pairs) == 50


def test_a_reading_that_did_not_arrive_is_missing() -> None:
    assert match(SERVED, arrivals(0, 1, 2, 3, 4)[1:]).missing == [100.0]
    assert match(SERVED, arrivals(0, 1, 3, 4)).missing == [102.0] * 10
    assert match(SERVED, arrivals(0, 1, 2, 3), until=103.5).missing == [], "what was served last may be on its way"


def test_a_value_that_was_never_served_is_strange_and_the_served_one_missing() -> None:
    wrong = arrivals(0, 1, 2, 3, 4)
    wrong[7] = Arrival(wrong[7].time, wrong[7].seq, ("b0u1", "c7", 7777))
    outcome = match(SERVED, wrong)
    assert (outcome.strange, len(outcome.missing)) == (1, 1)


def test_only_what_may_have_been_in_flight_may_come_twice() -> None:
    again = [Arrival(110.0, arrival.seq, arrival.key) for arrival in arrivals(0, 4)]
    outcome = match(SERVED, arrivals(0, 1, 2, 3, 4) + again, breaks=[104.5])
    assert (outcome.doubled, outcome.doubled_beyond) == (20, 10)
    assert match(SERVED, arrivals(0, 1, 2, 3, 4) + again).doubled_beyond == 20, "without a break nothing may"


def test_an_older_number_after_a_newer_one_is_out_of_order() -> None:
    assert match(SERVED, arrivals(0, 2, 1, 3, 4)).out_of_order == 10


@pytest.mark.parametrize("killed, excused", [(103.05, 10), (103.19, 10), (103.21, 0), (102.89, 0), (None, 0)])
def test_only_the_open_commit_interval_is_excused_by_a_kill(killed: float | None, excused: int) -> None:
    outcome = match(SERVED, arrivals(0, 1, 4))  # 102 and 103 are missing
    found = losses(outcome, killed, interval=0.1)
    assert (found["missing"], found["missing_beyond_open_commit"]) == (20, 20 - excused)


def test_when_a_commit_was_due() -> None:
    times = [1.0, 1.01, 1.09, 1.15, 2.0]
    assert commit_due(times, 0.1) == pytest.approx([1.1, 1.1, 1.1, 1.25, 2.1])
    assert commit_due(times, None) == pytest.approx([1.15, 1.15, 1.15, 1.15, 2.0])
    assert percentile(range(100), 0.99) == 99 and percentile([3.0, 1.0, 2.0], 0.5) == 2.0


def test_the_process_clock_is_the_schedstat_of_all_threads() -> None:
    # A process whose threads all live, because the clock also has those that have ended.
    busy = "import sys; sum(n * n for n in range(3_000_000)); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdin
        child.stdout.readline()
        before, threads, after = processor_seconds(child.pid), living_threads_seconds(child.pid), processor_seconds(child.pid)
        child.stdin.close()
    assert 0.01 < before <= threads + 0.02 and threads <= after + 0.02


def test_two_runs_beside_each_other() -> None:
    out = compare({"w1": {"rss_mb": 20, "quick": True}}, {"w1": {"rss_mb": 25}, "w2": 3})
    assert [line.split() for line in out[1:]] == [["w1.rss_mb", "20", "25", "+25.0", "%"], ["w2", "3"]]


def test_the_table_takes_its_place_in_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    names = ("date", "commit", "machine", "system", "mosquitto", "libmosquitto", "libmodbus", "sqlite3")
    table.write_page(page, {**good(), "machine": {name: name for name in names}})
    written = page.read_text()
    assert written.startswith("before\n") and written.endswith("\nafter\n") and "old" not in written
    assert "| W1 RSS, MB | 30 | 30 |".replace("| 30 | 30 |", "|  | 30 | ≤ 30 |") in written


@pytest.mark.parametrize("kind", [Floor, Daemon])
def test_a_short_steady_state_is_complete(tmp_path: Path, kind: type[Daemon] | type[Floor]) -> None:
    figures = steady(tmp_path / "t", kind, seconds=5, warm_up=2)
    assert (figures["missing"], figures["doubled"], figures["out_of_order"]) == (0, 0, 0)
    assert 0 < figures["cpu_ms_per_1000"] and 1 < figures["rss_mb"] and 150 < figures["bytes_per_reading"] < 400
    assert figures["above_commit_p50_ms"] <= figures["latency_p50_ms"]


@pytest.mark.parametrize("kind", [Floor, Daemon])
def test_a_short_outage_with_a_kill_in_it_loses_only_the_open_commit(tmp_path: Path, kind: type[Daemon] | type[Floor]) -> None:
    figures = outage(tmp_path / "t", Plan("t", kind, outage=6, kill=True, settle=1))
    assert figures["missing_beyond_open_commit"] == figures["strange"] == figures["out_of_order"] == 0, figures
    assert figures["readings_waiting"] > 1000
