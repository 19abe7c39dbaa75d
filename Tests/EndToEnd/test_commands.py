"""Commands from the platform over a real broker, with mosquitto_pub as the platform: each works once, also across outages and kills."""
from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from lab.bench import WITMOTION, XCD, Bench, cover
from lab.bus import Slave
from lab.desk import Desk
from lab.gateway import Gateway
from lab.preload import WallClock
from lab.wait import until

GAS = f"{cover(188)}/ch4/gas"
SITE_RULE = {
    "id": "methane-high", "when": {"quantity": "methane", "above": "18 %LEL", "for": "10 s", "clear_below": "14 %LEL"}, "severity": 2,
}


def start(bench: Bench, methane: float = 35.0) -> tuple[Desk, dict[str, Any]]:
    """A gateway with a methane alarm that the platform has, and who commands it."""
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    line.set(3, methane=methane)
    gateway.start()
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "the alarm arrives")
    return Desk(bench, platform, gateway), raised


def audit(gateway: Gateway) -> str:
    """What is on record."""
    file = gateway.store / "audit.log"
    return file.read_text() if file.exists() else ""


def refused(reply: dict[str, Any], word: str) -> bool:
    """Whether it is a refusal with this word and a sentence for people."""
    return reply["ok"] is False and reply["error"] == word and bool(reply["message"])


def test_the_platform_acknowledges_an_alarm_in_a_persons_name_and_once(bench: Bench) -> None:
    desk, raised = start(bench)
    alarm, gateway = raised["alarm"], desk.gateway
    reply = desk.ask("c-1", "ack", alarm=alarm, by="王伟")
    assert reply == {
        "id": "c-1", "ok": True, "result": {
            "alarm": alarm, "state": "acknowledged", "acknowledged_by": "王伟 via city", "cover": cover(188),
            "cover_name": "人民路56号井", "place": "人民路与长安路口东南角"},
    }
    transition = until(lambda: desk.platform.ledger.alarm(alarm=alarm, to="acknowledged"), 20, "the transition arrives")
    assert "王伟" in transition["by"]
    row = next(row for row in gateway.ask("alarms", "list").json["alarms"] if row["alarm"] == alarm)
    assert row["state"] == "acknowledged" and row["acknowledged_by"] == "王伟 via city"

    assert refused(desk.ask("c-1", "ack", alarm=alarm, by="王伟"), "used-before")
    assert refused(desk.ask("c-2", "ack", alarm=alarm, by="李娜"), "conflict")
    assert refused(desk.ask("c-3", "ack", alarm="no-such-alarm"), "not-found")
    read = desk.ask("c-4", "read", point=GAS)
    assert read["ok"] and read["result"]["readings"][0]["point"] == GAS and read["result"]["readings"][0]["value"] > 30
    assert refused(desk.ask("c-5", "read", point="no-point"), "invalid")

    record = audit(gateway)
    assert "王伟" in record and "alarm.acknowledge" in record and "used-before" in record and "not-found" in record
    row = gateway.uplink()
    assert (row["commands_received"], row["commands_refused"]) == (6, 4), row
    assert "6 commands from the platform, 4 refused" in gateway.ask("uplink", "status", as_json=False).out


def test_what_is_no_command_is_refused_and_the_gateway_stays_well(bench: Bench) -> None:
    desk, raised = start(bench)
    alarm = raised["alarm"]
    assert refused(desk.ask("late", "ack", expires=-1, alarm=alarm), "expired")
    assert refused(desk.ask("verb", "detonate"), "unknown-verb")
    assert refused(desk.ask("args", "ack"), "invalid")
    desk.publish(json.dumps({"id": "endless", "verb": "ack", "args": {"alarm": alarm}}))
    assert refused(desk.reply("endless"), "malformed")
    for number, text in enumerate(["{", "[" * 60_000, "", '{"id":"x","id":"y"}', '{"id":1e999}'], 1):
        desk.publish(text)
        assert refused(desk.reply(None, number), "malformed")
    desk.publish(json.dumps({"id": "huge", "verb": "ack", "args": {"alarm": "a" * 70_000}, "expires": "2099-01-01T00:00:00Z"}))
    assert refused(desk.reply("huge"), "malformed")
    desk.publish(json.dumps({"id": "kept", "verb": "ack", "args": {"alarm": alarm}, "expires": "2099-01-01T00:00:00Z"}), "-r")
    assert refused(desk.reply("kept"), "not-allowed")
    # What the kernel says of this machine's clock decides about verbs that need the time.
    word = "clock-unsynced" if desk.gateway.ask("status").json["clock"] == "unsynced" else "unsupported"
    assert refused(desk.ask("replay", "replay"), word)

    reply = desk.ask("late", "ack", alarm=alarm)
    assert reply["ok"], f"a refusal does not use the id up: {reply}"
    row = next(row for row in desk.gateway.ask("alarms", "list").json["alarms"] if row["alarm"] == alarm)
    assert row["state"] == "acknowledged" and row["acknowledged_by"] == "city"
    for word in ("expired", "unknown-verb", "malformed", "not-allowed", "invalid"):
        assert word in audit(desk.gateway)


