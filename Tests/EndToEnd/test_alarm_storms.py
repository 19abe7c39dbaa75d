"""Many alarms at once, one that will not settle, and one that the power takes the gateway from."""
from __future__ import annotations

import json
import os
import random
import time

import pytest

from lab import judge
from lab.bench import XCD, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.ledger import ALARMS, READINGS
from lab.models import float_words
from lab.raised import HIGH, THRESHOLD, at_once, on_the_wire
from lab.served import seconds
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
STORM = 100


def test_a_hundred_alarms_in_a_second_wait_in_order_and_go_first(bench: Bench) -> None:
    platform = bench.platform()
    line = bench.bus("plc", MODBUS_TCP, [Slave(unit, XCD, cover(unit), "ch4") for unit in range(1, STORM + 1)])
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    until(lambda: len({reading["cover"] for reading in platform.ledger.readings()}) == STORM, 60, "every cover has a reading")
    bench.broker.stop()
    until(lambda: gateway.uplink()["state"] != "connected", 20, "the link is dead")
    for unit in range(1, STORM):
        line.settings[str(unit)] = {"methane": HIGH}
    line.set(STORM, methane=HIGH)
    until(lambda: gateway.lane(ALARMS)["waiting"] >= STORM, 30, lambda: f"the alarms are kept: {gateway.lane(ALARMS)}")
    standing = [row for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"]
    assert len(standing) == STORM and {row["state"] for row in standing} == {"unacknowledged"}
    for_seconds(3, gateway.child.must_run)  # readings pile up behind them
    back = time.time()
    bench.broker.start()
    judge.delivered(gateway, platform, 90)
    with platform.ledger.lock:
        after = [one for one in platform.ledger.arrivals if one.time >= back and one.kind in (READINGS, ALARMS)]
    fresh = [one.kind for one in after if not one.resent]
    assert fresh[:STORM] == [ALARMS] * STORM, f"after the outage came {fresh[:STORM + 5]}"
    alarms = [one for one in platform.ledger.alarms() if one["rule"] == "methane-high"]
    assert len(alarms) == STORM and len({one["alarm"] for one in alarms}) == STORM
    times = [seconds(one["detected"]) for one in alarms]
    assert times == sorted(times), "their numbers are in the order of their detection"
    print(f"{STORM} alarms within {max(times) - min(times):.2f} s")
    judge.faultless(platform.ledger, [line], breaks=1)


@pytest.mark.alone
def test_a_value_on_the_threshold_is_one_alarm(bench: Bench) -> None:
    platform = bench.platform()
    line = bench.bus("plc", MODBUS_TCP, [Slave(3, XCD, cover(188), "ch4", every="200 ms")])
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    # The neighbours of 20 among the numbers that four bytes can be: one step of the last bit, on either side.
    threshold = int.from_bytes(b"".join(word.to_bytes(2, "big") for word in float_words(THRESHOLD)), "big")
    chance, start = random.Random(SEED), time.time()

    def flip() -> None:
        raw = threshold + chance.choice([-1, 0, 1])
        line.set(3, words={"2": raw >> 16, "3": raw & 0xFFFF})
        gateway.child.must_run()

    for_seconds(6, flip)
    served = [json.loads(row) for row in line.log.read_text().splitlines()]
    values = {
        tuple(entry["words"][2 - entry["address"]:4 - entry["address"]]) for entry in served
        if entry["time"] >= start and entry["address"] <= 2 and entry["address"] + entry["count"] >= 4
    }
    assert len(values) >= 3, "the value was seen on both sides of the threshold, and on it"
    judge.delivered(gateway, platform, 30)
    alarms = [(one["from"], one["to"]) for one in platform.ledger.alarms() if one["rule"] == "methane-high"]
    assert alarms == [("normal", "unacknowledged")], f"one alarm and no storm: {alarms}"
    wire = on_the_wire(line, 3, start)
    first = next(one for one in platform.ledger.alarms() if one["rule"] == "methane-high")
    delay = platform.ledger.lane(ALARMS).first[first["seq"]].time - wire
    print(f"the first value above the threshold was an alarm after {delay:.2f} s")
    assert delay <= 1, "hysteresis does not delay the first transition"


def test_an_alarm_outlives_the_power_and_a_normal_value(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    line.set(3, methane=HIGH)
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 30, "the alarm arrives")

    def standing() -> list[tuple[str, str]]:
        rows = gateway.ask("alarms", "list").json["alarms"]
        return [(row["alarm"], row["state"]) for row in rows if row["rule"] == "methane-high"]

    gateway.kill()
    line.set(3, methane=5.0)
    gateway.start()
    assert [alarm for alarm, _ in standing()] == [raised["alarm"]], "it is there before anything was read"
    until(
        lambda: standing() == [(raised["alarm"], "returned-unacknowledged")], 30,
        lambda: f"the normal value is seen, and does not take the alarm away: {standing()}",
    )
    proof = until(lambda: platform.ledger.alarm(alarm=raised["alarm"], to="returned-unacknowledged"), 30, "the return arrives")
    assert proof["value"] < 15, "the reading that proves it"
    for_seconds(3, gateway.child.must_run)
    assert standing() == [(raised["alarm"], "returned-unacknowledged")], "it waits for somebody"
    assert gateway.ask("alarms", "ack", raised["alarm"]).exit == 0
    until(lambda: standing() == [], 30, lambda: f"acknowledged and returned: it is over: {standing()}")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line], breaks=1)
