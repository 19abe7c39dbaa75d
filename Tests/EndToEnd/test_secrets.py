"""Secrets stay where they are: whatever the daemon says, writes, sends or shows of itself, none of them is in it."""
from __future__ import annotations

import re
import resource
from pathlib import Path

from lab.bench import Bench, cover
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.raised import at_once, raise_alarm
from lab.wait import until

USER, PASSWORD = "user-7c1e04a9", "word-5f2b8d13c6"
VERBS = [
    ["status"], ["sensors"], ["alarms", "list"], ["alarms", "history"], ["bus", "stats"], ["outbox", "stats"], ["outbox", "verify"],
    ["outbox", "export"], ["uplink", "status"], ["config", "show"], ["audit", "show"], ["doctor"], ["maintenance", "list"],
]


def tell_tales(gateway: Gateway) -> list[bytes]:
    """Pieces by which the secrets would be known: the password, and lines out of the middle of the private key."""
    key = Path(gateway.configuration["uplinks"]["city"]["tls"]["key"]).read_text().splitlines()
    body = [line for line in key if "-----" not in line]
    return [PASSWORD.encode(), *(line[:40].encode() for line in body if len(line) >= 40)]


def test_no_secret_is_found_anywhere(bench: Bench) -> None:
    line = bench.tcp(3)
    bench.broker.know(USER, PASSWORD)
    bench.broker.stop()
    bench.broker.start()
    platform = bench.platform()
    gateway = bench.gateway(line)
    at_once(gateway)
    secret = gateway.folder / "secret"
    secret.write_text(PASSWORD + "\n")
    gateway.configuration["uplinks"]["city"].update(username=USER, password_file=str(secret))
    gateway.write()
    gateway.child.arguments += ["--log-level", "trace"]
    # As much as a system may allow by itself.
    own = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (own[1], own[1]))
    try:
        gateway.start()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, own)
    until(platform.ledger.readings, 30, lambda: f"delivered with name and password: {gateway.uplink()}")
    raised = raise_alarm(platform, line, 1, 30)
    # A connection that fails and one that is refused have most to say.
    bench.broker.stop()
    until(lambda: gateway.uplink()["state"] != "connected", 30, "the connection is lost")
    secret.write_text(PASSWORD + "x\n")
    bench.broker.start()
    until(lambda: "password" in (gateway.uplink()["problem"] or ""), 60, lambda: f"refused: {gateway.uplink()}")
    secret.write_text(PASSWORD + "\n")
    until(lambda: gateway.uplink()["state"] == "connected", 90, "let in again")

    found: dict[str, bytes] = {}
    handed = gateway.folder / "evidence.json"
    asked = ["evidence", raised.transition["alarm"], "--output", str(handed)]
    for verb in [*VERBS, ["read", f"{cover(1)}/ch4/gas"], asked]:
        for form in ([], ["--json"]):
            answer = gateway.ask(*form, *verb, as_json=False)
            found[" ".join(["gatewayctl", *form, *verb])] = (answer.out + answer.err).encode()
    found["gatewayctl evidence, the file"] = handed.read_bytes()
    process = Path("/proc") / str(gateway.child.pid)
    found["argv"] = (process / "cmdline").read_bytes()
    found["environment"] = (process / "environ").read_bytes()
    found["log"] = gateway.child.output().encode()
    found["messages"] = repr([arrival.message for arrival in platform.ledger.arrivals]).encode()
    for file in gateway.store.rglob("*"):
        if file.is_file():
            found[f"store/{file.relative_to(gateway.store)}"] = file.read_bytes()
    empty = [name for name, text in found.items() if not text and not name.startswith("store/")]
    assert empty == [], "there is something to look into"
    assert b"gatewayd" in found["argv"] and b" runs" in found["log"] and b"manhole" not in found["argv"]

    pieces = tell_tales(gateway)
    assert len(pieces) > 2, pieces
    leaks = [(name, piece) for name, text in found.items() for piece in pieces if piece in text]
    assert leaks == []
    # A name is no secret and part of the configuration: it stands there, and nowhere else.
    named = {name for name, text in found.items() if USER.encode() in text}
    assert "gatewayctl config show" in named, "what is there is found"
    allowed = re.compile(r"gatewayctl (--json )?config show|store/last-good/gateway\.yaml|store/cases/.*|gatewayctl evidence, the file")
    assert {name for name in named if not allowed.fullmatch(name)} == set()
    limits = {line[:26].strip(): line[26:].split() for line in (process / "limits").read_text().splitlines()}
    assert limits["Max core file size"][:2] == ["0", "0"], "what is in memory is written nowhere when it falls over"
    assert gateway.stop() == 0
