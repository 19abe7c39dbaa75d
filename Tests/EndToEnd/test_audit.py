"""The audit log: a chain that shows every change made to it, against its own records and against the head the platform has."""
from __future__ import annotations

import getpass
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from lab.bench import Bench
from lab.gateway import REPOSITORY, Answer, Gateway
from lab.wait import until

NAMES = [f"audit.{number}.log" for number in range(10, 0, -1)] + ["audit.log"]


def script() -> str:
    """The check of docs/audit.md, as a third party would take it from there."""
    blocks = re.findall(r"```python\n(.*?)```", (REPOSITORY / "docs/audit.md").read_text(), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def third_party(gateway: Gateway) -> Answer:
    """Runs it on the gateway's files."""
    files = [str(gateway.store / name) for name in NAMES if (gateway.store / name).exists()]
    done = subprocess.run([sys.executable, "-c", script(), *files], capture_output=True, text=True)
    return Answer(done.returncode, done.stdout, done.stderr)


def verify(gateway: Gateway, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `audit verify`."""
    answer = gateway.ask("audit", "verify", *more)
    return answer.exit, answer.json


def records(log: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def edit(gateway: Gateway, lines: list[bytes]) -> tuple[int, Any, list[str]]:
    """Starts the daemon on a log of these lines: its verdict, the first fault, and what is on record then. The log is put back."""
    log = gateway.store / "audit.log"
    good = log.read_bytes()
    log.write_bytes(b"".join(lines))
    gateway.start()
    exit, found = verify(gateway)
    status = gateway.ask("status")
    broken = any("audit log" in problem for problem in status.json["problems"])
    assert broken == (exit == 1) and (status.exit == 1 or not broken), status
    actions = [row["action"] for row in gateway.ask("audit", "show").json["records"]]
    assert third_party(gateway).exit == exit
    gateway.stop()
    log.write_bytes(good)
    return exit, found["fault"], actions


def test_an_edit_a_changed_order_and_a_cut_tail_are_found(bench: Bench) -> None:
    platform, line = bench.platform(), bench.rtu()
    gateway = bench.gateway(line)
    line.set(3, methane=35.0)
    gateway.start()
    raised = until(lambda: platform.ledger.alarm(rule="methane-high", to="unacknowledged"), 30, "the alarm arrives")
    assert gateway.ask("alarms", "ack", raised["alarm"]).exit == 0

    log = gateway.store / "audit.log"
    rows = records(log)
    assert [row["action"] for row in rows] == ["configuration.change", "alarm.acknowledge"]
    assert rows[1]["subject"] == raised["alarm"] and rows[1]["actor"] == getpass.getuser() and rows[1]["via"] == "local"
    assert rows[1]["previous"] == rows[0]["hash"]
    shown = gateway.ask("audit", "show", "--last", "1").json["records"]
    assert [row["seq"] for row in shown] == [2] and shown[0]["hash"] == rows[1]["hash"]
    assert raised["alarm"] in gateway.ask("audit", "show", as_json=False).out
    head = until(
        lambda: next((state["audit"] for state in reversed(platform.ledger.states())
                      if state["online"] and state.get("audit", {}).get("seq") == 2), None), 20, "the head arrives with the state")
    assert head == {"seq": 2, "head": rows[1]["hash"]}
    known = ("--seq", "2", "--head", head["head"])
    assert verify(gateway)[0] == 0 and verify(gateway, *known)[0] == 0
    whole = third_party(gateway)
    assert whole.exit == 0 and f"head 2 {head['head']}" in whole.out, whole

    # While it runs: what is edited, and what is cut off.
    good = log.read_bytes()
    log.write_bytes(good.replace(b"alarm.acknowledge", b"alarm.acknowledgf"))
    exit, found = verify(gateway)
    assert exit == 1 and found["fault"]["kind"] == "altered" and found["fault"]["seq"] == 2, found
    assert "record 2" in gateway.ask("audit", "verify", as_json=False).out
    assert "record 2 is altered" in third_party(gateway).err
    log.write_bytes(good.splitlines(keepends=True)[0])
    assert verify(gateway)[1]["fault"]["kind"] == "cut"
    log.write_bytes(good)
    assert verify(gateway)[0] == 0
    gateway.stop()

    # Over a start: first a longer log to work on, of starts with other configurations.
    for number in range(3):
        gateway.configuration["alarms"]["rules"][0]["severity"] = 1 + number % 2
        gateway.write()
        gateway.start()
        gateway.stop()
    lines = log.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    altered = lines[2].replace(b"configuration.change", b"configuration.chance")
    exit, fault, actions = edit(gateway, [*lines[:2], altered, *lines[3:]])
    assert exit == 1 and (fault["kind"], fault["seq"], fault["line"]) == ("altered", 3, 3) and actions[-1] == "log.broken", fault
    exit, fault, actions = edit(gateway, [lines[0], lines[2], lines[1], *lines[3:]])
    assert exit == 1 and (fault["kind"], fault["seq"]) == ("reordered", 2) and actions[-1] == "log.broken", fault
    exit, fault, actions = edit(gateway, [*lines[:2], *lines[3:]])
    assert exit == 1 and (fault["kind"], fault["seq"]) == ("missing", 3) and actions[-1] == "log.broken", fault
    exit, fault, actions = edit(gateway, [*lines[:4], lines[4][:40]])
    assert exit == 0 and "log.torn" in actions, "a power cut is no fault, and is said"

    # A tail that was cut off shows against the head that the retained state has brought.
    log.write_bytes(lines[0])
    gateway.start()
    assert verify(gateway)[0] == 0, "alone it cannot be seen"
    exit, found = verify(gateway, *known)
    assert exit == 1 and found["fault"]["seq"] == 2, found
    assert gateway.ask("audit", "verify", "--seq", "2").exit == 64


def test_a_log_without_chain_of_an_earlier_version_is_kept(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(1))
    gateway.store.mkdir(parents=True)
    old = '{"time":"2026-11-20T04:00:00.000Z","clock":"synced","actor":"root","action":"bus.write","subject":"x"}\n'
    (gateway.store / "audit.log").write_text(old)
    gateway.start()
    until(lambda: len(gateway.ask("audit", "show").json["records"]) == 2, 30, "the log begins")
    assert (gateway.store / "audit.unchained.log").read_text() == old
    assert [row["action"] for row in records(gateway.store / "audit.log")] == ["log.adopt", "configuration.change"]
    assert verify(gateway)[0] == 0 and third_party(gateway).exit == 0
