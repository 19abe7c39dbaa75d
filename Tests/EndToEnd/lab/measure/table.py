"""The figures as one table: on the terminal, and in docs/performance.md between its markers."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from .gates import GATES, figure, judge

BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"
# Words, path with {} for the program, and what the daemon is meant to reach.
ROWS = [
    ("W1 readings a second", "w1.{}.readings_per_second", ""),
    ("W1 processor time per 1,000 readings, ms", "w1.{}.cpu_ms_per_1000", "11, then 7"),
    ("W1 processor time, times the floor's", "w1.cpu_ratio", ""),
    ("W1 RSS, MB", "w1.{}.rss_mb", "30, then 20"),
    ("W1 PSS, MB", "w1.{}.pss_mb", "20, then 12"),
    ("W1 read to subscriber, median, ms", "w1.{}.latency_p50_ms", ""),
    ("W1 read to subscriber, 99 %, ms", "w1.{}.latency_p99_ms", ""),
    ("W1 the same from when the commit was due, median, ms", "w1.{}.above_commit_p50_ms", "10"),
    ("W1 the same from when the commit was due, 99 %, ms", "w1.{}.above_commit_p99_ms", "30"),
    ("W1 bytes a reading, uncompressed", "w1.{}.bytes_per_reading", ""),
    ("W1 missing", "w1.{}.missing", "0"),
    ("W2 readings a second without a loss", "w2.{}.readings_per_second", "30,000 or more"),
    ("W3 readings waiting", "w3.{}.readings_waiting", ""),
    ("W3 missing", "w3.{}.missing", "0"),
    ("W3 doubled", "w3.{}.doubled", ""),
    ("W3 doubled beyond the window", "w3.{}.doubled_beyond_window", "0"),
    ("W3 out of order", "w3.{}.out_of_order", "0"),
    ("W3 first data after the broker's return, s", "w3.{}.first_data_s", "2, then 1"),
    ("W3 drained, s", "w3.{}.drained_s", "5, then 3"),
    ("W3 growth of memory while all wait, MB", "w3.{}.growth_waiting_mb", ""),
    ("W3 growth of memory, drain included, MB", "w3.{}.growth_mb", ""),
    ("W3 highest RSS, MB", "w3.{}.rss_highest_mb", "30"),
    ("W4 missing", "w4.{}.missing", ""),
    ("W4 missing beyond the open commit interval", "w4.{}.missing_beyond_open_commit", "0"),
    ("W4 doubled beyond the window", "w4.{}.doubled_beyond_window", "0"),
    ("W4 out of order", "w4.{}.out_of_order", "0"),
    ("W5 transactions a second at 9600 baud", "w5.baud9600.transactions_per_second", "19 of 20.0"),
    ("W5 one transaction at 9600 baud, times the arithmetic", "w5.baud9600.times_arithmetic", "1.05"),
    ("W5 transactions a second at 115200 baud", "w5.baud115200.transactions_per_second", "37.5 of 39.5"),
    ("W5 one transaction at 115200 baud, times the arithmetic", "w5.baud115200.times_arithmetic", "1.05"),
    ("W5 cycle of ten units at 9600 baud, ms", "w5.one_of_ten.cycle_ms", ""),
    ("W5 the others' cycle with one silent, ms", "w5.one_of_ten.cycle_silent_ms", ""),
    ("W5 one to the other", "w5.one_of_ten.ratio", "1.1"),
    ("W5 cycle of 32 units at 9600 baud, ms", "w5.four_of_32.cycle_ms", ""),
    ("W5 the others' cycle with four silent, ms", "w5.four_of_32.cycle_silent_ms", "2000"),
    ("W6 start to first reading, without the commit wait, s", "w6.{}.start_s", "0.5, then 0.3"),
    ("W6 idle RSS, MB", "w6.{}.idle_rss_mb", ""),
    ("W6 idle PSS, MB", "w6.{}.idle_pss_mb", ""),
    ("W6 idle processor time, % of one core", "w6.{}.idle_cpu_percent", "0.2"),
    ("W7 alarms while the backlog drained", "w7.alarms", ""),
    ("W7 readings drained a second", "w7.drained_per_second", ""),
    ("W7 draining a reading, µs", "w7.drain_us_per_reading", ""),
    ("W7 wire to platform, median, ms", "w7.alarm_p50_ms", ""),
    ("W7 wire to platform, 99 %, ms", "w7.alarm_p99_ms", "50"),
    ("W3 with ten times the feed: readings waiting", "w3.long.readings_waiting", ""),
    ("W3 with ten times the feed: drained, s", "w3.long.drained_s", ""),
    ("W3 with ten times the feed: growth of memory while all wait, MB", "w3.long.growth_waiting_mb", ""),
    ("W3 with ten times the feed: growth of memory, drain included, MB", "w3.long.growth_mb", ""),
    ("W8 readings stored and delivered", "w8.readings", ""),
    ("W8 readings a second", "w8.readings_per_second", ""),
    ("W8 growth of memory from the first million to the tenth, MB", "w8.growth_mb", ""),
    ("W8 highest RSS, MB", "w8.rss_highest_mb", ""),
    ("check of 64 sensors, ms", "check_64_sensors_ms", "100"),
    ("check of 1,024 sensors, times that of 64", "check_times_for_sixteenfold", ""),
    ("alarm engine with 300 rules, ns a reading", "engine_ns_per_reading", "1000"),
    ("decoder, million channels a second", "decoder_million_per_second", "10 or more"),
]


def lines(figures: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Words, floor, daemon, gate, target; a row of which nothing was measured is left out."""
    most = {gate.path: gate.most for gate in GATES}
    made = []
    for words, path, target in ROWS:
        floor = figure(figures, path.format("floor")) if "{}" in path else None
        daemon = figure(figures, path.format("gatewayd"))
        if floor is None and daemon is None:
            continue
        gate = most.get(path.format("gatewayd"))
        made.append((words, text(floor), text(daemon), "" if gate is None else f"≤ {text(gate)}", target))
    return made


