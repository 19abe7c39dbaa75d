"""Commissioning on the real daemon: a cover that is not level gets its zero, keeps it over a restart and loses it with its device."""
from __future__ import annotations

import getpass
import json
import math
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Callable

from conftest import all_good
from lab.bench import WITMOTION, Bench, cover
from lab.bus import Slave
from lab.gateway import REPOSITORY, Answer, Gateway, program, run
from lab.wait import until

TILT = f"{cover(188)}/tilt"


def axes(degrees: float, heading: float = 0) -> dict[str, int]:
    """The words of a WT901C485 that leans so far."""
    lean, turn = math.radians(degrees), math.radians(heading)
    vector = (math.sin(lean) * math.cos(turn), math.sin(lean) * math.sin(turn), math.cos(lean))
    return {str(0x34 + index): round(2048 * part) & 0xFFFF for index, part in enumerate(vector)}


def tilt(gateway: Gateway) -> float:
    """The tilt of a reading made now."""
    return gateway.ask("read", f"{TILT}/tilt").json["readings"][0]["value"]


def audited(gateway: Gateway, action: str) -> list[str]:
    """What the audit log has of an action."""
    lines = (gateway.store / "audit.log").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if f'"{action}"' in line]


def test_a_tilt_zero_counts_at_once_survives_a_restart_and_belongs_to_its_device(bench: Bench) -> None:
    line = bench.rtu(Slave(80, WITMOTION, cover(188), "tilt"))
    gateway = bench.gateway(line)
    line.set(80, words=axes(7))
    gateway.start()
    assert abs(tilt(gateway) - 7) < 0.1, "without a zero from the vertical"

    answer = gateway.ask("commission", "zero", TILT)
    assert answer.exit == 0, answer
    change = answer.json["changes"][0]
    assert abs(change["before"] - 7) < 0.1 and change["after"] < 0.1 and change["zero"]["serial"] == "SN-rs485-1-80"
    assert change["zero"]["scatter"] < 0.1 and "人民路56号井" in answer.json["notice"]
    assert audited(gateway, "commission.zero") and TILT in audited(gateway, "commission.zero")[0]
    line.set(80, words=axes(7, heading=180))
    assert abs(tilt(gateway) - 14) < 0.1, "the same tilt to the other side is twice as far from the zero"

    assert gateway.stop() == 0
    gateway.start()
    assert abs(tilt(gateway) - 14) < 0.1
    assert "commission zero" not in json.dumps(gateway.ask("status").json["problems"])

    assert gateway.stop() == 0
    gateway.configuration["covers"][0]["sensors"]["tilt"]["serial"] = "SN-NEW"
    gateway.write()
    gateway.start()
    assert abs(tilt(gateway) - 7) < 0.1, "another device is measured from the vertical"
    problems = [problem for problem in gateway.ask("status").json["problems"] if "SN-NEW" in problem]
    assert problems and f"gatewayctl commission zero {TILT}" in problems[0]
    rows = gateway.ask("commission", "bindings", cover(188)).json["bindings"]
    assert [row["serial"] for row in rows] == ["SN-NEW", "SN-rs485-1-80"]
    assert rows[0]["to"] is None and rows[0]["from"] == rows[1]["to"]
    assert "SN-NEW" in gateway.ask("commission", "bindings", as_json=False).out


def test_a_cover_that_moves_or_a_sensor_that_is_silent_gets_no_zero(bench: Bench) -> None:
    line = bench.rtu(Slave(80, WITMOTION, cover(188), "tilt"))
    gateway = bench.gateway(line)
    gateway.configuration["gateway"]["language"] = "zh"
    gateway.write()
    gateway.start()
    line.set(80, shake=30)
    answer = gateway.ask("commission", "zero", TILT)
    assert answer.exit == 1 and "请所有人离开井盖" in answer.err and "人民路56号井" in answer.err, answer
    line.set(80, silent=True)
    answer = gateway.ask("commission", "zero", TILT)
    assert answer.exit == 1 and "timeout" in answer.err, answer
    assert not (gateway.store / "commissioning.json").exists() or not json.loads(
        (gateway.store / "commissioning.json").read_text(encoding="utf-8"))["zeros"]
    assert gateway.ask("commission", "zero", f"{cover(188)}/nothing").exit == 64


