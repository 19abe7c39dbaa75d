"""A daemon that falls over again and again: careful from the sixth time on, until it is known to stand."""
from __future__ import annotations

import socket

from lab import judge
from lab.bench import Bench
from lab.broker import free_port
from lab.gateway import Gateway
from lab.raised import at_once, raise_alarm
from lab.wait import until


def fall_over(gateway: Gateway, times: int) -> None:
    """The process ends, and nobody has asked it to."""
    for _ in range(times):
        gateway.start()
        gateway.kill()


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_gateway_that_falls_over_again_and_again_keeps_to_alarms(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    port = free_port()
    gateway.configuration["diagnostics"]["http"] = f"127.0.0.1:{port}"
    gateway.write()
    gateway.start()
    good = gateway.ask("status").json["configuration"]["hash"]
    assert gateway.stop() == 0, "the first one that starts is kept"
    gateway.configuration["store"]["commit_interval"] = "300 ms"
    gateway.write()
    fall_over(gateway, 4)
    gateway.start()
    status = gateway.ask("status").json
    assert status["safe_mode"] is None and status["configuration"]["state"] == "current"
    until(lambda: is_open(port), 30, "diagnostics.http is there")
    gateway.kill()

    gateway.start()
    status = gateway.ask("status").json
    assert status["safe_mode"]["starts"] == 5 and 500 < status["safe_mode"]["seconds_left"] <= 600, status["safe_mode"]
    assert (status["configuration"]["state"], status["configuration"]["hash"]) == ("last-good", good)
    assert status["configuration"]["errors"] == [] and "safe mode" in status["problems"][0]
    assert not status["healthy"] and "safe-mode" in [row["code"] for row in gateway.ask("doctor").json["findings"]]
    assert "configuration-refused" not in gateway.ask("doctor").out
    assert "safe mode: gatewayd has ended unexpectedly 5 times" in gateway.child.output()
    said = until(lambda: platform.ledger.alarm(rule="safe-mode", to="unacknowledged"), 30, "the platform is told")
    assert "safe mode" in said["note"]
    raise_alarm(platform, line, 1, 30)
    scan = gateway.ask("bus", "scan", "plc")
    assert scan.exit not in (0, 64) and "safe mode" in scan.err, scan
    assert not is_open(port)

    # An end in order so early proves nothing.
    assert gateway.stop() == 0
    gateway.start()
    assert gateway.ask("status").json["safe_mode"]["starts"] == 5
    assert gateway.ask("status").json["configuration"]["hash"] == good
    assert gateway.stop() == 0
    # As after ten quiet minutes.
    (gateway.store / "starts").unlink()
    gateway.start()
    status = gateway.ask("status").json
    assert status["safe_mode"] is None and status["configuration"]["state"] == "current"
    until(lambda: is_open(port), 30, "diagnostics.http is there again")
    until(
        lambda: [alarm["to"] for alarm in platform.ledger.alarms() if alarm["rule"] == "safe-mode"][-1] != "unacknowledged", 30,
        "the platform is told that it is over",
    )
    judge.delivered(gateway, platform, 60)
    judge.faultless(platform.ledger, [line], breaks=8)  # five kills and three stops


def test_a_second_daemon_that_is_refused_is_no_crash_of_the_first(bench: Bench) -> None:
    first = bench.gateway(bench.tcp(1))
    first.start()
    second = bench.gateway(first_bus(bench), folder="second", store={"path": str(first.store)})
    before = (first.store / "starts").read_text() if (first.store / "starts").exists() else ""
    for _ in range(6):
        second.child.start()
        assert second.child.wait(20) not in (0, -11, -6, -4)
    after = (first.store / "starts").read_text() if (first.store / "starts").exists() else ""
    assert after == before
    first.kill()
    first.start()
    assert first.ask("status").json["safe_mode"] is None


def first_bus(bench: Bench):
    """The bus that is there."""
    return bench.buses[0]