def text(value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value != int(value) else str(int(value))


def plain(figures: dict[str, Any]) -> str:
    """For the terminal."""
    machine = figures["machine"]
    out = [", ".join(value if name in ("date", "machine", "system") else f"{name} {value}" for name, value in machine.items())]
    out.append(f"{'':62} {'floor':>9} {'gatewayd':>9} {'gate':>8}  target")
    out += [f"{row[0]:62} {row[1]:>9} {row[2]:>9} {row[3]:>8}  {row[4]}".rstrip() for row in lines(figures)]
    return "\n".join(out)


def verdicts(figures: dict[str, Any]) -> str:
    """Every broken gate, and how many there are."""
    broken = [verdict for verdict in judge(figures) if not verdict.holds]
    out = [f"BROKEN {each.gate.name}: {each.figure}, may be at most {each.gate.most:g}" for each in broken]
    out.append(f"{len(broken)} of {len(GATES)} gates broken" if broken else f"all {len(GATES)} gates hold")
    return "\n".join(out)


def markdown(figures: dict[str, Any]) -> str:
    """For the page."""
    machine = figures["machine"]
    head = f"Measured {machine['date']} at commit {machine['commit']}. {machine['machine']}; {machine['system']}; " + ", ".join(
        f"{name} {machine[name]}" for name in ("mosquitto", "libmosquitto", "libmodbus", "sqlite3")
    ) + "."
    rows = ["| figure | floor | gatewayd | gate | target |", "|---|---:|---:|---:|---|"]
    rows += ["| " + " | ".join(row) + " |" for row in lines(figures)]
    return "\n".join([head, "", *rows])


def write_page(page: Path, figures: dict[str, Any]) -> None:
    """Puts the table between the page's markers."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{markdown(figures)}\n{END}{after}", encoding="utf-8")