def test_a_damaged_file_is_set_aside_and_said(bench: Bench) -> None:
    line = bench.rtu(Slave(80, WITMOTION, cover(188), "tilt"))
    gateway = bench.gateway(line)
    gateway.start()
    assert gateway.ask("commission", "zero", TILT).exit == 0
    assert gateway.stop() == 0
    file = gateway.store / "commissioning.json"
    file.write_bytes(file.read_bytes()[:-40])
    gateway.start()
    assert (gateway.store / "commissioning.json.damaged").exists()
    until(lambda: any("commissioned anew" in problem for problem in gateway.ask("status").json["problems"]), 30, "it is said")
    assert gateway.ask("commission", "zero", TILT).exit == 0
    assert not any("commissioned anew" in problem for problem in gateway.ask("status").json["problems"])


def test_show_has_the_words_beside_the_values_and_names_what_is_missing(bench: Bench, tmp_path: Path) -> None:
    line = bench.rtu()
    gateway = bench.gateway(line)
    line.set(80, words=axes(7))
    gateway.start()
    until(lambda: all_good(gateway), 30, "every point is good")
    report = gateway.ask("commission", "show", cover(188)).json
    assert report["cover"]["code"] == cover(188) and report["cover"]["owner"] == "市水务局"
    tilted = next(sensor for sensor in report["sensors"] if sensor["sensor"] == "tilt")
    channel = next(channel for channel in tilted["channels"] if channel["channel"] == "tilt")
    assert channel["registers"] == [{"table": "holding", "address": 0x34, "words": list(axes(7).values())}]
    assert abs(channel["value"] - 7) < 0.1 and tilted["mounted"] == 0.6 and tilted["verified"] is False
    gas = next(sensor for sensor in report["sensors"] if sensor["sensor"] == "ch4")
    assert gas["identity"] == "proved" and gas["profile_hash"].startswith("sha256:")
    assert any("tilt zero is not set" in gap for gap in report["missing"])
    assert any("no function test of gas" in gap for gap in report["missing"])
    table = gateway.ask("commission", "show", cover(188), as_json=False).out
    assert "人民路56号井" in table and "holding 52" in table and f"0x{axes(7)['52']:04x}" in table and "Still to be done" in table

    ledger = tmp_path / "ledger.csv"
    ledger.write_text(f"code,name\n{cover(188)},人民路56号井\n", encoding="utf-8")
    assert gateway.ask("commission", "check", cover(188), "--scanned", cover(188), "--ledger", str(ledger)).exit == 0
    answer = gateway.ask("commission", "check", cover(188), "--scanned", cover(189), "--ledger", str(ledger))
    assert answer.exit == 1 and not answer.json["matches"] and answer.json["ledger_rows"] == 1
    ledger.write_text(f"{cover(189)}\n")
    assert gateway.ask("commission", "check", cover(188), "--scanned", cover(188), "--ledger", str(ledger)).exit == 1


def function_test(gateway: Gateway, point: str, *more: str, act: Callable[[], None] = lambda: None) -> Answer:
    """Runs a function test; `act` is called when the person was told what to do."""
    with Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "commission", "test", point, *more],
        stdin=DEVNULL, stdout=PIPE, stderr=PIPE, bufsize=0,
    ) as process:
        first = process.stdout.readline()
        act()
        out, err = process.communicate(timeout=40)
        return Answer(process.returncode, (first + out).decode(), err.decode())


