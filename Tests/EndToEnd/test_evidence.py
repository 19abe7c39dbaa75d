"""From the alarm to what a third party can check: history, figures, and evidence whose hash stands in the audit log."""
from __future__ import annotations

import getpass
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from lab.bench import Bench, cover
from lab.gateway import REPOSITORY, Answer, Gateway
from lab.wait import until


def blocks(page: str, language: str) -> list[str]:
    """The code of a page, as a third party would take it from there."""
    return re.findall(rf"```{language}\n(.*?)```", (REPOSITORY / "docs" / page).read_text(), re.DOTALL)


def check(gateway: Gateway, file: Path) -> Answer:
    """The script of docs/evidence.md."""
    script = blocks("evidence.md", "python")
    assert len(script) == 1
    done = subprocess.run(
        [sys.executable, "-c", script[0], str(file), str(gateway.store / "audit.log")], capture_output=True, text=True)
    return Answer(done.returncode, done.stdout, done.stderr)


def test_an_alarm_leaves_history_figures_and_evidence_that_a_third_party_can_check(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    line.set(3, methane=5.0)
    gateway.start()
    until(lambda: gateway.ask("read", f"{cover(188)}/ch4/gas").exit == 0, 40, "the gas head gives values")
    line.set(3, methane=35.0)
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 40, "the alarm arrives")
    alarm = raised["alarm"]
    assert gateway.ask("alarms", "ack", alarm).exit == 0

    # The file, and where the audit log says that it was handed out.
    file = gateway.folder / "handed-out.json"
    answer = gateway.ask("evidence", alarm, "--output", str(file))
    assert answer.exit == 0, answer
    told = answer.json
    assert told["file"] == str(file) and told["bytes"] == file.stat().st_size
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    log = [json.loads(text) for text in (gateway.store / "audit.log").read_text().splitlines()]
    record = next(row for row in log if row["action"] == "export")
    assert told["audit"] == {"seq": record["seq"], "hash": record["hash"]}
    assert record["subject"] == alarm and record["detail"]["sha256"] == told["sha256"] and record["actor"] == getpass.getuser()
    assert gateway.ask("audit", "verify", "--seq", str(record["seq"]), "--head", record["hash"]).exit == 0

    # What it says.
    document = json.loads(file.read_text())
    assert document["alarm"] == alarm and document["complete"] is told["complete"] is False, "not a minute has passed"
    assert [row["cause"] for row in document["transitions"]] == ["raised", "acknowledged"]
    assert document["transitions"][0]["seq"] == raised["seq"]
    moment = document["moments"][0]
    assert moment["configuration"] == raised["config"] and moment["rule"]["values"]["when.above"] == "20 %LEL"
    gas = next(point for point in moment["points"] if point["point"] == f"{cover(188)}/ch4/gas")
    values = [reading["value"] for reading in gas["readings"] if reading["quality"] == "good"]
    assert any(5 <= value < 6 for value in values) and any(35 <= value < 36 for value in values), values
    assert gas["device"] == "SN-rs485-1-3"
    frames = moment["buses"][0]["frames"]
    assert any(frame["kind"] == "reply" and frame["hex"].startswith("0303") for frame in frames)

    # The public tools of the page, on the real file.
    shell = blocks("evidence.md", "sh")[0].replace("ALARM.json", str(file)).replace("audit.log", str(gateway.store / "audit.log"))
    done = subprocess.run(["sh", "-e", "-c", shell], capture_output=True, text=True)
    assert done.returncode == 0, done
    first, *exports = done.stdout.splitlines()
    assert any(told["sha256"] in row and alarm in row for row in exports) and first.split()[0] == told["sha256"], done.stdout
    whole = check(gateway, file)
    assert whole.exit == 0 and f"record {record['seq']}" in whole.out and not whole.out.endswith(" 0 frames\n"), whole
    forged = gateway.folder / "forged.json"
    forged.write_text(file.read_text().replace('"value":35', '"value":15'))
    assert forged.read_bytes() != file.read_bytes()
    assert check(gateway, forged).exit == 1 and gateway.ask("evidence", "no-such-alarm").exit == 1

    # The month.
    history = gateway.ask("alarms", "history", "--rule", "methane-high").json
    assert [step["cause"] for step in history["steps"]] == ["raised", "acknowledged"]
    assert history["steps"][1]["actor"] == getpass.getuser()
    assert gateway.ask("alarms", "history", "--cover", "elsewhere").json["steps"] == []
    assert gateway.ask("alarms", "history", "--month", "2026-13").exit == 64
    figures = gateway.ask("alarms", "figures").json
    kind = next(kind for kind in figures["kinds"] if kind["rule"] == "methane-high")
    # What the kernel says of this machine's clock decides whether times can be told.
    known = "untimed" if history["steps"][0]["clock"] == "unsynced" else "within_5_min"
    assert kind["alarms"] == 1 and kind["acknowledge"][known] == 1 and kind["standing"] == 1, kind
    assert {row["sensor"] for row in figures["uptime"]} == {f"{cover(188)}/{sensor}" for sensor in ("ch4", "tilt", "level")}
    assert "methane-high" in gateway.ask("alarms", "figures", as_json=False).out
    assert figures["blind"] == []

    # A stop keeps what there is, and the next run knows it.
    gateway.stop()
    kept = json.loads((gateway.store / "evidence" / f"{alarm}.json").read_text())
    assert kept["complete"] is False and kept["alarm"] == alarm
    assert list((gateway.store / "uptime").glob("*.json"))
    gateway.start()
    again = gateway.ask("evidence", alarm, "--output", str(file))
    assert again.exit == 0 and [row["cause"] for row in json.loads(file.read_text())["transitions"]][:2] == ["raised", "acknowledged"]
