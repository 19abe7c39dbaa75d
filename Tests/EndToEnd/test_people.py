"""What people do, on the built daemon: an alarm to its closed case, a crew at work, test gas; and what each is refused."""
from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.bench import Bench, cover
from lab.desk import Desk
from lab.gateway import Answer, Gateway, ctl, program
from lab.platform import Platform
from lab.preload import WallClock
from lab.street import Street
from lab.wait import until
from test_commands import audit, refused
from test_outputs import HERE, LID, outputs
from test_second_user import ask_as_nobody

PLACE = cover(188)
GAS, TILT = f"{PLACE}/ch4/gas", f"{PLACE}/tilt/tilt"
PASSED = {
    "point": GAS, "cover_name": None, "serial": "SN-rs485-1-3", "unit": "%LEL", "by": "chen", "reason": "bump test",
    "start": "2024-12-01T07:50:00.000Z", "end": "2024-12-01T08:00:00.000Z", "clock": "synced", "ended_by": "chen", "readings": 9,
    "lowest": 0.0, "highest": 49.0, "last": 48.0, "applied": 50.0, "deviation": -2.0, "passed": True, "note": None,
}
START = ("--order", "W-17", "--crew", "B2", "--reason", "pump works")


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """A street with a siren, whose fourth lid is opened after 40 s and stays open."""
    (tmp_path / "lid.yaml").write_text(LID.replace("for: 60 s", "for: 250 s"), encoding="utf-8")
    street = Street(tmp_path / "street", tmp_path / "lid.yaml", 1, speed=4)
    street.configuration["outputs"] = {"siren": {"bus": "box", "line": "GPIO5", "when": {"severity": 1, "covers": [HERE]}}}
    yield street
    street.child.kill()


def begin(bench: Bench) -> tuple[Gateway, Platform, Desk, Any]:
    """A gateway whose clock is vouched for, its platform, and who commands it."""
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    WallClock(gateway)
    gateway.start()
    return gateway, platform, Desk(bench, platform, gateway), line


def state(platform: Platform) -> dict[str, Any]:
    """The newest state message."""
    with platform.ledger.lock:
        return [arrival.message for arrival in platform.ledger.arrivals if arrival.kind == "state"][-1]


def says(answer: Answer, status: int, words: str) -> None:
    """A refusal with its exit code and its sentence."""
    assert answer.exit == status and words in answer.err, answer


def row(gateway: Gateway, alarm: str, among: str = "alarms") -> dict[str, Any] | None:
    """One alarm as `alarms list` has it."""
    return next((row for row in gateway.ask("alarms", "list").json[among] if row["alarm"] == alarm), None)


def test_a_methane_alarm_goes_its_way_to_the_closed_case(bench: Bench) -> None:
    gateway, platform, desk, line = begin(bench)
    line.set(3, methane=35.0)
    alarm = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "the alarm")["alarm"]
    assert refused(desk.ask("c-1", "close", alarm=alarm, note="nothing"), "conflict")
    says(gateway.ask("alarms", "close", alarm, "--note", "nothing"), 1, "still stands")
    says(gateway.ask("alarms", "shelve", alarm, "--reason", "paint", "--for", "2h"), 1, "never set aside")
    assert refused(desk.ask("c-2", "shelve", alarm=alarm, reason="paint", until="2099-01-01T00:00:00Z"), "conflict")
    says(gateway.ask("alarms", "close", "no-such-alarm", "--note", "x"), 64, "no alarm")
    says(gateway.ask("alarms", "close", alarm, "--note", " "), 64, "note must be")
    assert gateway.ask("alarms", "ack", alarm).exit == 0
    says(gateway.ask("alarms", "ack", alarm), 1, "was acknowledged by root")

    line.set(3, methane=1.0)
    until(lambda: platform.ledger.alarm(alarm=alarm, to="normal"), 60, "the end of the danger")
    assert row(gateway, alarm) is None and row(gateway, alarm, "cases") is not None
    assert "OCCURRED (UTC)" in gateway.ask("alarms", "list", as_json=False).out
    assert "DETECTED (UTC)" in gateway.ask("alarms", "history", as_json=False).out
    text = gateway.ask("alarms", "list", as_json=False).out
    assert "Over, to be closed" in text and alarm in text, text
    reply = desk.ask("c-3", "close", alarm=alarm, note="管道泄漏，已修复", by="王伟", false_alarm=False)
    assert reply["ok"] and reply["result"] == {
        "alarm": alarm, "state": "closed", "closed_by": "王伟 via city", "cover": PLACE, "cover_name": "人民路56号井",
        "place": "人民路与长安路口东南角"}, reply
    closed = until(lambda: platform.ledger.alarm(alarm=alarm, to="closed"), 20, "the closed case")
    assert (closed["note"], closed["by"], closed["false_alarm"]) == ("管道泄漏，已修复", "王伟 via city", False)
    assert row(gateway, alarm, "cases") is None
    again = desk.ask("c-4", "close", alarm=alarm, note="again")
    assert refused(again, "conflict") and "was closed at 2" in again["message"] and "by 王伟 via city" in again["message"], again
    for verb in (("ack", alarm), ("close", alarm, "--note", "again")):
        says(gateway.ask("alarms", *verb), 1, "was closed at 2")
    says(gateway.ask("alarms", "ack", "no-such-alarm"), 64, "no alarm")
    record = audit(gateway)
    assert '"alarm.close"' in record and "管道泄漏" in record and '"false_alarm":"false"' in record
    assert record.count('"local.refused"') == 8 and "still stands" in record and "never set aside" in record, record
    assert gateway.ask("audit", "verify").exit == 0


