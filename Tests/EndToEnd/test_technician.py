"""The technician's tool: every verb as a table and as JSON, its exit codes, an acknowledgement, an orderly end."""
from __future__ import annotations

import getpass
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab import judge
from lab.bench import XCD, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.gateway import Gateway, ctl
from lab.ledger import READINGS
from lab.raised import at_once, on_the_wire
from lab.served import Served, seconds
from lab.slow_link import SlowLink
from lab.wait import for_seconds, until

GAS = f"{cover(188)}/ch4/gas"
VERBS = {
    ("status",): {"gateway", "version", "healthy", "problems", "store", "boot", "configuration", "outbox", "uplinks"},
    ("sensors",): {"sensors"},
    ("read", GAS): {"readings"},
    ("alarms", "list"): {"alarms"},
    ("bus", "stats"): {"buses"},
    ("outbox", "stats"): {"store", "lanes"},
    ("uplink", "status"): {"uplinks"},
}


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_verb_answers_as_json_and_as_a_table(shared: Bench, verb: tuple[str, ...]) -> None:
    gateway = shared.gateways[0]
    answer = gateway.ask(*verb)
    assert answer.exit in ((0, 1) if verb == ("status",) else (0,)), answer
    assert VERBS[verb] <= set(answer.json)
    table = gateway.ask(*verb, as_json=False)
    assert table.exit == answer.exit and table.out.strip() and not table.out.lstrip().startswith(("{", "["))
    if verb == ("sensors",):
        assert GAS in table.out or "ch4" in table.out
    trailing = ctl("--socket", str(gateway.socket), *verb, "--json")
    assert trailing.exit in (answer.exit, 64), "--json may also stand last, or is refused as usage"


def test_sensors_and_read_show_what_was_served(shared: Bench) -> None:
    gateway, line = shared.gateways[0], shared.buses[0]
    points = {row["point"]: row for row in gateway.ask("sensors").json["sensors"]}
    assert GAS in points and points[GAS]["quality"] == "good" and points[GAS]["unit"] == "%LEL"
    first, second = (gateway.ask("read", GAS).json["readings"] for _ in range(2))
    values = [next(row["value"] for row in rows if row["point"] == GAS) for rows in (first, second)]
    assert values[0] != values[1], "read asks the device anew"
    for value in values:
        assert Served([line]).matches(cover(188), "ch4", "methane", value), f"{value} was never served"


@pytest.mark.parametrize(
    "wrong", [("brew",), ("read",), ("alarms", "ack"), ("--colour", "status"), ("status", "now"),
        ("calibration", "strat", GAS, "--reason", "x"), ("bus", "scna")], ids=" ".join
)
def test_usage_is_64(shared: Bench, wrong: tuple[str, ...]) -> None:
    answer = shared.gateways[0].ask(*wrong)
    assert answer.exit == 64 and answer.err.strip(), answer
    if wrong[0] in ("calibration", "bus"):
        nearest = "calibration start" if wrong[0] == "calibration" else "bus scan"
        assert f"did you mean '{nearest}'?" in answer.err, answer


@pytest.mark.parametrize(
    "wrong", [("read", f"{cover(999)}/ch4/gas"), ("read", "no-point"), ("alarms", "ack", "no-such-alarm")], ids=" ".join
)
def test_what_is_not_there_is_refused_with_words(shared: Bench, wrong: tuple[str, ...]) -> None:
    answer = shared.gateways[0].ask(*wrong)
    assert answer.exit in (1, 64) and (answer.err + answer.out).strip(), answer


def test_no_daemon_is_69(tmp_path: Path) -> None:
    answer = ctl("--socket", str(tmp_path / "nobody"), "status")
    assert answer.exit == 69 and str(tmp_path / "nobody") in answer.err, answer


def test_status_is_1_when_a_person_is_needed(bench: Bench) -> None:
    line = bench.tcp(1)
    gateway = bench.gateway(line)
    bench.platform()
    gateway.start()
    until(lambda: gateway.ask("status").exit == 0, 20, lambda: f"healthy: {gateway.ask('status').out}")
    bench.broker.stop()
    line.set(1, silent=True)
    until(lambda: gateway.ask("status").exit == 1, 30, lambda: f"not healthy: {gateway.ask('status').out}")
    assert gateway.ask("status").json["problems"]


