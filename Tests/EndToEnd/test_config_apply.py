"""Another configuration while the gateway runs: atomic, without a lost record, confirmed by health or taken back."""
from __future__ import annotations

import random
from typing import Any

import pytest

from lab import judge
from lab.bench import Bench
from lab.broker import free_port
from lab.change import apply, begin, beside, digest, edited, in_force, records
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.platform import Platform
from lab.power_cut import Disk, Recording, drops, keeps, tears
from lab.served import seconds
from lab.wait import until


def running(bench: Bench, units: int = 2) -> tuple[Platform, Gateway]:
    """A gateway that reads, stores and sends."""
    platform = bench.platform()
    gateway = bench.gateway(bench.tcp(units, every="200 ms"))
    gateway.start()
    until(lambda: is_well(gateway), 30, lambda: f"all is well\n{gateway.ask('status', as_json=False).out}")
    return platform, gateway


def is_well(gateway: Gateway) -> bool:
    answer = gateway.ask("status")
    return answer.exit == 0 and answer.json["sensors"]["good"] == answer.json["sensors"]["total"] > 0


def lower(configuration: dict[str, Any]) -> None:
    """The site's gas rule at half its value, and the second sensor half as often."""
    configuration["alarms"]["rules"][0]["when"].update({"above": "10 %LEL", "clear_below": "8 %LEL"})
    configuration["covers"][1]["sensors"]["ch4"]["every"] = "400 ms"


def dead(configuration: dict[str, Any]) -> None:
    """Where nobody answers."""
    configuration["buses"]["plc"]["port"] = free_port()


def longest_pause(platform: Platform) -> float:
    """The longest time between two readings of the first point."""
    readings = platform.ledger.readings()
    times = sorted(seconds(row["time"]) for row in readings if judge.point(row) == judge.point(readings[0]))
    return max(after - before for before, after in zip(times, times[1:]))


