"""SIGKILL at any moment: what was stored stays, no number gets a second content, and an alarm is still the same alarm."""
from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lab import judge
from lab.bench import Bench, cover
from lab.child import held
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.memory_limit import memory
from lab.wait import for_seconds, until

ROOM_FOR_BACKOFF = 90
SEED = int(os.environ.get("E2E_SEED", "7"))
GROWTH = 2 << 20  # bytes of memory that a life may differ from another by
GAS = f"{cover(188)}/ch4/gas"


def test_ten_kills_with_the_broker_going_down_and_up(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(8, every="200 ms")
    gateway = bench.gateway(line)
    gateway.configuration["uplinks"]["city"]["batch"]["max_interval"] = "200 ms"
    gateway.write()
    chance = random.Random(SEED)
    gateway.start(within=5)
    store = gateway.ask("outbox", "stats").json["store"]
    for kill in range(10):
        for_seconds(chance.uniform(0.3, 2.2), gateway.child.must_run, every=0.01)
        if kill % 4 == 1:
            bench.broker.stop()
        gateway.kill()
        gateway.start(within=5)
        if kill % 4 == 3:
            bench.broker.start()
        if chance.random() < 0.5:
            line.set(chance.randrange(1, 4), methane=chance.choice([5.0, 35.0]))
    if not bench.broker.child.running:
        bench.broker.start()
    assert gateway.ask("outbox", "stats").json["store"] == store, "no kill costs the store"
    until(lambda: gateway.uplink()["state"] == "connected", ROOM_FOR_BACKOFF, lambda: f"connected: {gateway.uplink()}")
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=10)
    assert {gap.reason for lane in platform.ledger.lanes.values() for gap in lane.gaps} <= {"unused"}
    unused = platform.ledger.lane(READINGS).gaps
    assert len(unused) >= 5, f"most lives stored something: {unused}"


def evaluates(gateway: Gateway) -> bool:
    """Whether values have been read and judged since the start."""
    answer = gateway.ask("sensors")
    return answer.exit == 0 and any(row["value"] is not None for row in answer.json["sensors"])


def holding(gateway: Gateway) -> tuple[int, int, int]:
    """Descriptors, threads, and memory without files, in bytes."""
    pid = gateway.child.pid
    return *held(pid), memory(pid)["RssAnon"]


def live_and_die(bench: Bench, chance: random.Random, kills: int) -> tuple[list[float], list[tuple[int, int, int]]]:
    """One gateway that is killed again and again, in the middle of its start too.

    Every fifth life is let come to values and counted: how long that took, and what the process holds then."""
    platform, line = bench.platform(), bench.tcp(8, every="200 ms")
    gateway = bench.gateway(line)
    gateway.configuration["uplinks"]["city"]["batch"]["max_interval"] = "200 ms"
    gateway.write()
    gateway.start(within=5)
    store, starts, holdings = gateway.ask("outbox", "stats").json["store"], [], []
    for kill in range(kills):
        for_seconds(chance.uniform(0.2, 3), gateway.child.must_run, every=0.01)
        if kill % 8 == 3:
            bench.broker.stop()
        gateway.kill()
        if kill % 8 == 7:
            bench.broker.start()
        if chance.random() < 0.5:
            # As after ten quiet minutes: else most lives would be careful ones.
            (gateway.store / "starts").unlink(missing_ok=True)
        begun = time.monotonic()
        gateway.child.start()
        if kill % 5 == 4:
            until(lambda: gateway.socket.exists() and evaluates(gateway), 5, lambda: f"values\n{gateway.child.tail()}")
            starts.append(time.monotonic() - begun)
            if bench.broker.child.running:
                until(lambda: gateway.uplink()["state"] == "connected", ROOM_FOR_BACKOFF, "connected")
                holdings.append(holding(gateway))
        if chance.random() < 0.5:
            line.set(chance.randrange(1, 4), methane=chance.choice([5.0, 35.0]))
    if not bench.broker.child.running:
        bench.broker.start()
    gateway.kill()
    gateway.start(within=5)
    assert gateway.ask("outbox", "stats").json["store"] == store, "no kill costs the store"
    until(lambda: gateway.uplink()["state"] == "connected", ROOM_FOR_BACKOFF, lambda: f"connected: {gateway.uplink()}")
    holdings.append(holding(gateway))
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=kills + 1)
    assert {gap.reason for lane in platform.ledger.lanes.values() for gap in lane.gaps} <= {"unused"}
    return starts, holdings