def test_a_command_sent_while_the_gateway_was_down_arrives_and_no_kill_lets_it_work_twice(bench: Bench) -> None:
    desk, raised = start(bench)
    gateway, alarm = desk.gateway, raised["alarm"]
    assert gateway.stop() == 0
    desk.send("down-1", "ack", alarm=alarm, by="王伟")
    assert desk.replies("down-1") == []
    gateway.start()
    assert desk.reply("down-1")["ok"] is True

    gateway.kill()
    desk.send("down-1", "ack", alarm=alarm, by="王伟")
    desk.send("down-2", "read", point=GAS)
    gateway.start()
    assert refused(desk.reply("down-1", 2), "used-before")
    assert desk.reply("down-2")["ok"] is True
    gateway.kill()
    gateway.start()
    assert refused(desk.ask("down-2", "read", point=GAS), "used-before")


def test_a_reply_is_sent_again_when_the_broker_went_away_before_it_took_it(bench: Bench) -> None:
    desk, raised = start(bench)
    desk.send("c-1", "read", point=GAS)
    desk.reply("c-1")
    bench.broker.restart()
    until(lambda: desk.gateway.uplink()["state"] == "connected", 60, "connected again")
    until(desk.platform.subscribed.is_set, 30, "the platform is back")
    assert desk.ask("c-2", "ack", alarm=raised["alarm"])["ok"] is True
    assert refused(desk.ask("c-1", "read", point=GAS), "used-before"), "an outage forgets no id"


def test_thresholds_are_made_stricter_from_afar_and_never_looser_where_lives_depend_on_them(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    WallClock(gateway)
    line.set(3, methane=12.0)
    gateway.start()
    desk = Desk(bench, platform, gateway)
    rule = {"rule": "methane-high", "by": "王伟"}
    assert refused(desk.ask("c-1", "threshold", **rule, clear=15), "invalid")
    assert refused(desk.ask("c-2", "threshold", **rule, clear=15, **{"raise": 25}), "conflict")
    assert refused(desk.ask("c-3", "threshold", **rule, clear=12, **{"raise": 10}), "invalid")
    assert refused(desk.ask("c-4", "threshold", rule="cover-missing", clear=1, **{"raise": 2}), "invalid")
    assert refused(desk.ask("c-5", "threshold", rule="no-such-rule", clear=1, **{"raise": 2}), "not-found")
    assert platform.ledger.alarm(rule="methane-high") is None, "12 %LEL is no alarm by the configuration"

    reply = desk.ask("c-6", "threshold", **rule, clear=8, **{"raise": 10})
    assert reply["ok"] and reply["result"]["threshold"] == 10 and reply["result"]["configured_threshold"] == 20, reply
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "12 %LEL is an alarm now")
    assert (raised["threshold"], raised["clear_threshold"], raised["value"]) == (10, 8, pytest.approx(12, abs=0.1)), raised
    status = gateway.ask("status")
    assert [(row["rule"], row["threshold"], row["by"]) for row in status.json["thresholds"]] == [("methane-high", 10, "王伟 via city")]
    assert "methane-high raised at 10 %LEL" in gateway.ask("status", as_json=False).out

    gateway.kill()
    gateway.start()
    said = until(lambda: platform.ledger.alarm(rule="methane-high", cause="announced"), 40, "the alarm after the restart")
    assert said["threshold"] == 10, said
    assert [row["threshold"] for row in gateway.ask("status").json["thresholds"]] == [10], "it survives a kill"
    reply = desk.ask("c-7", "threshold", **rule, clear=15, **{"raise": 20})
    assert reply["ok"] and reply["result"]["by"] is None, reply
    until(lambda: platform.ledger.alarm(rule="methane-high", to="returned-unacknowledged"), 60, "12 %LEL is over by the configuration")
    record = [json.loads(line) for line in audit(gateway).splitlines()]
    changes = [(row["actor"], row["detail"]) for row in record if row["action"] == "threshold.change"]
    assert [(actor, detail["raise_before"], detail["raise"]) for actor, detail in changes] == [
        ("王伟 via city", "20.0", "10.0"), ("王伟 via city", "10.0", "20.0"),
    ], changes
    assert [detail["set_before_by"] for _, detail in changes] == ["configuration", "王伟 via city"], changes

    assert desk.ask("c-8", "threshold", **rule, clear=8, **{"raise": 10})["ok"]
    gateway.stop()
    gateway.configuration["alarms"] = {"rules": [SITE_RULE]}
    gateway.write()
    gateway.start()
    assert gateway.ask("status").json["thresholds"] == [], "the configuration's newer word counts"
    until(lambda: '"actor":"system","action":"threshold.change"' in audit(gateway), 20, lambda: audit(gateway))


