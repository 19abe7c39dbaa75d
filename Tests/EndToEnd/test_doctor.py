"""The doctor: a slave that is unplugged, a broker and a daemon that are away are found with their remedies."""
from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from lab import backlog
from lab.bench import Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.faulty import PROFILE
from lab.gateway import Gateway, ctl
from lab.preload import DiskFaults
from lab.wait import until


def codes(gateway: Gateway) -> list[str]:
    """What the doctor finds, worst first."""
    return [finding["code"] for finding in gateway.ask("doctor").json["findings"]]


def finding(report: dict[str, Any], code: str) -> dict[str, Any]:
    """The finding of a code."""
    return next(found for found in report["findings"] if found["code"] == code)


def test_a_dead_slave_and_no_broker_are_found_with_their_remedies(bench: Bench) -> None:
    bus = bench.bus("plc", MODBUS_TCP, [Slave(2, "lab-probe", cover(1), "gone", "200 ms")], program="lab.faulty")
    gateway = bench.gateway(bus)
    profiles = gateway.folder / "profiles"
    profiles.mkdir()
    (profiles / "lab-probe.yaml").write_text(PROFILE)
    gateway.configuration["profiles"] = [str(profiles)]
    gateway.write()
    gateway.start()
    until(lambda: not {"sensor-not-read", "sensor-no-value"} & set(codes(gateway)), 20, lambda: f"a value\n{codes(gateway)}")
    wanting = {"uplink-disconnected", "bus-disconnected", "bus-silent"}
    until(lambda: not wanting & set(codes(gateway)), 20, lambda: f"bus and uplink are well\n{codes(gateway)}")

    bench.broker.stop()
    bus.child.kill()
    until(
        lambda: {"uplink-disconnected", "sensor-no-value", "bus-disconnected"} <= set(codes(gateway)), 30,
        lambda: f"all three are found\n{gateway.ask('doctor', as_json=False).out}",
    )
    answer = gateway.ask("doctor")
    report = answer.json
    assert answer.exit == 1 and report["well"] is False and report["language"] == "en"
    ranks = [["danger", "warning", "notice"].index(found["severity"]) for found in report["findings"]]
    assert ranks == sorted(ranks) and ranks[0] == 0
    assert all(found["wrong"] and found["remedy"] for found in report["findings"])
    assert "plc" in finding(report, "bus-disconnected")["wrong"]
    lost = finding(report, "sensor-no-value")
    assert lost["cover"] == cover(1) and lost["place"] == "人民路与长安路口东南角"
    assert lost["wrong"].startswith(f"人民路56号井 {cover(1)} (人民路与长安路口东南角): {cover(1)}/gone")

    text = gateway.ask("doctor", as_json=False)
    assert text.exit == 1 and "DANGER  " in text.out and "  → " in text.out
    chinese = gateway.ask("doctor", "--language", "zh", as_json=False)
    assert chinese.exit == 1 and "危险  " in chinese.out and "总线 plc 未连接" in chinese.out
    assert gateway.ask("doctor", "--language", "fr").exit == 64

    gateway.kill()
    dead = gateway.ask("doctor")
    assert dead.exit == 69 and dead.json["findings"][0]["code"] == "socket-refused" and dead.json["gateway"] is None


def test_without_the_daemon_it_says_what_is_to_be_done(tmp_path: Path) -> None:
    nobody = str(tmp_path / "nobody")
    answer = ctl("--socket", nobody, "doctor")
    assert answer.exit == 69 and nobody in answer.err
    hint = "systemctl start gatewayd" if Path("/run/systemd/system").exists() else "gatewayd run --config FILE"
    assert hint in answer.out and hint in answer.err and "不存在" in answer.out, "both languages unless one is asked for"
    english = ctl("--socket", nobody, "doctor", "--language", "en")
    assert english.exit == 69 and "DANGER" in english.out and "不存在" not in english.out
    report = json.loads(ctl("--socket", nobody, "--json", "doctor").out)
    assert report["findings"][0]["code"] == "socket-missing" and report["well"] is False


def test_a_store_that_cannot_be_asked_is_a_finding_and_no_refusal(bench: Bench) -> None:
    gateway = bench.gateway(bench.rtu())
    disk = DiskFaults(gateway)
    backlog.make(bench, gateway, 30_000, few=3)  # more than SQLite keeps in memory
    gateway.start()
    assert "store-unreadable" not in codes(gateway)

    assert gateway.ask("outbox", "verify").exit == 0, "it has been read to its end: the beginning is not in memory any more"
    disk.unreadable(errno.ETIMEDOUT)
    assert gateway.ask("outbox").exit == 69
    status = gateway.ask("status")
    assert status.exit == 1 and status.json["outbox"]["alarms_waiting"] is None and status.json["sensors"]["total"] > 0, status
    assert any(problem.startswith("outbox: the store cannot be asked") for problem in status.json["problems"]), status
    assert "not known: the store cannot be asked" in gateway.ask("status", as_json=False).out
    answer = gateway.ask("doctor")
    assert answer.exit == 1, answer
    found = finding(answer.json, "store-unreadable")
    assert found["severity"] == "danger" and "disk I/O error" in found["wrong"] and str(gateway.store) in found["wrong"], found
    assert "restart gatewayd" in found["remedy"]
    never = finding(answer.json, "sensor-never-tested")
    assert f"calibration start {cover(188)}/ch4/gas" in never["remedy"], never
    disk.unreadable(0)
    until(lambda: "store-unreadable" not in codes(gateway), 30, "the store answers again")