def test_a_crew_makes_notes_of_alarms_for_at_most_eight_hours(bench: Bench) -> None:
    gateway, platform, desk, line = begin(bench)
    says(gateway.ask("maintenance", "start", PLACE, *START, "--for", "9h"), 64, "at most 8 h")
    says(gateway.ask("maintenance", "start", "3205820102000000", *START, "--for", "2h"), 64, "configuration does not have it")
    says(gateway.ask("maintenance", "stop", PLACE), 1, "is not on")
    says(gateway.ask("maintenance", "start", PLACE, *START, "--for", "2"), 64, "duration with unit")
    crew = {"cover": PLACE, "action": "start", "order": "W-17", "crew": "B2"}
    assert refused(desk.ask("c-1", "maintenance", **crew, until="2099-01-01T00:00:00Z"), "invalid")
    begun = gateway.ask("maintenance", "start", PLACE, *START, "--for", "90 min")
    assert begun.exit == 0 and (begun.json["order"], begun.json["by"], begun.json["active"]) == ("W-17", "root", True), begun
    said = until(lambda: state(platform)["maintenance"], 30, "the platform knows of the crew")
    assert [(row["cover"], row["order"], row["crew"]) for row in said] == [(PLACE, "W-17", "B2")]
    assert "maintenance" in gateway.ask("status", as_json=False).out and "W-17" in gateway.ask("maintenance", as_json=False).out
    advice = gateway.ask("entry-advice", PLACE).json
    assert "maintenance-off" not in [finding["code"] for finding in advice["findings"]]

    line.set(80, tilt=40.0)
    note = until(lambda: platform.ledger.alarm(rule="cover-open", to="out-of-service"), 40, "the note")
    line.set(3, methane=35.0)
    until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "gas is never muted")
    aside = row(gateway, note["alarm"])
    assert aside and aside["state"] == "out-of-service" and aside["set_aside"]["reason"] == "W-17, crew B2", aside
    assert desk.ask("c-2", "maintenance", cover=PLACE, action="stop", by="王伟")["ok"]
    until(lambda: platform.ledger.alarm(alarm=note["alarm"], to="unacknowledged"), 20, "an alarm again")
    assert until(lambda: state(platform)["maintenance"] == [], 30, "the platform knows that the crew has ended")
    advice = gateway.ask("entry-advice", PLACE).json
    assert "maintenance-off" in [finding["code"] for finding in advice["findings"]]
    assert gateway.ask("alarms", "shelve", note["alarm"], "--reason", "lid is being changed", "--for", "2h").exit == 0
    shelved = until(lambda: state(platform)["shelved"], 30, "the platform knows what is shelved")
    assert [(row["alarm"], row["by"], row["reason"]) for row in shelved] == [(note["alarm"], "root", "lid is being changed")]
    record = audit(gateway)
    for word in ("maintenance.start", "maintenance.stop", "alarm.shelve", "at most 8 h", "王伟 via city"):
        assert word in record, record


