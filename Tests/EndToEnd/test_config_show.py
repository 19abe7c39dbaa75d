"""What is in force: shown as a gateway.yaml that is good again, and as JSON with stable names."""
from __future__ import annotations

from pathlib import Path

from lab.bench import Bench, cover
from lab.gateway import program, run


def test_the_text_is_a_configuration_again(shared: Bench, tmp_path: Path) -> None:
    gateway = shared.gateways[0]
    shown = gateway.ask("config", "show", as_json=False)
    assert shown.exit == 0 and "  # default\n" in shown.out and str(gateway.file) in shown.out
    (tmp_path / "gateway.yaml").write_text(shown.out, encoding="utf-8")
    files = (gateway.file, tmp_path / "gateway.yaml")
    first, second = (run(program("gatewayd"), "check", "--config", str(file)) for file in files)
    assert second.exit == 0, second
    assert first.out.split(": good: ")[1] == second.out.split(": good: ")[1]
    assert gateway.ask("config", as_json=False).out == shown.out, "show is what config does by itself"


def test_json_has_stable_names(shared: Bench) -> None:
    gateway = shared.gateways[0]
    report = gateway.ask("config", "show").json
    assert set(report) == {"path", "hash", "state", "since", "errors", "file", "yaml", "values", "rules", "units"}
    assert (report["path"], report["state"], report["file"], report["errors"]) == (str(gateway.file), "current", "same", [])
    assert report["hash"] == gateway.ask("status").json["configuration"]["hash"]
    values = {value["key"]: value for value in report["values"]}
    assert values["store.commit_interval"] == {"key": "store.commit_interval", "value": "200 ms", "default": False}
    assert values["uplinks.city.no_subscriber"] == {"key": "uplinks.city.no_subscriber", "value": "hold", "default": True}
    unit = next(unit for unit in report["units"] if unit["sensor"] == f"{cover(188)}/ch4")
    assert unit["profile"] == "honeywell-sensepoint-xcd" and unit["file"].endswith("profiles/honeywell-sensepoint-xcd.yaml")
    assert unit["max_latency_ms"] >= unit["response_timeout_ms"] > 0
    origins = {rule["id"]: rule["origin"] for rule in report["rules"]}
    assert origins["methane-high"] == "site" and origins["methane-danger"] == "pack"
    assert next(rule["replaces"] for rule in report["rules"] if rule["id"] == "methane-high").endswith("rules/gas.yaml")


def test_a_changed_file_and_a_refused_one_are_told_apart(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp())
    gateway.start()
    first = gateway.ask("config", "show").json
    good = gateway.file.read_text(encoding="utf-8")
    gateway.file.write_text(good + "# a word\n", encoding="utf-8")
    assert gateway.ask("config", "show").json["file"] == "changed"
    assert "restart gatewayd" in gateway.ask("config", "show", as_json=False).out
    assert gateway.stop() == 0
    gateway.file.write_text(good + "surprise: 1\n", encoding="utf-8")
    gateway.start()
    report = gateway.ask("config", "show").json
    assert report["state"] == "last-good" and "surprise: unknown key" in report["errors"][0]
    assert report["hash"] == first["hash"] and report["values"] == first["values"]
    assert "was refused" in gateway.ask("config", "show", as_json=False).out
