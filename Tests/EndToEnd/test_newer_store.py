"""A store that a newer version has made: left as it is, safe mode, and said so wherever somebody looks."""
from __future__ import annotations

import socket

from lab import judge
from lab.bench import Bench
from lab.broker import free_port
from lab.ledger import READINGS
from lab.raised import at_once, raise_alarm
from lab.supervisor import Supervisor
from lab.wait import until

# PRAGMA user_version, last byte (sqlite.org, Database File Format, section 1.3).
VERSION = 63
LANES = ("alarms.db", "readings.db")


def test_a_store_of_a_newer_version_is_left_as_it_is_and_means_safe_mode(bench: Bench) -> None:
    line = bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    port = free_port()
    gateway.configuration["diagnostics"]["http"] = f"127.0.0.1:{port}"
    gateway.write()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["last_seq"], 20, "some readings are stored")
    before = gateway.ask("status").json["store"]
    assert gateway.stop() == 0
    for name in LANES:
        content = bytearray((gateway.store / name).read_bytes())
        content[VERSION] = 99
        (gateway.store / name).write_bytes(content)
    files = {file: (gateway.store / file).read_bytes() for name in LANES for file in (name, name + ".mark")}

    platform = bench.platform()
    manager = Supervisor(gateway, 30)
    bench.parts.callback(manager.close)
    gateway.start()
    said = f"{gateway.store}/readings.db was made by a newer gatewayd (store version 99, this one knows 3)"
    status = gateway.ask("status").json
    assert said in status["safe_mode"]["newer_store"], status["safe_mode"]
    assert status["safe_mode"]["seconds_left"] is None and status["safe_mode"]["starts"] == 0
    assert status["configuration"]["state"] == "current"
    assert "safe mode" in status["problems"][0] and said in status["problems"][0], status["problems"]
    assert any("alarms.db" in problem and "left as it is" in problem for problem in status["problems"]), status["problems"]
    findings = {row["code"]: row for row in gateway.ask("doctor").json["findings"]}
    assert said in str(findings["store-newer"]) and "safe-mode" not in findings, findings
    until(lambda: manager.times("READY=1"), 20, "ready")
    status_lines = [line for _, lines in manager.heard for line in lines if line.startswith("STATUS=")]
    assert status_lines[0].startswith("STATUS=safe mode: a store of a newer version, watching: "), status_lines
    assert "safe mode: " in gateway.child.output() and said in gateway.child.output()

    # Alarms and readings go out, and what no alarm needs is left out.
    assert raise_alarm(platform, line, 1, 20).delay <= 1
    alarm = until(lambda: platform.ledger.alarm(rule="safe-mode", to="unacknowledged"), 20, "the platform is told")
    assert said in alarm["note"] and "install that version again" in alarm["note"]
    scan = gateway.ask("bus", "scan", "plc")
    assert scan.exit not in (0, 64) and "safe mode" in scan.err, scan
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "diagnostics.http is left out"
    until(lambda: len(platform.ledger.readings()) > 20, 30, "readings arrive, too")
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line])
    assert gateway.stop() == 0
    assert {file: (gateway.store / file).read_bytes() for file in files} == files
    assert not [file.name for file in gateway.store.iterdir() if "damaged" in file.name]

    # The version that made it is back.
    for name in LANES:
        content = bytearray((gateway.store / name).read_bytes())
        content[VERSION] = 2
        (gateway.store / name).write_bytes(content)
    gateway.start()
    status = gateway.ask("status").json
    assert status["safe_mode"] is None and status["store"] == before, status
    assert not [problem for problem in status["problems"] if "store" in problem], status["problems"]
