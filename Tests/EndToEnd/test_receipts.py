"""A broker acknowledges an alarm and loses it: where the platform gives receipts, it comes again until its receipt does."""
from __future__ import annotations

import re

import pytest

from lab import judge
from lab.bench import Bench
from lab.bus import Bus
from lab.desk import Desk
from lab.faulty_broker import PASS, FaultyBroker, Published, Treatment, puback
from lab.gateway import Gateway
from lab.ledger import ALARMS
from lab.platform import Platform
from lab.raised import HIGH, at_once, raise_alarm, transition
from lab.wait import until

MINUTE, TWO_MINUTES, ROOM = 60, 120, 20


def start(bench: Bench) -> tuple[FaultyBroker, Platform, Bus, Gateway, Desk]:
    """A gateway before a broker that can lose a message, and a platform that has given a receipt for the first alarm."""
    faulty = FaultyBroker(bench.broker.port, bench.authority.server(), bench.authority.client("between"))
    bench.parts.callback(faulty.stop)
    faulty.start()
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.configuration["uplinks"]["city"]["links"][0]["port"] = faulty.port
    gateway.write()
    gateway.start()
    desk = Desk(bench, platform, gateway)
    first = raise_alarm(platform, line, 1, 30, lambda: str(gateway.uplink())).transition
    receipt(desk, "r-1", first["alarm"])
    assert gateway.uplink()["receipts_awaited"] == 0
    return faulty, platform, line, gateway, desk


def receipt(desk: Desk, identity: str, alarm: str) -> None:
    """The platform has the alarm. Where nobody vouches for the clock the command is refused, and counts all the same."""
    reply = desk.ask(identity, "receipt", alarm=alarm)
    assert reply["ok"] or reply["error"] == "clock-unsynced", reply


@pytest.mark.longest
def test_an_alarm_that_the_broker_acknowledged_and_lost_comes_again_as_it_was(bench: Bench) -> None:
    faulty, platform, line, gateway, desk = start(bench)
    silent = raise_alarm(platform, line, 2, 30, lambda: str(gateway.uplink())).transition
    lost: list[Published] = []

    def treat(message: Published) -> Treatment:
        if message.kind != ALARMS or lost:
            return PASS
        lost.append(message)
        return Treatment(passed=False, answer=puback(message.identifier))

    faulty.treat = treat
    line.set(3, methane=HIGH)
    until(lambda: gateway.uplink()["receipts_awaited"] == 2, 30, lambda: f"two alarms wait: {gateway.uplink()}")
    assert lost and gateway.lane(ALARMS)["waiting"] == 0, "as far as the broker goes, everything is delivered"
    assert transition(platform, line, 3, "unacknowledged", 0) is None

    found = until(
        lambda: transition(platform, line, 3, "unacknowledged", 0), MINUTE + ROOM,
        lambda: f"the lost alarm comes: {gateway.uplink()}")
    until(lambda: platform.ledger.lane(ALARMS).times[silent["seq"]] == 2, ROOM, "so does the one the platform said nothing to")
    number = found[0]["seq"]
    assert number == silent["seq"] + 1 and platform.ledger.missing() == {}
    # The books saw the loss when the next step of an alarm came, and that it was made good; there is nothing else in them.
    seen = re.compile(rf"lost {number} to {number}$|after is {number - 1} though|first arrival of {number} after")
    assert [complaint for complaint in platform.ledger.complaints() if not seen.search(complaint)] == []

    receipt(desk, "r-2", silent["alarm"])
    receipt(desk, "r-3", found[0]["alarm"])
    row = gateway.uplink()
    assert (row["receipts_awaited"], row["alarms_sent_again"], row["problem"]) == (0, 2, None), row


@pytest.mark.faults
def test_an_alarm_without_a_receipt_is_told_and_waits_through_a_kill(bench: Bench) -> None:
    _, platform, line, gateway, desk = start(bench)
    silent = raise_alarm(platform, line, 2, 30, lambda: str(gateway.uplink())).transition
    until(lambda: gateway.uplink()["alarms_sent_again"] == 1, MINUTE + ROOM, lambda: f"it goes again: {gateway.uplink()}")
    gateway.kill()
    gateway.start()
    until(lambda: gateway.uplink()["state"] == "connected", ROOM, lambda: f"it is back: {gateway.uplink()}")
    assert gateway.uplink()["receipts_awaited"] == 1
    words = rf"the platform has not confirmed alarm {silent['alarm']}, which the broker took at .* sent again 2 times"
    until(
        lambda: re.search(words, gateway.uplink()["problem"] or ""), MINUTE + TWO_MINUTES + ROOM,
        lambda: f"it is told: {gateway.uplink()}", every=1)
    times = platform.ledger.lane(ALARMS).times
    assert times[silent["seq"]] == 4
    assert [seq for seq in platform.ledger.lane(ALARMS).duplicates() if times[seq] > 2] == [silent["seq"]]
    # One kill, and three times for want of a receipt.
    judge.faultless(platform.ledger, [line], breaks=4)
    receipt(desk, "r-2", silent["alarm"])
    until(lambda: not gateway.uplink()["problem"], ROOM, lambda: f"the complaint is taken back: {gateway.uplink()}")
    assert gateway.uplink()["receipts_awaited"] == 0