def test_an_opening_under_maintenance_sounds_nothing_until_the_crew_has_ended(street: Street) -> None:
    street.start()
    socket = ("--socket", str(street.socket), "--json")
    until(lambda: ctl(*socket, "maintenance").exit == 0, 20, "the daemon answers")
    assert ctl(*socket, "maintenance", "start", HERE, *START, "--for", "1h").exit == 0

    def lid() -> dict[str, Any] | None:
        rows = ctl(*socket, "alarms", "list").json["alarms"]
        return next((row for row in rows if row["rule"] == "cover-open" and row["cover"] == HERE), None)

    note = until(lid, 60, lambda: f"the note\n{street.child.tail()}")
    assert note["state"] == "out-of-service", note
    assert outputs(street)["siren"][0] is False, outputs(street)
    assert ctl(*socket, "maintenance", "stop", HERE).exit == 0
    until(lambda: outputs(street)["siren"][0] is True, 20, lambda: f"the siren: {outputs(street)}\n{street.child.tail()}")
    again = lid()
    assert again and again["alarm"] == note["alarm"] and again["state"] == "unacknowledged", again


def test_test_gas_is_no_gas_and_everybody_knows_what_is_not_watched(bench: Bench) -> None:
    gateway, platform, _, line = begin(bench)
    says(gateway.ask("calibration", "start", GAS, "--reason", "bump test", "--for", "31min"), 64, "at most 30 min")
    says(gateway.ask("calibration", "start", f"{PLACE}/no/gas", "--reason", "bump test"), 64, "configuration does not have it")
    says(gateway.ask("calibration", "stop", GAS, "--passed"), 1, "is not on")
    due = gateway.ask("calibration", "due")
    assert due.exit == 1 and [(row["point"], row["state"]) for row in due.json["points"]] == [(GAS, "never")], due
    started = gateway.ask("calibration", "start", GAS, "--reason", "bump test")
    assert started.exit == 0 and started.json["quantity"] == "methane", started
    says(gateway.ask("calibration", "start", GAS, "--reason", "bump test"), 1, "stop it first")
    unwatched = until(lambda: state(platform)["unwatched"], 30, "the platform knows what is not watched")
    assert [(row["cover"], row["quantity"], row["point"]) for row in unwatched] == [(PLACE, "methane", GAS)]
    assert "methane is not watched" in gateway.ask("status", as_json=False).out

    line.set(3, methane=48.5)
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "the alarm of the test")
    assert raised["test"] is True, raised
    gas = [reading for reading in platform.ledger.readings() if reading["sensor"] == "ch4" and reading["channel"] == "gas"]
    assert (gas[-1]["quality"], gas[-1]["reason"], gas[-1]["value"]) == ("uncertain", "test-gas", pytest.approx(48.5, abs=0.2))
    others = [reading for reading in platform.ledger.readings() if reading["sensor"] != "ch4"][-4:]
    assert {reading["quality"] for reading in others} == {"good"}, others

    says(gateway.ask("calibration", "stop", GAS, "--applied", "2", "%VOL", "--passed"), 64, "nothing is converted")
    says(gateway.ask("calibration", "stop", GAS, "--applied", "98", "%LEL", "--passed"), 1, "came no nearer to the 98")
    done = gateway.ask("calibration", "stop", GAS, "--applied", "50", "%LEL", "--passed", "--note", "bottle 12")
    assert done.exit == 0, done
    result = done.json
    near = pytest.approx(48.5, abs=0.2), pytest.approx(-1.5, abs=0.2)
    assert (result["last"], result["deviation"], result["applied"], result["passed"]) == (*near, 50, True), result
    assert result["serial"] == "SN-rs485-1-3" and result["highest"] >= result["last"] and result["readings"] > 0, result
    kept = [json.loads(line) for line in (gateway.store / "calibration.jsonl").read_text().splitlines()]
    assert kept == [result]
    real = until(lambda: platform.ledger.alarm(alarm=raised["alarm"], test=False), 20, "gas without test gas is real")
    assert real["to"] == "unacknowledged"
    assert until(lambda: state(platform)["unwatched"] == [], 30, "the platform knows that all is watched")

    assert gateway.stop() == 0
    gateway.start()
    assert gateway.ask("calibration", "log", PLACE).json["tests"] == [result]
    due = gateway.ask("calibration", "due", PLACE)
    assert due.exit == 0 and due.json["points"][0]["state"] == "later", due
    record = audit(gateway)
    assert '"calibration.start"' in record and '"calibration.stop"' in record and "at most 30 min" in record


