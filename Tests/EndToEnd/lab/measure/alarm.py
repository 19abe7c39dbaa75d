"""W7: an alarm from the value on the wire to the platform, among 500 readings a second and behind a backlog that drains."""
from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from .. import backlog
from ..bench import Bench, cover
from ..ledger import READINGS
from ..platform import Platform
from ..wait import until
from .field import REGISTERS, Field
from .matching import percentile
from .programs import PROFILE, Daemon

UNITS, FLAGGED = 50, 40
BIT = 4          # of a unit's counter, which goes up by ten a poll: a flag that goes up every three polls or so
RAISES = 4       # of each flag that are looked at: one that goes up more often is said to chatter, and its alarm stands on


class Alarms(Platform):
    """The subscriber to alarms alone: what is measured is not how fast it takes a million readings."""

    def __init__(self, bench: Bench):
        super().__init__(bench.broker.port, bench.authority.client("alarms"), "alarms")
        self.raised: list[tuple[float, str]] = []

    def _on_connect(self, client: Any, _data: Any, _flags: dict[str, int], reason: Any, *_: Any) -> None:
        if reason == 0:
            client.subscribe("manhole/v1/+/alarms", qos=1)

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        now, record = time.time(), json.loads(message.payload)
        if record.get("rule") == "door-tamper" and record.get("cause") == "raised":
            self.raised.append((now, record["point"]))


def flagged() -> str:
    """The profile of a unit whose first register is a flag."""
    line = '  c{0}: {{table: holding, address: {0}, type: uint16, quantity: raw, unit: "1"}}\n'
    flag = f'  flag: {{table: holding, address: 0, type: bool, bit: {BIT}, quantity: door-tamper, unit: "1"}}\n'
    head = PROFILE.replace("profile: ten-words", "profile: flag-and-words")
    return head + flag + "".join(line.format(number) for number in range(1, REGISTERS))


def configure(daemon: Daemon) -> None:
    """The last units have flags, at a cover of their own: only that one is read at alarm rate."""
    gateway = daemon.gateway
    (gateway.folder / "profiles" / "flag-and-words.yaml").write_text(flagged())
    sensors = gateway.configuration["covers"][0]["sensors"]
    flags = {name: {**sensors.pop(name), "profile": "flag-and-words"} for name in list(sensors)[-FLAGGED:]}
    gateway.configuration["covers"].append({"code": cover(2), "scheme": "component16", "sensors": flags})
    rule = {"id": "door-tamper", "when": {"quantity": "door-tamper", "above": 1, "clear_below": 0.5}, "severity": 2}
    gateway.configuration["alarms"] = {"rules": [rule]}
    gateway.configuration["store"]["max_size"] = "1 GiB"
    gateway.configuration["uplinks"]["city"]["no_subscriber"] = "accept"
    gateway.write()


def workload(folder: Path, waiting: int) -> dict[str, Any]:
    """Every alarm that a flag raised while the backlog drained."""
    bench = Bench(folder)
    try:
        field = Field(folder / "field")
        bench.parts.callback(field.stop)
        daemon = Daemon(bench, field.ports, UNITS, 1000)
        gateway = daemon.gateway
        bench.broker.stop()
        gateway.start()
        until(lambda: gateway.lane(READINGS)["waiting"] > 60, 30, "some readings to make a backlog of")
        assert gateway.stop() == 0
        backlog.fill(gateway.store, waiting)
        configure(daemon)  # only now: no alarm is left over from before
        bench.broker.start()
        alarms = Alarms(bench)
        bench.parts.callback(alarms.stop)
        alarms.start()
        before = field.replies
        gateway.start()
        until(lambda: gateway.lane(READINGS)["waiting"] < waiting * 0.99, 60, lambda: f"it drains: {gateway.uplink()}")
        begun = time.time()
        until(lambda: gateway.lane(READINGS)["waiting"] < waiting * 0.02, 300, lambda: f"it drains: {gateway.uplink()}", every=0.5)
        drained = time.time()
        rate = (field.replies - before) * REGISTERS / (drained - begun)
        time.sleep(2)  # for what is on its way
        delays = delays_of(field, before, alarms, begun, drained)
        assert len(delays) >= 20, f"{len(delays)} alarms while {waiting} readings drained in {drained - begun:.0f} s"
        return {
            "alarms": len(delays), "drained_per_second": round(waiting / (drained - begun)), "readings_per_second": round(rate),
            "drain_us_per_reading": round((drained - begun) * 1e6 / waiting, 1),
            "alarm_p50_ms": round(percentile(delays, 0.5), 1), "alarm_p99_ms": round(percentile(delays, 0.99), 1),
            "alarm_highest_ms": round(max(delays), 1),
        }
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)


def delays_of(field: Field, before: int, alarms: Alarms, begun: float, drained: float) -> list[float]:
    """Milliseconds from the reply in which a flag had gone up to the alarm, for the first raises of each."""
    flags: dict[int, list[float]] = {}
    last: dict[int, bool] = {}
    for reply in field.served(before):
        is_up = bool(reply.word(0) >> BIT & 1)
        if is_up and not last.get(reply.unit, False):
            flags.setdefault(reply.unit, []).append(reply.time)
        last[reply.unit] = is_up
    delays = []
    for unit, ups in flags.items():
        arrived = [at for at, point in alarms.raised if f"/b0u{unit}/" in point]
        delays += [
            (at - up) * 1000 for up, at in list(zip(ups, arrived))[:RAISES] if begun <= up <= drained
        ]
    return delays
