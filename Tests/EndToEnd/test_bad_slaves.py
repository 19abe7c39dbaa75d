"""Bad input, second half of the wire: a slave that is silent, late, warming up or another one never becomes a value."""
from __future__ import annotations

import math
import time

from lab import judge
from lab.bench import Bench
from lab.gateway import Gateway
from lab.ledger import Ledger
from lab.wait import for_seconds, until


def of(ledger: Ledger, sensor: str, since: float) -> list[dict]:
    """The readings of a sensor since a time."""
    return [reading for reading in judge.between(ledger.readings(), since, math.inf) if reading["sensor"] == sensor]


def wait_for(ledger: Ledger, gateway: Gateway, sensor: str, since: float, quality: str, reason: str | None = None) -> None:
    """Waits for a reading of that quality and reason."""

    def came() -> bool:
        return any((reading["quality"], reading.get("reason")) == (quality, reason) for reading in of(ledger, sensor, since))

    def seen() -> str:
        return f"{sensor} becomes {quality} {reason}: {of(ledger, sensor, since)[-3:]} {gateway.uplink()}"

    until(came, 30, seen)


def test_a_silent_slave_gives_no_value_and_disturbs_nobody(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    gateway.start()
    wait_for(platform.ledger, gateway, "tilt", 0, "good")
    line.set(80, silent=True)
    silent = time.time()
    wait_for(platform.ledger, gateway, "tilt", silent, "bad", "timeout")
    for_seconds(5, gateway.child.must_run)
    line.set(80, silent=None)
    spoke = time.time()
    during = [reading for reading in of(platform.ledger, "tilt", silent + 1) if reading["value"] is not None]
    assert not judge.between(during, silent + 1, spoke), "a silent slave has no values"
    wait_for(platform.ledger, gateway, "tilt", spoke, "good")
    assert any(reading["quality"] == "good" for reading in judge.between(of(platform.ledger, "ch4", silent), silent, spoke))
    unit = next(unit for unit in gateway.ask("bus", "stats").json["buses"][0]["units"] if unit["unit"] == 80)
    assert unit["timeouts"] > 0
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])


def test_a_late_slave_never_lends_its_reply_to_another_request(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    gateway.start()
    wait_for(platform.ledger, gateway, "ch4", 0, "good")
    for delay in (0.55, 0.7, 0.95):
        line.set(3, delay=delay)
        late = time.time()
        wait_for(platform.ledger, gateway, "ch4", late, "bad", "timeout")
        for_seconds(2, gateway.child.must_run)
        line.set(3, delay=None)
        wait_for(platform.ledger, gateway, "ch4", time.time(), "good")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])


def test_a_slave_that_says_it_may_not_be_believed(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    gateway.start()
    wait_for(platform.ledger, gateway, "ch4", 0, "good")
    for words, reason in (({"6": 2}, "warming-up"), ({"5": 32}, "device-fault"), ({"6": 12}, "calibrating")):
        line.set(3, words=words)
        wait_for(platform.ledger, gateway, "ch4", time.time(), "bad", reason)
    line.set(3, words=None)
    wait_for(platform.ledger, gateway, "ch4", time.time(), "good")
    judge.delivered(gateway, platform, 30)
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}
    judge.repeated_by(platform.ledger, 0)


def test_another_device_behind_the_address(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    line.set(3, words={"0": 0x2601})
    gateway = bench.gateway(line)
    gateway.start()
    wait_for(platform.ledger, gateway, "ch4", 0, "bad", "another-model")
    assert not [reading for reading in of(platform.ledger, "ch4", 0) if reading["value"] is not None]
    gateway.stop()
    line.set(3, words={"10": 4})
    gateway.start()
    wait_for(platform.ledger, gateway, "ch4", 0, "bad", "another-unit")
    assert not [reading for reading in of(platform.ledger, "ch4", 0) if reading["value"] is not None]
