"""A broker that forgets, refuses, answers wrongly or breaks off: nothing is lost, nothing is freed that did not arrive."""
from __future__ import annotations

import os
import random

import pytest

from lab import judge
from lab.bench import Bench
from lab.bus import Bus
from lab.faulty_broker import FORGET, PASS, SWALLOW, FaultyBroker, Published, Treatment, disconnect, puback, refuse
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS
from lab.memory_limit import memory
from lab.platform import Platform
from lab.raised import at_once, raise_alarm
from lab.wait import for_seconds, until

SEED = int(os.environ.get("E2E_SEED", "7"))
ROOM_FOR_BACKOFF = 90
CACHE, GROWTH = 4 << 20, 1 << 20  # bytes of memory: what SQLite keeps of the pages of two lanes, and what else there may be
GARBAGE = bytes([0x00, 0xFF, 0x01, 0x02, 0x03])


def parts(bench: Bench, every: str = "200 ms") -> tuple[FaultyBroker, Platform, Bus, Gateway]:
    """A gateway that reaches the broker by way of one that misbehaves; not started."""
    faulty = FaultyBroker(bench.broker.port, bench.authority.server(), bench.authority.client("between"))
    bench.parts.callback(faulty.stop)
    faulty.start()
    platform, line = bench.platform(), bench.tcp(5, every=every)
    gateway = bench.gateway(line)
    at_once(gateway)
    city = gateway.configuration["uplinks"]["city"]
    city["links"][0]["port"] = faulty.port
    city["batch"] = {"max_readings": 20, "max_interval": "200 ms"}
    gateway.write()
    return faulty, platform, line, gateway


def everything_arrives(faulty: FaultyBroker, gateway: Gateway, platform: Platform, line: Bus) -> None:
    """Nothing lost, nothing changed, nothing given up; sent again only what a connection took with it."""
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=faulty.connections - 1)
    assert platform.ledger.lane(READINGS).gaps == [] and platform.ledger.lane(ALARMS).gaps == []


@pytest.mark.faults
def test_a_broker_that_never_acknowledges_frees_nothing(bench: Bench) -> None:
    faulty, platform, line, gateway = parts(bench)
    faulty.treat = lambda message: PASS if message.kind == "state" else SWALLOW
    gateway.start()
    until(lambda: faulty.connections >= 2, 40, "a connection without acknowledgements is left", every=0.2)
    own, begun = [memory(gateway.child.pid)["RssAnon"]], faulty.connections
    for _ in range(size(32, 4)):
        for_seconds(10, gateway.child.must_run)
        own.append(memory(gateway.child.pid)["RssAnon"])
    lane = gateway.lane(READINGS)
    first, half, last = (round(own[place] / 1e6, 1) for place in (0, len(own) // 2, -1))
    print(
        f"no acknowledgement for {10 * (len(own) - 1)} s: {faulty.connections - begun} more connections, {lane['waiting']} readings "
        f"wait, memory without files {first} MB at first, {half} MB half way, {last} MB at last"
    )
    assert faulty.connections > begun + 1
    assert own[-1] < own[len(own) // 2] + GROWTH and own[-1] < own[0] + CACHE + GROWTH, own
    assert lane["first_seq"] == 1 and lane["waiting"] > 20, lane
    until(lambda: gateway.uplink()["reconnects"] >= 1, 20, lambda: f"it is connected anew: {gateway.uplink()}")
    faulty.treat = lambda _message: PASS
    everything_arrives(faulty, gateway, platform, line)


def test_a_broker_that_forgets_to_acknowledge_gets_the_same_again(bench: Bench) -> None:
    faulty, platform, line, gateway = parts(bench)
    forgotten: list[Published] = []

    def treat(message: Published) -> Treatment:
        if message.kind != "readings" or len(forgotten) >= 3:
            return PASS
        forgotten.append(message)
        return FORGET

    faulty.treat = treat
    gateway.start()
    until(lambda: len(forgotten) == 3 and faulty.connections >= 2, 60, "it forgets and is left")
    everything_arrives(faulty, gateway, platform, line)
    assert platform.ledger.lane(READINGS).duplicates(), "what was not acknowledged came again, with its number"


@pytest.mark.parametrize("reason", [0x97, *(pytest.param(reason, marks=pytest.mark.faults) for reason in (0x80, 0x83, 0x87))])
def test_what_a_broker_refuses_is_kept_and_not_asked_for_without_pause(bench: Bench, reason: int) -> None:
    faulty, platform, line, gateway = parts(bench)
    faulty.treat = lambda message: refuse(message, reason) if message.kind == "readings" else PASS
    gateway.start()
    until(lambda: any(message.kind == "readings" for message in faulty.published), 20, "readings are sent")
    before = len(faulty.published)
    for_seconds(6, gateway.child.must_run)
    asked = len(faulty.published) - before
    assert asked <= 12, f"{asked} messages in 6 s to a broker that refuses"
    assert f"0x{reason:02X}" in gateway.uplink()["problem"], gateway.uplink()
    assert gateway.lane(READINGS)["first_seq"] == 1
    raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink()))
    faulty.treat = lambda _message: PASS
    everything_arrives(faulty, gateway, platform, line)


@pytest.mark.faults
@pytest.mark.parametrize("word", ["puback", "disconnect"])
def test_a_message_that_a_broker_hangs_up_over_keeps_nothing_back(bench: Bench, word: str) -> None:
    faulty, platform, line, gateway = parts(bench)
    refused: list[Published] = []

    def treat(message: Published) -> Treatment:
        if message.kind != "alarms" or b'"after":0,' not in message.content:
            return PASS
        refused.append(message)
        answer = puback(message.identifier, 0x99) if word == "puback" else disconnect(0x95)
        return Treatment(passed=False, answer=answer, hangs_up=True)

    faulty.treat = treat
    gateway.start()
    line.set(2, methane=35.0)
    until(lambda: len(refused) >= 3, ROOM_FOR_BACKOFF, lambda: f"the first alarm is refused three times: {gateway.uplink()}")
    raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink()))
    said = gateway.uplink()["problem"] or ""
    assert "set aside" in said and "another client" not in said, said
    assert len(refused) <= 4, f"{len(refused)} connections for one message"
    faulty.treat = lambda _message: PASS
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.complete(platform.ledger, breaks=faulty.connections - 1)
    assert platform.ledger.lane(READINGS).gaps == [] and platform.ledger.lane(ALARMS).gaps == []


