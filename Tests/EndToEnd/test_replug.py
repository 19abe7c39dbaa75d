"""An adapter is pulled out and plugged in again and again: every reading meanwhile says so, and values are back within 5 s."""
from __future__ import annotations

import math
import os
import random
import time
from typing import Any

import pytest

from lab import judge
from lab.adapter import Adapter
from lab.bench import Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.child import held
from lab.faults import size
from lab.faulty import PROFILE, origin
from lab.ledger import Ledger
from lab.served import seconds
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
RECOVERY = 5.0
IDLE_THREADS = 2  # those of the language's runtime come and go
pytestmark = pytest.mark.alone


def first(ledger: Ledger, since: float, sensor: str, quality: str, reason: str | None = None) -> dict[str, Any] | None:
    """The first reading of a sensor after a time that is of this quality and reason."""
    for reading in sorted(judge.between(ledger.readings(), since, math.inf), key=lambda reading: reading["seq"]):
        if reading["sensor"] == sensor and (reading["quality"], reading.get("reason")) == (quality, reason):
            return reading
    return None


@pytest.mark.parametrize("times", [5, pytest.param(size(20, 10), marks=pytest.mark.faults)])
def test_an_adapter_that_comes_back_again_and_again(bench: Bench, times: int) -> None:
    platform = bench.platform()
    adapter = Adapter(bench.folder / "usb", "usb", [Slave(1, "lab-probe", cover(1), "pulled", "200 ms")])
    other = bench.bus("plc", MODBUS_TCP, [Slave(2, "lab-probe", cover(2), "other", "200 ms")], program="lab.faulty")
    gateway = bench.gateway(adapter, other)
    profiles = gateway.folder / "profiles"
    profiles.mkdir()
    (profiles / "lab-probe.yaml").write_text(PROFILE)
    gateway.configuration["profiles"] = [str(profiles)]
    gateway.configuration["uplinks"]["city"]["batch"]["max_interval"] = "200 ms"
    gateway.write()
    bench.parts.callback(adapter.pull)
    chance, names, start = random.Random(SEED), set(), time.time()
    names.add(adapter.plug())
    gateway.start()
    until(lambda: first(platform.ledger, start, "pulled", "good"), 20, "the first value")
    before = held(gateway.child.pid)
    for number in range(times):
        for_seconds(chance.uniform(0, 0.4), gateway.child.must_run, every=0.01)
        pulled = time.time()
        adapter.pull()
        until(
            lambda: first(platform.ledger, pulled, "pulled", "bad", "disconnected"), 20,
            lambda: f"pull {number}: a reading says disconnected\n{gateway.ask('bus', 'stats').out}",
        )
        # Once for so long that growing pauses between the attempts would show.
        for_seconds(9 if number == times // 2 else chance.uniform(0, 2), gateway.child.must_run)
        plugged = time.time()
        names.add(adapter.plug())
        good = until(
            lambda: first(platform.ledger, plugged, "pulled", "good"), 30,
            lambda: f"plug {number}: a value\n{gateway.ask('bus', 'stats').out}",
        )
        late = seconds(good["time"]) - plugged
        assert late <= RECOVERY, f"plug {number}: good {late:.1f} s after it"
        values = judge.between(platform.ledger.readings(), pulled + 0.2, plugged)
        wrong = [reading for reading in values if reading["sensor"] == "pulled" and reading["value"] is not None]
        assert not wrong, f"values while it was out: {wrong[:3]}"
        meanwhile = judge.between(platform.ledger.readings(), pulled, seconds(good["time"]))
        others = [reading["quality"] for reading in meanwhile if reading["sensor"] == "other"]
        assert "good" in others, f"plug {number}: the other bus goes on, it was {others}"

    def nothing_left() -> bool:
        descriptors, threads = held(gateway.child.pid)
        return descriptors == before[0] and threads <= before[1] + IDLE_THREADS

    until(nothing_left, 30, lambda: f"{before} descriptors and threads before, now {held(gateway.child.pid)}")
    assert len(names) > 1, "the adapter was not always the same device"
    for reading in platform.ledger.readings():
        if reading["sensor"] == "pulled" and reading["value"] is not None:
            assert origin(reading["value"])[:2] == (1, reading["channel"]), reading
    judge.delivered(gateway, platform, 30)
    for cause in ("raised", "returned"):
        lost = platform.ledger.alarm(rule="communication-lost", cause=cause)
        assert lost and lost["cover"] == cover(1), "that nothing is heard is an alarm, and over when it is heard again"
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}