def test_a_function_test_sees_the_lid_lifted_and_keeps_who_says_so(bench: Bench) -> None:
    line = bench.rtu(Slave(80, WITMOTION, cover(188), "tilt"))
    gateway = bench.gateway(line)
    gateway.configuration["gateway"]["language"] = "zh"
    gateway.write()
    line.set(80, words=axes(2))
    gateway.start()
    point = f"{TILT}/tilt"
    answer = function_test(gateway, point, "--expect", "rise", "--confirm", act=lambda: line.set(80, words=axes(30)))
    assert answer.exit == 0 and "请掀起或倾斜井盖" in answer.out and "读数按预期变化" in answer.out and "已记录：合格" in answer.out, answer
    row = gateway.ask("commission", "show", cover(188)).json["sensors"][0]["tests"][0]
    assert row["passed"] and row["by"] == getpass.getuser() and row["furthest"] - row["before"] > 20 and row["problem"] is None
    assert any("passed" in line for line in audited(gateway, "commission"))

    answer = function_test(gateway, point, "--expect", "rise", "--seconds", "5")
    assert answer.exit == 1 and "--confirm" in answer.err, answer
    assert gateway.ask("commission", "show", cover(188)).json["sensors"][0]["tests"] == [row], "nothing was confirmed"
    answer = function_test(gateway, point, "--expect", "fall", "--seconds", "5", "--confirm")
    assert answer.exit == 1 and "已记录：不合格" in answer.out, answer

    assert gateway.stop() == 0
    gateway.configuration["covers"][0]["sensors"]["tilt"]["serial"] = "SN-NEW"
    gateway.write()
    gateway.start()
    row = gateway.ask("commission", "show", cover(188)).json["sensors"][0]["tests"][0]
    assert not row["passed"] and "SN-rs485-1-80" in row["problem"]
    line.set(80, silent=True)
    until(lambda: gateway.ask("read", point).exit == 1, 30, "the sensor gives no value")
    answer = function_test(gateway, point, "--expect", "rise")
    assert answer.exit == 1 and "timeout" in answer.err
    assert function_test(gateway, point, "--expect", "rise", "--seconds", "4").exit == 64


def verdict(folder: Path) -> int:
    """What a third party gets from the commands of the documentation, with report.json in the folder."""
    page = (REPOSITORY / "docs" / "commissioning.md").read_text(encoding="utf-8")
    commands = page.split("```sh check\n")[1].split("```")[0]
    return run("/bin/sh", "-c", f"cd {folder} && set -e\n{commands}").exit


def test_the_report_is_signed_and_a_third_party_can_check_it(bench: Bench, tmp_path: Path) -> None:
    line = bench.rtu(Slave(80, WITMOTION, cover(188), "tilt"))
    gateway = bench.gateway(line)
    line.set(80, words=axes(2))
    gateway.start()
    assert gateway.ask("commission", "zero", TILT).exit == 0
    lifted = function_test(gateway, f"{TILT}/tilt", "--expect", "rise", "--confirm", act=lambda: line.set(80, words=axes(30)))
    assert lifted.exit == 0, lifted
    file = tmp_path / "report.json"
    answer = gateway.ask("commission", "report", cover(188), "--output", str(file), as_json=False)
    assert answer.exit == 0 and "signed report" in answer.out, answer
    document = json.loads(file.read_text(encoding="utf-8"))
    report = document["report"]
    assert report["gateway"] == gateway.id and report["by"] == getpass.getuser() and report["configuration"].startswith("sha256:")
    assert report["commission"]["cover"]["name"] == "人民路56号井" and report["bindings"][0]["serial"] == "SN-rs485-1-80"
    sensor = report["commission"]["sensors"][0]
    assert sensor["zeros"][0]["by"] == getpass.getuser() and sensor["tests"][0]["passed"]
    assert report["commission"]["missing"] == ["tilt: the sensor model witmotion-wt901c485 has not met the device yet (verified: false)"]
    assert not report["complete"] and report["audit"]["seq"] > 0
    assert document["public_key"] == (gateway.store / "signing.pub").read_text()
    assert (gateway.store / "signing.key").stat().st_mode & 0o777 == 0o600
    assert audited(gateway, "export")

    assert verdict(tmp_path) == 0
    genuine = file.read_bytes()
    file.write_bytes(genuine.replace(b'"complete":false', b'"complete":true'))
    assert verdict(tmp_path) != 0, "an altered report is found"
    assert gateway.stop() == 0
    gateway.start()
    assert gateway.ask("commission", "report", cover(188), "--output", str(file)).exit == 0
    assert verdict(tmp_path) == 0 and json.loads(file.read_text())["public_key"] == document["public_key"]
    file.write_bytes(genuine)
    assert verdict(tmp_path) == 0