def test_a_test_that_runs_out_while_the_daemon_is_down_has_its_line(bench: Bench) -> None:
    gateway = bench.gateway(bench.rtu())
    clock = WallClock(gateway)
    gateway.start()
    started = gateway.ask("calibration", "start", GAS, "--reason", "bump test", "--for", "5 min")
    assert started.exit == 0, started
    gateway.kill()
    clock.jump(0.01)
    gateway.start()
    rows = gateway.ask("calibration", "log", PLACE).json["tests"]
    assert len(rows) == 1, rows
    row = rows[0]
    assert (row["start"], row["end"]) == (started.json["since"], started.json["until"]), row
    assert row["passed"] is None and row["readings"] == 0 and "while the gateway was down" in row["note"], row
    assert gateway.ask("maintenance", "list").json["tests"] == []
    gateway.kill()
    gateway.start()
    assert gateway.ask("calibration", "log", PLACE).json["tests"] == rows, "the line stands once"
    assert "while the gateway was down" in gateway.ask("calibration", "log", as_json=False).out


DUE = {"id": "calibration-due", "when": {"reasons": ["calibration-overdue"], "for": "1 s"}, "clear_for": "1 s", "severity": 1}


def test_a_sensor_whose_last_test_is_too_long_ago_is_an_alarm_until_it_has_passed_another(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    gateway.configuration["alarms"]["rules"].append(DUE)
    gateway.write()
    clock = WallClock(gateway)
    clock.unsynced()
    gateway.store.mkdir(parents=True, exist_ok=True)
    (gateway.store / "calibration.jsonl").write_text(json.dumps(PASSED) + "\n")
    gateway.start()
    until(lambda: len(platform.ledger.readings()) > 20, 30, "readings")
    assert gateway.ask("calibration", "due").json["points"][0]["state"] == "later", "a clock nobody vouches for makes nothing due"
    assert platform.ledger.alarm(rule="calibration-due") is None
    assert gateway.stop() == 0
    clock.unsynced(False)
    gateway.start()
    raised = until(lambda: platform.ledger.alarm(rule="calibration-due", to="unacknowledged"), 40, "the alarm")
    assert raised["point"] == GAS and "due since 2025-05-30" in raised["note"] and raised["severity"] == 1, raised
    assert gateway.ask("calibration", "due").json["points"][0]["state"] == "due"
    advice = gateway.ask("entry-advice", PLACE).json
    assert "calibration-overdue" in [finding["code"] for finding in advice["findings"]]
    gas = [reading for reading in platform.ledger.readings() if reading["sensor"] == "ch4" and reading["channel"] == "gas"]
    assert gas[-1]["quality"] == "good", "its readings are what they were"
    assert gateway.ask("calibration", "start", GAS, "--reason", "bump test").exit == 0
    line.set(3, methane=48.5)
    until(lambda: platform.ledger.readings()[-1]["value"] is not None and platform.ledger.alarm(rule="methane-high"), 40, "test gas")
    assert gateway.ask("calibration", "stop", GAS, "--passed").exit == 0
    line.set(3, methane=1.0)
    until(lambda: platform.ledger.alarm(rule="calibration-due", to="returned-unacknowledged"), 40, "its end")
    assert gateway.ask("calibration", "due").exit == 0


def test_only_operators_change_what_is_watched(bench: Bench) -> None:
    with tempfile.TemporaryDirectory(prefix="gw-") as name:
        common = Path(name)
        common.chmod(0o755)
        shutil.copy(program("gatewayctl"), common / "gatewayctl")
        gateway = bench.gateway(bench.rtu())
        gateway.socket = common / "s"
        gateway.configuration["diagnostics"]["socket"] = str(gateway.socket)
        gateway.write()
        gateway.start()
        group = gateway.socket.stat().st_gid
        assert ask_as_nobody(common, gateway, group, "maintenance", "list").exit == 0
        for verb in (
            ("maintenance", "start", PLACE, *START, "--for", "2h"), ("maintenance", "stop", PLACE),
            ("calibration", "start", GAS, "--reason", "bump"), ("calibration", "stop", GAS),
            ("alarms", "close", "x", "--note", "n"), ("alarms", "shelve", "x", "--reason", "r", "--for", "1h"),
        ):
            says(ask_as_nobody(common, gateway, group, *verb), 77, "gatewayd-operator")
        assert audit(gateway).count('"local.refused"') == 6
