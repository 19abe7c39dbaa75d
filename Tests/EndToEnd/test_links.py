"""The ways to the platform: one that is half open, one that goes away, and somebody else who uses the gateway's id."""
from __future__ import annotations

import paho.mqtt.client as mqtt

from lab import judge
from lab.bench import Bench
from lab.broker import Broker, free_port
from lab.faulty_broker import PASS, FaultyBroker, Published, Treatment
from lab.ledger import READINGS
from lab.platform import Client, Platform
from lab.raised import at_once, raise_alarm
from lab.slow_link import SlowLink
from lab.wait import until

FAST = 10_000_000
TAKEN_OVER = bytes([0xE0, 0x02, 0x8E, 0x00])  # DISCONNECT (MQTT 5.0 §3.14.2.1)
HALF_OPEN = 15  # seconds until an alarm has left a link that is half open


def test_a_half_open_link_is_left_when_there_is_an_alarm(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    link = SlowLink(bench.broker.port, FAST)
    bench.parts.callback(link.cut)
    link.start()
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.configuration["uplinks"]["city"]["links"][0]["port"] = link.port
    gateway.write()
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    judge.delivered(gateway, platform, 30)
    link.swallow()
    delay = raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink())).delay
    print(f"a half-open link: the alarm after {delay:.1f} s")
    assert delay <= HALF_OPEN
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line], breaks=1)


def test_a_broker_that_goes_away_is_left_for_the_next_one(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    other = Broker(bench.folder / "other", bench.authority)
    bench.parts.callback(other.kill)
    other.start()
    # One platform behind two brokers.
    second = Platform(other.port, bench.authority.client("platform"))
    second.ledger = platform.ledger
    bench.parts.callback(second.stop)
    second.start()
    gateway = bench.gateway(line)
    gateway.configuration["uplinks"]["city"]["links"] += [
        {"host": "127.0.0.1", "port": free_port()}, {"host": "127.0.0.1", "port": other.port},
    ]
    gateway.write()
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    assert gateway.uplink()["link"] == f"127.0.0.1:{bench.broker.port}"
    bench.broker.stop()
    until(
        lambda: gateway.uplink()["link"] == f"127.0.0.1:{other.port}" and gateway.uplink()["state"] == "connected", 30,
        lambda: f"the third link is found, past one where nobody is: {gateway.uplink()}",
    )
    line.set(1, methane=35.0)
    until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 20, "an alarm by the other broker")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line], breaks=1)


def test_somebody_else_with_the_gateways_id_is_noticed_and_costs_nothing(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    identity = bench.authority.client("intruder")
    versions = getattr(mqtt, "CallbackAPIVersion", None)
    taken: list[int] = []  # connections of somebody else, each of which ends the gateway's
    for times in range(3):
        until(lambda: gateway.uplink()["state"] == "connected", 60, lambda: f"connected: {gateway.uplink()}")
        intruder = Client(*([versions.VERSION1] if versions else []), client_id=gateway.id, protocol=mqtt.MQTTv5)
        intruder.tls_set(str(identity.authority), str(identity.certificate), str(identity.key))
        intruder.on_connect = lambda *_: taken.append(1)
        intruder.connect("127.0.0.1", bench.broker.port, keepalive=10)
        intruder.loop_start()
        until(lambda: gateway.uplink()["reconnects"] > times or gateway.uplink()["state"] != "connected", 20, "taken over")
        intruder.loop_stop()
        intruder.disconnect()
    until(
        lambda: f"another client uses the id {gateway.id}" in (gateway.uplink()["problem"] or ""), 60,
        lambda: f"uplink status says what it may be: {gateway.uplink()}",
    )
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line], breaks=len(taken))
    assert platform.ledger.lane(READINGS).gaps == []


def test_a_broker_that_says_that_the_connection_was_taken_over_is_believed(bench: Bench) -> None:
    faulty = FaultyBroker(bench.broker.port, bench.authority.server(), bench.authority.client("between"))
    bench.parts.callback(faulty.stop)
    faulty.start()
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    gateway.configuration["uplinks"]["city"]["links"][0]["port"] = faulty.port
    gateway.write()
    taken: list[Published] = []

    def treat(message: Published) -> Treatment:
        if message.kind != "readings" or len(taken) == 2:
            return PASS
        taken.append(message)
        return Treatment(passed=False, answer=TAKEN_OVER)

    faulty.treat = treat
    gateway.start()
    until(
        lambda: "give every gateway an id of its own" in (gateway.uplink()["problem"] or ""), 60,
        lambda: f"uplink status says what to do: {gateway.uplink()}",
    )
    assert gateway.id in gateway.ask("uplink", "status", as_json=False).out
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line], breaks=2)