@pytest.mark.parametrize("maximum", [1, 3])
def test_no_more_is_in_flight_than_the_broker_grants_and_an_alarm_is_next(bench: Bench, maximum: int) -> None:
    faulty, platform, line, gateway = parts(bench)
    faulty.receive_maximum = maximum
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 100, 60, "a backlog")
    bench.broker.start()
    until(lambda: len(platform.ledger.readings()) > 40, ROOM_FOR_BACKOFF, lambda: f"it drains: {gateway.uplink()}")
    raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink()))
    everything_arrives(faulty, gateway, platform, line)
    assert 1 <= faulty.most_open <= maximum


@pytest.mark.faults
def test_acknowledgements_for_nothing_twice_and_nonsense_free_nothing(bench: Bench) -> None:
    faulty, platform, line, gateway = parts(bench)
    chance = random.Random(SEED)
    done: set[str] = set()

    def treat(message: Published) -> Treatment:
        fault = chance.choice(["pass", "pass", "wrong", "twice", "garbage", "swallow"])
        if message.kind == "state" or len(done) == 5 and len(faulty.published) > 25:
            return PASS
        done.add(fault)
        return {
            "pass": PASS,
            "wrong": Treatment(answer=puback((message.identifier + 17) & 0xFFFF or 1)),
            # The second one is the real broker's.
            "twice": Treatment(answer=puback(message.identifier)),
            "garbage": Treatment(answer=GARBAGE),
            "swallow": SWALLOW,
        }[fault]

    faulty.treat = treat
    gateway.start()
    until(
        lambda: len(done) == 5 and len(faulty.published) > 25, 120,
        lambda: f"all faults: {done} in {len(faulty.published)} messages, {gateway.uplink()}", every=0.2,
    )
    everything_arrives(faulty, gateway, platform, line)


def test_connections_that_are_reset_in_the_middle_of_a_message_lose_nothing(bench: Bench) -> None:
    faulty, platform, line, gateway = parts(bench)
    chance, resets = random.Random(SEED), []

    def treat(message: Published) -> Treatment:
        if message.kind == "state" or len(resets) >= 8 or chance.random() < 0.4:
            return PASS
        resets.append(message)
        return Treatment(reset_after=chance.randrange(0, 300))

    faulty.treat = treat
    gateway.start()
    for unit in (1, 2, 3):
        raise_alarm(platform, line, unit, ROOM_FOR_BACKOFF, lambda: str(gateway.uplink()))
    until(lambda: len(resets) >= 8, 60, lambda: f"eight resets: {len(resets)}")
    everything_arrives(faulty, gateway, platform, line)
    states = [state for state in platform.ledger.states() if "session" in state]
    newest = max(state["session"] for state in states)
    until(
        lambda: max(platform.ledger.states(), key=lambda state: (state["session"], state["online"]))["online"] is True, 30,
        "the newest word about the gateway is that it is there",
    )
    assert any(state["session"] == newest and state["online"] for state in states)