def test_an_acknowledgement_reaches_the_platform_with_its_name(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    line.set(3, methane=35.0)
    gateway.start()
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 30, "the alarm arrives")
    row = next(row for row in gateway.ask("alarms", "list").json["alarms"] if row["alarm"] == raised["alarm"])
    assert row["state"] == "unacknowledged" and row["point"] == GAS and row["severity"] == 2

    answer = gateway.ask("alarms", "ack", raised["alarm"])
    assert answer.exit == 0, answer
    acknowledged = until(
        lambda: platform.ledger.alarm(alarm=raised["alarm"], to="acknowledged"), 20, "the acknowledgement arrives"
    )
    assert acknowledged["from"] == "unacknowledged"
    assert any(getpass.getuser() in str(value) for value in acknowledged.values()), f"who did it is said: {acknowledged}"
    assert gateway.ask("alarms", "ack", raised["alarm"]).exit in (0, 1), "twice is harmless"
    row = next(row for row in gateway.ask("alarms", "list").json["alarms"] if row["alarm"] == raised["alarm"])
    assert row["state"] == "acknowledged"

    line.set(3, methane=5.0)
    until(lambda: platform.ledger.alarm(alarm=raised["alarm"], to="normal"), 20, "the alarm returns to normal")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])


def test_sigterm_ends_the_daemon_with_everything_committed(bench: Bench) -> None:
    """In the middle of everything: three buses, a backlog that drains over a slow link, alarms, a commit that is far, clients."""
    platform, rtu, tcp = bench.platform(), bench.rtu(), bench.tcp(20, every="200 ms")
    heads = [Slave(unit, XCD, cover(100 + unit), "ch4", "200 ms") for unit in range(1, 11)]
    more = bench.bus("plc-2", MODBUS_TCP, heads)
    link = SlowLink(bench.broker.port, 8000)
    bench.parts.callback(link.cut)
    link.start()
    gateway = bench.gateway(rtu, tcp, more)
    at_once(gateway)
    gateway.configuration["store"]["commit_interval"] = "5 s"
    city = gateway.configuration["uplinks"]["city"]
    city["links"][0]["port"] = link.port
    gateway.write()
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 1500, 60, lambda: f"a backlog: {gateway.lane(READINGS)}", every=0.5)
    bench.broker.start()
    until(lambda: len(platform.ledger.readings()) > 200, 90, lambda: f"it drains: {gateway.uplink()}")

    with ThreadPoolExecutor() as clients, socket.socket(socket.AF_UNIX) as halfway:
        halfway.connect(str(gateway.socket))
        halfway.sendall(b"GET /v1/status HTTP/1.1\r\nHost")
        over = threading.Event()
        answers = clients.submit(ask_until, gateway, over)
        try:
            asked = time.time()
            for unit in (1, 2):
                more.set(unit, methane=35.0)
            until(lambda: all(on_the_wire(more, unit, asked) for unit in (1, 2)), 20, "what raises two alarms is on the wire")
            for_seconds(0.5, gateway.child.must_run)
            more.set(3, methane=35.0)
            waiting, ended = gateway.lane(READINGS)["waiting"], time.time()
            assert waiting > 500, "the backlog drains still"
            assert gateway.stop() == 0, gateway.child.tail()
        finally:
            over.set()
        exits = answers.result()
    assert exits <= {0, 1, 69} and exits & {0, 1}, "who asks is answered, and then nobody is there"
    assert not gateway.socket.exists() or gateway.ask("status").exit == 69

    city["links"][0]["port"] = bench.broker.port
    gateway.write()
    gateway.start()
    judge.delivered(gateway, platform, 90)
    judge.faultless(platform.ledger, [rtu, tcp, more], breaks=1)
    assert {gap.reason for lane in platform.ledger.lanes.values() for gap in lane.gaps} <= {"unused"}
    arrived = {(reading["cover"], reading["sensor"], reading["value"]) for reading in platform.ledger.readings()}
    for bus in (rtu, tcp, more):
        gas = {key: replies for key, replies in Served([bus]).replies.items() if key[2] == "methane"}
        last = [(key, reply) for key, replies in gas.items() for reply in replies if ended - 3 <= reply.time <= ended - 0.5]
        lost = [(key, reply) for key, reply in last if (*key[:2], reply.value) not in arrived]
        assert last and not lost, f"what was read before the end was committed before the end: {lost[:3]} of {len(last)}"
    for unit in (1, 2):
        point = f"{cover(100 + unit)}/ch4/gas"
        raised = platform.ledger.alarm(rule="methane-high", to="unacknowledged", point=point, cause="raised")
        assert raised and seconds(raised["detected"]) < ended, f"the alarm of before the end, not one of after it: {raised}"


def ask_until(gateway: Gateway, over: threading.Event) -> set[int]:
    """Asks one thing after another, and returns the exit statuses there were."""
    exits = set()
    while not over.is_set():
        for verb in (("status",), ("sensors",), ("outbox", "stats"), ("alarms", "list")):
            exits.add(gateway.ask(*verb).exit)
    return exits
