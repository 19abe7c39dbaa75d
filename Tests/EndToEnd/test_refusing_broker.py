"""A broker that is there and refuses: password, rights, its own certificate. It is said in words and nothing is lost."""
from __future__ import annotations

import re

import pytest

from lab import judge
from lab.bench import Bench
from lab.certificates import Authority
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS
from lab.wait import until

ROOM_FOR_BACKOFF = 90
GATEWAY = "gw-500111-0007"


def problem(gateway: Gateway, words: str) -> str:
    """Waits until `uplink status` says these words, as JSON and for people."""
    said = until(
        lambda: re.search(words, gateway.uplink()["problem"] or "", re.IGNORECASE), 20,
        lambda: f"uplink status says {words}: {gateway.uplink()}",
    )
    table = gateway.ask("uplink", "status", as_json=False).out
    assert re.search(words, " ".join(table.split()), re.IGNORECASE), table
    return said.string


def kept_from_the_first_on(gateway: Gateway, records: int) -> None:
    """Waits until so many readings are kept; none was given up."""
    until(lambda: gateway.lane(READINGS)["waiting"] > records, 20, lambda: f"readings are kept: {gateway.lane(READINGS)}")
    assert gateway.lane(READINGS)["first_seq"] == 1, gateway.lane(READINGS)


def test_a_refused_password_is_named_and_the_right_one_is_taken_up_without_a_restart(bench: Bench) -> None:
    bench.broker.know(GATEWAY, "right")
    bench.broker.restart()
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line, gateway=GATEWAY)
    password = gateway.folder / "password"
    password.write_text("wrong\n")
    gateway.configuration["uplinks"]["city"].update(username=GATEWAY, password_file=str(password))
    gateway.write()
    gateway.start()

    said = problem(gateway, "user ?name or password|not authori[sz]ed")
    assert "password" in said.lower() and "wrong" not in said, f"names the remedy and not the secret: {said}"
    kept_from_the_first_on(gateway, 5)
    assert platform.ledger.readings() == [] and gateway.uplink()["state"] != "connected"

    password.write_text("right\n")
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"the right password is taken up: {gateway.uplink()}")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    assert min(platform.ledger.lane(READINGS).records) == 1
    until(lambda: not gateway.uplink()["problem"], 30, lambda: f"the complaint is taken back: {gateway.uplink()}")


def test_refused_readings_are_kept_while_alarms_are_delivered(bench: Bench) -> None:
    bench.broker.permit("read manhole/v1/#", "write manhole/v1/+/alarms", "write manhole/v1/+/state")
    bench.broker.restart()
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    gateway.start()

    problem(gateway, "not authori[sz]ed")
    status = gateway.ask("status").json
    said = [words for words in status["problems"] if "uplink city" in words and "not authori" in words]
    assert said, f"though it is connected: {status}"
    kept_from_the_first_on(gateway, 5)
    line.set(3, methane=35.0)
    raised = until(
        lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 20,
        lambda: f"the alarm arrives while readings are refused: {gateway.uplink()}",
    )
    until(lambda: gateway.lane(ALARMS)["waiting"] == 0, 30, lambda: f"no alarm waits: {gateway.lane(ALARMS)}")
    kept_from_the_first_on(gateway, 15)
    assert platform.ledger.readings() == [] and gateway.uplink()["state"] == "connected"
    connections = {state.get("session") for state in platform.ledger.states()}

    bench.broker.permit("readwrite manhole/v1/#")
    bench.broker.reload()
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"readings arrive when they may: {gateway.uplink()}")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    lane = platform.ledger.lane(READINGS)
    assert min(lane.records) == 1 and lane.gaps == [] and lane.duplicates() == []
    assert {state.get("session") for state in platform.ledger.states()} == connections, "the connection stood all the time"
    assert platform.ledger.alarm(rule="methane-high", to="unacknowledged")["alarm"] == raised["alarm"]
    until(lambda: not gateway.uplink()["problem"], 30, lambda: f"the complaint is taken back: {gateway.uplink()}")


def test_a_backlog_goes_to_a_broker_with_a_limit_for_messages_in_smaller_ones(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5, every="200 ms")
    gateway = bench.gateway(line)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    bench.broker.stop()
    until(lambda: gateway.lane(READINGS)["waiting"] > 400, 60, lambda: f"a backlog: {gateway.lane(READINGS)}")
    bench.broker.limit(2500)
    bench.broker.start()

    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    # A smaller message that was on its way with one that was too large passes it.
    judge.complete(platform.ledger, breaks=1)
    assert platform.ledger.lane(READINGS).gaps == []
    uplink = gateway.uplink()
    assert uplink["refused"] > 0, f"the limit was met: {uplink}"
    assert "set aside" not in (uplink["problem"] or ""), uplink


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("expired", r"the broker's certificate expired on \d{4}-\d\d-\d\d"),
        ("elsewhere", r"does not name 127\.0\.0\.1.*broker\.elsewhere\.example"),
        ("another authority", "signed by an unknown authority"),
    ],
    ids=["expired", "elsewhere", "another-authority"],
)
def test_a_broker_with_a_wrong_certificate_is_not_trusted(bench: Bench, wrong: str, words: str) -> None:
    good = bench.broker.identity
    bench.broker.show({
        "expired": bench.authority.expired_server,
        "elsewhere": bench.authority.stranger,
        "another authority": Authority(bench.folder / "rogue", "rogue").server,
    }[wrong]())
    bench.broker.restart()
    line = bench.tcp(3)
    gateway = bench.gateway(line)
    gateway.start()

    problem(gateway, words)
    kept_from_the_first_on(gateway, 5)

    bench.broker.show(good)
    bench.broker.restart()
    platform = bench.platform()
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"the good certificate is taken: {gateway.uplink()}")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    assert min(platform.ledger.lane(READINGS).records) == 1
