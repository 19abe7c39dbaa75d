"""The main job: real readings and a real alarm reach a real broker, through an outage and a SIGKILL."""
from __future__ import annotations

import os
import time

from lab import judge
from lab.bench import Bench
from lab.ledger import ALARMS, READINGS
from lab.served import seconds
from lab.wait import for_seconds, until

OUTAGE = float(os.environ.get("E2E_OUTAGE_SECONDS", "30"))
ROOM_FOR_BACKOFF = 90


def test_everything_arrives_through_an_outage_and_a_kill(bench: Bench) -> None:
    platform = bench.platform()
    rtu, tcp = bench.rtu(), bench.tcp(20)
    gateway = bench.gateway(rtu, tcp)
    gas = next(slave for slave in rtu.slaves if slave.sensor == "ch4")
    sensors = {(slave.cover, slave.sensor) for slave in [*rtu.slaves, *tcp.slaves]}
    assert len(sensors) == 23

    gateway.start()
    until(lambda: sensors == good_sensors(platform.ledger.readings()), 30, lambda: "every sensor gives good readings")
    for_seconds(5, gateway.child.must_run)
    store = gateway.lane(READINGS) and gateway.ask("outbox", "stats").json["store"]

    broken = time.time()
    bench.broker.stop()
    for_seconds(OUTAGE * 0.2, gateway.child.must_run)
    rtu.set(gas.address, methane=31.0)
    until(lambda: raised(gateway.ask("alarms", "list").json), 20, "the alarm is raised while the broker is away")
    for_seconds(max(0.0, broken + max(6.0, OUTAGE * 0.4) - time.time()), gateway.child.must_run)
    gateway.kill()
    killed = time.time()
    gateway.start()
    assert gateway.ask("outbox", "stats").json["store"] == store, "a restart keeps the store"
    assert raised(gateway.ask("alarms", "list").json), "a restart keeps the alarm"
    for_seconds(max(3.0, broken + OUTAGE - time.time()), gateway.child.must_run)

    back = time.time()
    bench.broker.start()
    until(
        lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), ROOM_FOR_BACKOFF,
        lambda: f"the alarm arrives after the broker is back: {gateway.uplink()}",
    )
    for_seconds(3, gateway.child.must_run)
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)

    ledger = platform.ledger
    judge.faultless(ledger, [rtu, tcp], breaks=1)  # the kill came while nothing was in flight
    judge.in_flight_only(ledger, broken, back)
    assert {gap.reason for lane in ledger.lanes.values() for gap in lane.gaps} <= {"unused"}
    kept = judge.between(ledger.readings(), broken, killed - 1.5)
    assert sensors == good_sensors(kept), "readings of every sensor were kept while the broker was away and the daemon was killed"
    assert sensors == good_sensors(judge.between(ledger.readings(), killed, back)), "and after it was started again"

    raise_ = ledger.alarm(rule="methane-high", to="unacknowledged")
    assert raise_["from"] == "normal" and raise_["cover"] == gas.cover and raise_["value"] >= raise_["threshold"] == 20
    assert raise_["device"] == f"SN-{rtu.id}-{gas.address}" and raise_["clear_threshold"] == 15 and raise_["severity"] == 2
    assert raise_["owner"] == "市水务局" and raise_["test"] is False
    assert broken < seconds(raise_["detected"]) < back
    after = [one for one in ledger.arrivals if one.time >= back and one.kind != "state" and not one.resent]
    place = next(number for number, one in enumerate(after) if one.message.get("alarm") == raise_["alarm"])
    # Other alarms may have been raised before it, like one of a sensor that was not heard on a busy machine.
    assert {one.kind for one in after[:place + 1]} == {ALARMS}, f"alarms come first, not {after[0].topic}"
    births = [state for state in ledger.states() if state["online"]]
    assert births and all(birth["store"] == store for birth in births)


def good_sensors(readings: list[dict]) -> set[tuple[str, str]]:
    """The sensors with a good reading among these."""
    return {(reading["cover"], reading["sensor"]) for reading in readings if reading["quality"] == "good"}


def raised(report: dict) -> bool:
    """True when the methane alarm stands in the list."""
    return any(alarm["rule"] == "methane-high" and alarm["state"] == "unacknowledged" for alarm in report["alarms"])