@pytest.mark.faults
def test_two_hundred_kills(tmp_path: Path) -> None:
    gateways, kills = 4, size(50, 10)
    benches = [Bench(tmp_path / str(number)) for number in range(gateways)]
    try:
        with ThreadPoolExecutor(gateways) as all_at_once:
            lives = list(
                all_at_once.map(lambda number: live_and_die(benches[number], random.Random(SEED + number), kills), range(gateways))
            )
    except BaseException:
        for bench in benches:
            print(bench.logs())
        raise
    finally:
        for bench in benches:
            bench.close()
    starts = [start for own, _ in lives for start in own]
    bytes_held = [one[2] for _, holdings in lives for one in holdings]
    print(
        f"{gateways * kills} kills: values after {min(starts):.1f} to {max(starts):.1f} s in {len(starts)} lives that were timed; "
        f"memory without files {min(bytes_held) / 1e6:.1f} to {max(bytes_held) / 1e6:.1f} MB"
    )
    for _, holdings in lives:
        descriptors = [descriptors for descriptors, _, _ in holdings]
        last, first = holdings[-1][2], holdings[0][2]
        assert last < first + GROWTH, f"the last life takes more than the first one, {first} bytes: {holdings}"
        assert len(holdings) > 1 and max(descriptors) - min(descriptors) <= 3, f"no life inherits anything: {holdings}"


def standing(gateway: Gateway) -> list[dict[str, Any]]:
    """The methane alarms that are not over."""
    return [row for row in gateway.ask("alarms", "list").json["alarms"] if row["point"] == GAS]


def test_an_alarm_survives_a_kill_as_the_same_alarm(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    line.set(3, methane=35.0)
    gateway.start()
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 30, "the alarm arrives")
    before = standing(gateway)
    assert [(row["alarm"], row["state"]) for row in before if row["rule"] == "methane-high"] == [
        (raised["alarm"], "unacknowledged")
    ]

    gateway.kill()
    gateway.start()
    identities = {(row["alarm"], row["rule"], row["state"]) for row in before}
    assert {(row["alarm"], row["rule"], row["state"]) for row in standing(gateway)} >= identities, "at once, before any reading"
    first = gateway.highest(READINGS)
    until(
        lambda: sum(judge.point(reading) == GAS and reading["seq"] > first for reading in platform.ledger.readings()) > 4, 30,
        "high readings come after the restart, for longer than the rule's delay",
    )
    alarms = [row for row in standing(gateway) if row["rule"] == "methane-high"]
    assert [(row["alarm"], row["state"]) for row in alarms] == [(raised["alarm"], "unacknowledged")]

    line.set(3, methane=5.0)
    until(
        lambda: [row["state"] for row in standing(gateway) if row["alarm"] == raised["alarm"]] == ["returned-unacknowledged"], 20,
        lambda: f"the alarm returns: {standing(gateway)}",
    )
    answer = gateway.ask("alarms", "ack", raised["alarm"])
    assert answer.exit == 0, answer
    until(
        lambda: raised["alarm"] not in [row["alarm"] for row in standing(gateway)], 10,
        lambda: f"gone when returned and acknowledged: {standing(gateway)}",
    )
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line], breaks=1)
    steps = [
        (alarm["from"], alarm["to"]) for alarm in platform.ledger.alarms()
        if alarm["rule"] == "methane-high" and alarm["cause"] != "announced"
    ]
    assert steps == [
        ("normal", "unacknowledged"), ("unacknowledged", "returned-unacknowledged"), ("returned-unacknowledged", "normal"),
    ], "one alarm, raised once"