def test_a_good_change_takes_effect_and_loses_no_record(bench: Bench) -> None:
    platform, gateway = running(bench)
    line, old = bench.buses[0], gateway.file.read_text(encoding="utf-8")
    line.set(2, methane=35.0)
    alarm = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 20, "an alarm stands")
    process, file = gateway.child.pid, edited(gateway, lower)
    new = file.read_text(encoding="utf-8")

    plan = gateway.ask("config", "check", str(file)).json
    assert plan["outcome"] == "good" and plan["hash"] == digest(new) and plan["before"] == digest(old)
    values = {(change["about"], value["key"]): (value["before"], value["after"])
              for change in plan["changes"] for value in change["values"]}
    assert values == {
        ("rule", "when.above"): ("20 %LEL", "10 %LEL"), ("rule", "when.clear_below"): ("15 %LEL", "8 %LEL"),
        ("sensor", "every"): ("200 ms", "400 ms"),
    }
    asked = gateway.ask("config", "apply", str(file))
    assert asked.exit == 64 and "--yes" in asked.err and "10 %LEL" in asked.err, "nobody is there to say yes"

    answer = apply(gateway, file)
    assert answer.exit == 0 and answer.json["outcome"] == "confirmed", answer
    assert (gateway.file.read_text(encoding="utf-8"), beside(gateway, ".previous").read_text(encoding="utf-8")) == (new, old)
    status = gateway.ask("status").json
    assert status["configuration"]["hash"] == digest(new) and status["configuration"]["state"] == "current"
    assert status["configuration"]["trial"] is None and gateway.child.pid == process and status["uptime_seconds"] > 5
    assert [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"]] == [alarm["alarm"]], "it stands as it stood"

    line.set(1, methane=12.0)
    until(lambda: [row for row in platform.ledger.alarms() if row["config"] == digest(new) and row["threshold"] == 10], 20,
          "an alarm by the new rule")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    assert platform.ledger.lane(READINGS).duplicates() == [], "the old composition had its acknowledgements"
    applied, confirmed = records(gateway, "configuration.apply"), records(gateway, "configuration.confirm")
    assert [(row["actor"], row["subject"], row["detail"]["before"]) for row in applied] == [("root", digest(new), digest(old))]
    assert [(row["actor"], row["subject"]) for row in confirmed] == [("system", digest(new))]
    assert gateway.stop() == 0
    gateway.start()
    assert gateway.ask("status").json["configuration"]["hash"] == digest(new)
    print(f"the longest pause between two readings of a point read every 0.2 s: {longest_pause(platform):.3f} s")


def test_a_broken_file_is_refused_with_all_its_errors_and_changes_nothing(bench: Bench) -> None:
    _, gateway = running(bench, 1)
    good = gateway.file.read_text(encoding="utf-8")

    def spoil(configuration: dict[str, Any]) -> None:
        configuration["gateway"]["colour"] = "red"
        configuration["covers"][0]["sensors"]["ch4"].update({"every": "5 parsecs", "bus": "nowhere"})

    file = edited(gateway, spoil)
    lines = file.read_text(encoding="utf-8").splitlines()
    for verb in ("check", "apply"):
        answer = gateway.ask("config", verb, str(file), as_json=False)
        assert answer.exit == 78
        found = [line.removeprefix(f"{file}:").split(":", 2) for line in answer.out.splitlines()]
        assert len(found) == 3, answer
        for (number, _, message), word in zip(found, ("colour", "bus", "every")):
            assert f".{word}: " in message and word in lines[int(number) - 1], answer
    assert [path.name for path in gateway.folder.glob("gateway.yaml*")] == ["gateway.yaml"]
    assert gateway.file.read_text(encoding="utf-8") == good and records(gateway, "configuration.apply") == []
    assert gateway.ask("config", "apply", str(gateway.file), "--yes").json["outcome"] == "unchanged"
    assert gateway.ask("config", "rollback", "--yes").exit == 64, "there is nothing to go back to"
    until(lambda: is_well(gateway), 20, lambda: gateway.ask("status", as_json=False).out)


def test_a_change_that_does_not_even_start_is_taken_back_at_once(bench: Bench) -> None:
    platform, gateway = running(bench, 1)
    line = bench.rtu()
    other = bench.gateway(line, folder="second", gateway="gw-second")
    # It has no platform: its readings are nobody's here.
    other.configuration["uplinks"]["city"]["links"][0]["port"] = free_port()
    other.write()
    other.start()
    until(lambda: other.ask("status").json["sensors"]["good"] > 0, 30, "the other daemon has the line")
    old = gateway.file.read_text(encoding="utf-8")
    file = edited(gateway, lambda configuration: configuration["buses"].update({line.id: line.configuration()}))

    answer = apply(gateway, file)
    assert answer.exit == 1 and answer.json["outcome"] == "rolled-back", answer
    assert str(other.child.pid) in answer.json["problem"], answer
    assert gateway.file.read_text(encoding="utf-8") == old
    assert beside(gateway, ".refused").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
    refused = until(lambda: platform.ledger.alarm(rule="configuration-refused", to="unacknowledged"), 20, "it is an alarm")
    assert refused["config"] == digest(old)
    status = gateway.ask("status").json
    assert status["configuration"]["hash"] == digest(old) and any("gateway.yaml.refused" in said for said in status["problems"])
    found = next(found for found in gateway.ask("doctor").json["findings"] if found["code"] == "trial-failed")
    assert found["severity"] == "warning" and str(other.child.pid) in found["wrong"], found
    assert f"gatewayctl config apply {beside(gateway, '.refused')}" in found["remedy"], found
    taken_back = until(lambda: records(gateway, "configuration.rollback"), 30, "it is on record")
    assert taken_back[0]["actor"] == "system" and taken_back[0]["detail"]["applied_by"] == "root"
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, bench.buses)