def test_a_cover_is_read_more_often_for_a_time_as_far_as_its_bus_can(bench: Bench) -> None:
    platform = bench.platform()
    line = bench.rtu(Slave(3, XCD, cover(188), "ch4", "30 s"), Slave(80, WITMOTION, cover(188), "tilt", "1 s"))
    gateway = bench.gateway(line)
    WallClock(gateway)
    gateway.start()
    desk = Desk(bench, platform, gateway)
    place = {"cover": cover(188), "by": "王伟"}

    def later(seconds: float) -> str:
        return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()

    def gas() -> list[dict[str, Any]]:
        return [row for row in platform.ledger.readings() if row["sensor"] == "ch4" and row["channel"] == "gas"]

    slower = desk.ask("c-1", "sampling", **place, every="1 min", until=later(60))
    assert refused(slower, "invalid") and "never less" in slower["message"] and "ch4 30 s, tilt 1 s" in slower["message"], slower
    too_fast = desk.ask("c-2", "sampling", **place, every="100 ms", until=later(60))
    assert refused(too_fast, "invalid") and "characters" in too_fast["message"] and "reply delay" in too_fast["message"], too_fast
    assert refused(desk.ask("c-3", "sampling", **place, every="2 s", until=later(9 * 3600)), "invalid")
    assert refused(desk.ask("c-4", "sampling", **place, every="2 s", until=later(-60)), "invalid")
    assert refused(desk.ask("c-5", "sampling", cover=cover(1), every="2 s", until=later(60)), "not-found")
    assert refused(desk.ask("c-6", "sampling", **place, every="2", until=later(60)), "invalid")
    assert len(gas()) <= 1, gas()

    reply = desk.ask("c-7", "sampling", **place, every="1 s", until=later(20))
    assert reply["ok"] and (reply["result"]["sensors"], reply["result"]["every_seconds"]) == (["ch4"], 1), reply
    said = until(lambda: platform.ledger.states()[-1].get("sampling"), 30, "the platform knows of it")
    assert [(row["cover"], row["every_ms"], row["by"]) for row in said] == [(cover(188), 1000, "王伟 via city")], said
    assert "every 1 s until" in gateway.ask("status", as_json=False).out
    until(lambda: len(gas()) >= 8, 30, lambda: f"a reading each second: {gas()}")
    until(lambda: platform.ledger.states()[-1]["sampling"] == [], 40, "the platform knows that it is over")
    assert gateway.ask("status").json["sampling"] == []
    record = [json.loads(line) for line in audit(gateway).splitlines()]
    changes = [(row["actor"], row["subject"], row["detail"]) for row in record if row["action"] == "sampling.change"]
    assert [(actor, subject, detail["every"], detail["every_before"]) for actor, subject, detail in changes] == [
        ("王伟 via city", cover(188), "1 s", "ch4 30 s"),
    ], changes

    assert desk.ask("c-8", "sampling", **place, every="2 s", until=later(600))["ok"]
    gateway.stop()
    gateway.start()
    assert gateway.ask("status").json["sampling"] == [], "a restart reads by the configuration"
