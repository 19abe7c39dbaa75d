"""The bench itself: a ledger that does not see a loss, or a slave that serves what it does not log, would prove nothing."""
from __future__ import annotations

import json
import ssl
from typing import Any

import paho.mqtt.client as mqtt
import pytest

from lab import judge, yaml
from lab.bench import Bench
from lab.gateway import COVER
from lab.ledger import ALARMS, READINGS, Ledger
from lab.models import MODELS
from lab.wait import until

STORE, BOOT = "6f1c2f0e-55e0-4f3f-9d43-0d8f6a0b7c11", "0b5a7f64-9f0e-4f3b-8a0e-0c1f7c9d2e33"
TOPIC = "manhole/v1/gw-1/"


def reading(seq: int, **changes: Any) -> dict[str, Any]:
    """A good reading."""
    return {
        "seq": seq, "cover": "3205820102048188", "sensor": "ch4", "channel": "gas", "quantity": "methane", "unit": "%LEL",
        "value": seq / 8, "quality": "good", "time": "2026-11-21T04:00:00.123Z", "clock": "synced", "origin": "field", **changes,
    }


def batch(after: int, *readings: dict[str, Any]) -> bytes:
    """A batch as the daemon would send it."""
    return json.dumps(
        {"schema": 1, "gateway": "gw-1", "store": STORE, "boot": BOOT, "after": after, "readings": list(readings)}
    ).encode()


def alarm(after: int, seq: int, **changes: Any) -> bytes:
    """An alarm transition as the daemon would send it."""
    record = {
        "schema": 1, "gateway": "gw-1", "store": STORE, "boot": BOOT, "after": after, "seq": seq, "alarm": "a-1",
        "rule": "methane-high", "severity": 2, "from": "normal", "to": "unacknowledged", "cause": "raised", "cover": "3205820102048188",
        "point": "3205820102048188/ch4/gas", "device": "SN", "value": 31.5,
        "unit": "%LEL", "threshold": 20, "clear_threshold": 15, "occurred": "2026-11-21T04:00:00Z",
        "detected": "2026-11-21T04:00:10Z", "clock": "synced", "config": "sha256:0", "test": False,
    }
    passed_on = ("location", "kind", "competent", "owner", "maintainer", "grid", "responsibility_grid")
    return json.dumps({**record, **{name: COVER[name] for name in passed_on}, **changes}).encode()


def book(*messages: tuple[str, bytes]) -> Ledger:
    """A ledger with these messages in it."""
    ledger = Ledger()
    for kind, payload in messages:
        ledger.take(TOPIC + kind, payload, 0.0)
    return ledger


def test_a_complete_delivery_has_no_complaints() -> None:
    gap = {"gap": {"from": 4, "to": 64, "count": 61, "reason": "unused"}}
    ledger = book(
        (READINGS, batch(0, reading(1), reading(2, quality="bad", value=None, reason="timeout"))), (ALARMS, alarm(0, 1)),
        (READINGS, batch(2, reading(3), gap, reading(65))), (READINGS, batch(65, reading(66))),
        (ALARMS, alarm(1, 2, to="normal")),
    )
    assert ledger.complaints() == []
    assert ledger.missing() == {} and ledger.lane(READINGS).highest == 66


def test_after_of_a_gap_may_be_its_last_number_or_the_record_before_it() -> None:
    gap = {"gap": {"from": 2, "to": 10, "count": 9, "reason": "evicted"}}
    for after in (1, 10):
        assert book((READINGS, batch(0, reading(1), gap)), (READINGS, batch(after, reading(11)))).complaints() == []


def test_a_repetition_after_a_broken_connection_is_no_loss() -> None:
    ledger = book(
        (READINGS, batch(0, reading(1), reading(2))), (READINGS, batch(2, reading(3))),
        (READINGS, batch(0, reading(1), reading(2), reading(3))), (READINGS, batch(3, reading(4))),
        (READINGS, batch(2, reading(3), reading(4), reading(5))),
    )
    assert ledger.complaints() == []
    assert ledger.lane(READINGS).duplicates() == [1, 2, 3, 4] and ledger.missing() == {}


def test_what_came_again_is_held_against_the_breaks_there_were() -> None:
    first, again = (READINGS, batch(0, reading(1), reading(2))), (READINGS, batch(0, reading(1), reading(2)))
    judge.repeated_by(book(first, again), 1)
    judge.repeated_by(book(first, again, again), 2)
    later = [(READINGS, batch(seq - 1, reading(seq))) for seq in range(3, 3 + judge.IN_FLIGHT)]
    judge.repeated_by(book(first, *later[:-1], again), 1)
    for messages, breaks in (((first, again), 0), ((first, again, again), 1), ((first, *later, again), 1)):
        with pytest.raises(AssertionError, match="not explained"):
            judge.repeated_by(book(*messages), breaks)
    ledger = book(first)
    ledger.take(TOPIC + READINGS, first[1], 0.0, resent=True)
    judge.repeated_by(ledger, 0)