def test_a_gateway_killed_in_the_middle_of_a_trial_starts_with_what_was_in_force(bench: Bench) -> None:
    platform, gateway = running(bench, 1)
    old = gateway.file.read_text(encoding="utf-8")
    # As a person does it who edits the file in its place.
    file = edited(gateway, dead, "gateway.yaml")
    new = file.read_text(encoding="utf-8")
    trial = begin(gateway, file)
    assert trial["by"] == "root" and trial["before"] == digest(old) and 0 < trial["remaining_seconds"] <= 120
    assert trial["waits_for"], "something does not work yet"
    assert gateway.file.read_text(encoding="utf-8") == old, "an unconfirmed configuration is not started twice"
    gateway.kill()
    gateway.start()
    status = gateway.ask("status").json
    assert status["configuration"]["hash"] == digest(old) and status["configuration"]["state"] == "current"
    assert any("gatewayd ended while it was on trial" in said for said in status["problems"]), status["problems"]
    assert beside(gateway, ".refused").read_text(encoding="utf-8") == new and not beside(gateway, ".trial").exists()
    until(lambda: platform.ledger.alarm(rule="configuration-refused", to="unacknowledged"), 20, "it is an alarm")
    until(lambda: records(gateway, "configuration.rollback"), 30, "it is on record")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, bench.buses, breaks=1)
    assert gateway.stop() == 0
    gateway.start()
    until(lambda: is_well(gateway), 20, lambda: f"it is said once\n{gateway.ask('status', as_json=False).out}")


def test_a_line_of_somebody_else_in_what_was_never_tried_is_no_refusal_to_start(bench: Bench) -> None:
    _, gateway = running(bench, 1)
    old = gateway.file.read_text(encoding="utf-8")
    gateway.kill()
    line = bench.rtu()
    other = bench.gateway(line, folder="second", gateway="gw-second")
    other.start()
    until(lambda: is_well(other), 30, "the other daemon has the line")
    # As the power leaves it that fails between the two writes of `apply`, when FILE was edited in its place.
    new = edited(gateway, lambda configuration: configuration["buses"].update({line.id: line.configuration()}), "gateway.yaml")
    beside(gateway, ".trial").write_bytes(new.read_bytes())
    gateway.start()
    status = gateway.ask("status").json
    assert (status["configuration"]["hash"], status["configuration"]["state"]) == (digest(old), "last-good"), status
    assert gateway.file.read_text(encoding="utf-8") == old
    assert "trial-failed" in [found["code"] for found in gateway.ask("doctor").json["findings"]]


def test_what_the_new_configuration_does_not_have_is_settled_when_it_is_confirmed(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(2, every="200 ms")
    gateway = bench.gateway(line)
    rule = gateway.configuration["alarms"]["rules"][0]
    own = {**rule, "id": "own", "when": {**rule["when"], "for": "0 s"}}
    gateway.configuration["alarms"]["rules"].append(own)
    uplinks = gateway.configuration["uplinks"]
    uplinks["spare"] = {**uplinks["city"], "links": [{"host": "127.0.0.1", "port": free_port()}]}
    gateway.write()
    gateway.start()
    line.set(1, methane=35.0)
    raised = until(lambda: platform.ledger.alarm(rule="own", to="unacknowledged"), 20, "an alarm by a rule that will go")
    until(lambda: gateway.lane(READINGS)["waiting"] > 20, 20, "readings wait for the uplink that will go")

    def gone(configuration: dict[str, Any]) -> None:
        del configuration["uplinks"]["spare"]
        configuration["alarms"]["rules"].pop()

    answer = apply(gateway, edited(gateway, gone))
    assert answer.exit == 0 and answer.json["outcome"] == "confirmed", answer
    assert gateway.child.output().count("this run is over, the next one begins") == 1, "one end and one begin, no restart after it"
    until(lambda: gateway.lane(READINGS)["waiting"] < 20, 20, lambda: f"nobody holds them back: {gateway.lane(READINGS)}")
    assert [cursor["id"] for cursor in gateway.lane(READINGS)["uplinks"]] == ["city"]
    ended = until(
        lambda: [alarm for alarm in platform.ledger.alarms() if alarm["alarm"] == raised["alarm"]][1:], 20,
        lambda: f"the alarm ends\n{gateway.ask('alarms', 'list', as_json=False).out}",
    )
    assert ended[-1]["to"] == "returned-unacknowledged" and ended[-1]["note"], ended
    assert "methane-high" in [row["rule"] for row in gateway.ask("alarms", "list").json["alarms"]], "the other one stands"
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])