@pytest.mark.parametrize(
    "messages, words",
    [
        ([(READINGS, batch(0, reading(1))), (READINGS, batch(2, reading(3)))], "lost 2 to 2"),
        ([(READINGS, batch(0, reading(1), reading(2))), (READINGS, batch(1, reading(3)))], "nothing in the message is a rep"),
        ([(READINGS, batch(0, reading(1))), (READINGS, batch(0, reading(1, value=9.0)))], "two contents"),
        ([(READINGS, batch(0, reading(1), reading(3))), (READINGS, batch(1, reading(2), reading(3)))], "first arrival of 2"),
        ([(READINGS, batch(0, reading(2), reading(1)))], "seq 1 stands after 2"),
        ([(READINGS, batch(0, reading(1, quality="bad", value=0, reason="timeout")))], "value null"),
        ([(READINGS, batch(0, reading(1, quality="bad", value=None)))], "value null and a reason"),
        ([(READINGS, batch(0, reading(1, value=None)))], "a good reading has a value"),
        ([(READINGS, batch(0, reading(1, quality="uncertain", reason="timeout")))], "an uncertain reading"),
        ([(READINGS, batch(0, reading(1)).replace(b"0.125", b"NaN"))], "no JSON"),
        ([(READINGS, batch(0, reading(1, unit="ppm")))], "not given in ppm"),
        ([(READINGS, batch(0, reading(1, clock="unsynced")))], "monotonic_ms"),
        ([(READINGS, batch(0, reading(1, time="2026-11-21 04:00:00")))], "field time"),
        ([(READINGS, b'{"schema":1}')], "field after is missing"),
        ([(ALARMS, alarm(0, 1)), (ALARMS, alarm(0, 1, severity=3))], "two contents"),
        ([(ALARMS, alarm(0, 1, threshold=None))], "has threshold"),
        ([("state", b'{"online":true}')], "field boot is missing"),
    ],
)
def test_the_ledger_sees(messages: list[tuple[str, bytes]], words: str) -> None:
    assert any(words in complaint for complaint in book(*messages).complaints())


def test_a_hole_is_missing_until_it_is_filled() -> None:
    ledger = book((READINGS, batch(0, reading(1), reading(4))))
    assert ledger.missing() == {"gw-1 readings": [2, 3]}


def test_what_is_queued_for_the_platform_survives_a_restart_of_the_broker(bench: Bench) -> None:
    platform = bench.platform()
    client = bench.authority.client("gw")
    publisher = mqtt.Client(client_id="publisher", protocol=mqtt.MQTTv5)
    publisher.tls_set(str(client.authority), str(client.certificate), str(client.key))
    publisher.connect("127.0.0.1", bench.broker.port)
    publisher.loop_start()
    publisher.publish(TOPIC + READINGS, batch(0, reading(1)), qos=1).wait_for_publish(10)
    until(lambda: platform.ledger.readings(), 30, "the first batch arrives")
    platform.stop()
    publisher.publish(TOPIC + READINGS, batch(1, reading(2)), qos=1).wait_for_publish(10)
    bench.broker.stop()
    bench.broker.start()
    platform.start()
    until(lambda: len(platform.ledger.readings()) == 2, 15, "the queued batch arrives")
    publisher.loop_stop()
    assert platform.ledger.complaints() == []


def test_the_broker_refuses_a_client_without_certificate(bench: Bench) -> None:
    publisher = mqtt.Client(client_id="nobody", protocol=mqtt.MQTTv5)
    publisher.tls_set(str(bench.authority.certificate))
    answers: list[int] = []
    publisher.on_connect = lambda _client, _data, _flags, reason, *_: answers.append(reason.value)
    try:
        publisher.connect("127.0.0.1", bench.broker.port)
        publisher.loop(1)
    except (ssl.SSLError, ConnectionError):
        pass
    assert answers == []


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_model_serves_new_values_and_reads_them_back(name: str) -> None:
    model = MODELS[name]
    decoded = [model.decode(model.fill(unit, counter, {})) for unit in (1, 247) for counter in range(1000)]
    assert all(len(values) >= 2 for values in decoded)
    first = [values[0][1] if name != "keller-33x" else values[1][1] for values in decoded]
    if name != "witmotion-wt901c485":
        assert len(set(first)) == len(first), "a float's value is unique per unit and request"


def test_configuration_is_written_as_people_write_it() -> None:
    text = yaml.dump({"a": {"b": "5 s", "c": [{"d": 1, "e": "20 %LEL"}, {"f": True}], "g": ["x", "y"]}, "h": "0123", "i": {}})
    assert text == '''a:
  b: 5 s
  c:
    - d: 1
      e: 20 %LEL
    - f: true
  g:
    - x
    - "y"
h: "0123"
i: {}
'''