def test_a_person_takes_a_trial_back_and_goes_back_to_the_previous_configuration(bench: Bench) -> None:
    platform, gateway = running(bench)
    old = gateway.file.read_text(encoding="utf-8")
    begin(gateway, edited(gateway, dead))
    busy = apply(gateway, edited(gateway, lower, "other.yaml"))
    assert busy.exit == 1 and "trial" in busy.err, busy
    back = gateway.ask("config", "rollback", "--yes")
    assert back.exit == 0 and back.json["outcome"] == "rolled-back" and "root took it back" in back.json["problem"], back
    until(lambda: in_force(gateway) == digest(old), 20, "old")
    until(lambda: is_well(gateway) or gateway.ask("status").json["sensors"]["bad"] == 0, 30, "the bus answers")

    file = edited(gateway, lower)
    new = file.read_text(encoding="utf-8")
    assert apply(gateway, file).json["outcome"] == "confirmed"
    until(lambda: gateway.ask("status").exit == 0, 20, "what was refused before is of no interest any more")
    again = gateway.ask("config", "rollback", "--yes")
    assert again.exit == 0 and again.json["outcome"] == "confirmed" and again.json["hash"] == digest(old), again
    assert (gateway.file.read_text(encoding="utf-8"), beside(gateway, ".previous").read_text(encoding="utf-8")) == (old, new)
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, bench.buses)


@pytest.mark.faults
def test_a_change_that_makes_a_bus_dead_is_taken_back_by_itself(bench: Bench) -> None:
    platform, gateway = running(bench)
    old = gateway.file.read_text(encoding="utf-8")
    trial = begin(gateway, edited(gateway, dead))
    assert trial["hash"] != digest(old)
    until(lambda: in_force(gateway) == digest(old), 140, lambda: f"what was in force is back\n{gateway.child.tail()}", every=1)
    reason = records(gateway, "configuration.rollback")[0]["detail"]["reason"]
    assert "/ch4 gives no good readings" in reason, reason
    until(lambda: platform.ledger.alarm(rule="configuration-refused", to="unacknowledged"), 20, "it is an alarm")
    before = len(platform.ledger.readings())
    until(lambda: len(platform.ledger.readings()) > before + 5, 20, "readings go on")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, bench.buses)


def test_power_may_fail_at_any_moment_of_a_change(bench: Bench) -> None:
    bench.platform()
    gateway = bench.gateway(bench.tcp(1, every="200 ms"))
    (gateway.folder / "etc").mkdir()
    gateway.file = gateway.folder / "etc" / "gateway.yaml"
    gateway.child.arguments[-1] = str(gateway.file)
    gateway.write()
    recording, disk = Recording(gateway, gateway.file.parent), Disk()
    disk.has(gateway.file)
    gateway.start()
    until(lambda: is_well(gateway), 30, "all is well")
    texts = [gateway.file.read_bytes()]
    for value in ("12 %LEL", "11 %LEL"):
        file = edited(gateway, lambda made: made["alarms"]["rules"][0]["when"].update(above=value, clear_below="8 %LEL"))
        texts.append(file.read_bytes())
        assert apply(gateway, file).json["outcome"] == "confirmed"
    gateway.kill()

    chance, seen, name = random.Random(7), set(), str(gateway.file)
    steps = recording.steps()
    for step in steps:
        disk.do(step)
        for keep in (drops, keeps, *[tears] * 20):
            found = {path: bytes(content) for path, content in disk.after_cut(keep(chance)).items()}
            assert found.get(name) in texts, f"neither the old nor the new one: {found.get(name)!r}"
            number = texts.index(found[name])
            assert number == 0 or found.get(name + ".previous") in texts, "what was in force before is there, whole"
            seen.add(number)
    assert seen == {0, 1, 2} and len(steps) > 20, f"{seen} in {len(steps)} steps"
    print(f"{len(steps) * 22} cuts in {len(steps)} steps of two changes: always the old or the new configuration")
