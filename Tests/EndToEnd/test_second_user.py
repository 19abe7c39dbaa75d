"""Who may ask the daemon: the socket's group may look, and only operators may change anything (contract, section 4)."""
from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Iterator

import pytest

from lab.bench import XCD, Bench, cover
from lab.bus import MODBUS_RTU, Slave
from lab.gateway import Answer, Gateway, program, run
from lab.wait import until

NOBODY = 65534


@pytest.fixture
def common() -> Iterator[Path]:
    """A folder that every user may enter, with the technician's tool in it; pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="gw-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(program("gatewayctl"), folder / "gatewayctl")
        yield folder


def ask_as_nobody(common: Path, gateway: Gateway, group: int, *verb: str) -> Answer:
    """Runs gatewayctl as a user without any rights, in one group."""
    assert os.geteuid() == 0 and shutil.which("setpriv"), "this needs root and setpriv (util-linux) to become another user"
    user = ["setpriv", "--reuid", str(NOBODY), "--regid", str(group), "--clear-groups"]
    assert run(*user, "true").exit == 0, f"cannot become user {NOBODY}: {run(*user, 'true').err}"
    return run(*user, str(common / "gatewayctl"), "--socket", str(gateway.socket), "--json", *verb)


def test_the_sockets_group_may_look_and_only_operators_may_acknowledge(bench: Bench, common: Path) -> None:
    line = bench.rtu()
    line.set(3, methane=35.0)
    gateway = bench.gateway(line)
    gateway.socket = common / "s"
    gateway.configuration["diagnostics"]["socket"] = str(gateway.socket)
    gateway.write()
    gateway.start()
    alarm = until(
        lambda: [row["alarm"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"], 30,
        "the alarm is raised",
    )[0]
    access = gateway.socket.stat()
    assert stat.S_IMODE(access.st_mode) == 0o660 and access.st_gid != NOBODY, oct(access.st_mode)

    outside = ask_as_nobody(common, gateway, NOBODY, "status")
    assert outside.exit == 77 and str(gateway.socket) in outside.err, f"no access to the socket, said in words: {outside}"

    look = ask_as_nobody(common, gateway, access.st_gid, "alarms", "list")
    assert look.exit == 0 and [row["state"] for row in look.json["alarms"] if row["alarm"] == alarm] == ["unacknowledged"], look
    refused = ask_as_nobody(common, gateway, access.st_gid, "alarms", "ack", alarm)
    assert refused.exit == 77 and "gatewayd-operator" in refused.err + refused.out, refused
    record = gateway.ask("audit", "show").json["records"][-1]
    assert (record["action"], record["subject"]) == ("local.refused", "POST /v1/alarms/ack") and record["actor"] != "root", record
    rows = gateway.ask("alarms", "list").json["alarms"]
    assert [row["state"] for row in rows if row["alarm"] == alarm] == ["unacknowledged"], "a refusal changes nothing"
    assert gateway.ask("alarms", "ack", alarm).exit == 0, "root may"


def test_the_sockets_group_may_read_a_bus_and_only_operators_may_write_it(bench: Bench, common: Path) -> None:
    line = bench.bus("rs485-1", MODBUS_RTU, [Slave(3, XCD, cover(188), "ch4")], "lab.memory")
    gateway = bench.gateway(line)
    gateway.socket = common / "s"
    gateway.configuration["diagnostics"]["socket"] = str(gateway.socket)
    gateway.write()
    gateway.start()
    group = gateway.socket.stat().st_gid
    look = ask_as_nobody(common, gateway, group, "bus", "raw", "rs485-1", "3", "holding", "1000")
    assert look.exit == 0 and look.json["words"] == [0, 0], look
    assert ask_as_nobody(common, gateway, group, "bus", "trace", "rs485-1", "--seconds", "0.1").exit == 0

    refused = ask_as_nobody(common, gateway, group, "bus", "write", "rs485-1", "3", "holding", "1000", "5", "--yes")
    assert refused.exit == 77 and "gatewayd-operator" in refused.err, refused
    log = gateway.store / "audit.log"
    assert '"bus.write"' not in log.read_text(), "what was not allowed was not begun"
    assert gateway.ask("bus", "raw", "rs485-1", "3", "holding", "1000").json["words"] == [0, 0], "a refusal writes nothing"
    assert gateway.ask("bus", "write", "rs485-1", "3", "holding", "1000", "5", "--yes").exit == 0, "root may"
    assert '"actor":"root","action":"bus.write","subject":"rs485-1 unit 3 holding 1000: 5"' in log.read_text()


def test_the_sockets_group_may_check_a_configuration_and_only_operators_may_apply_it(bench: Bench, common: Path) -> None:
    gateway = bench.gateway(bench.tcp(1))
    gateway.socket = common / "s"
    gateway.configuration["diagnostics"]["socket"] = str(gateway.socket)
    gateway.write()
    gateway.start()
    group = gateway.socket.stat().st_gid
    file = common / "new.yaml"
    file.write_text(gateway.file.read_text(encoding="utf-8").replace("20 %LEL", "18 %LEL"), encoding="utf-8")
    file.chmod(0o644)
    look = ask_as_nobody(common, gateway, group, "config", "check", str(file))
    assert look.exit == 0 and look.json["outcome"] == "good", look
    refused = ask_as_nobody(common, gateway, group, "config", "apply", str(file), "--yes")
    assert refused.exit == 77 and "gatewayd-operator" in refused.err, refused
    back = ask_as_nobody(common, gateway, group, "config", "rollback", "--yes")
    assert back.exit in (64, 77), back
    secret = common / "secret"
    secret.write_text("swordfish", encoding="utf-8")
    secret.chmod(0o600)
    named = f"    password_file: {secret}\n    username: x\n    kind: mqtt"
    file.write_text(gateway.file.read_text(encoding="utf-8").replace("    kind: mqtt", named, 1), encoding="utf-8")
    hidden = ask_as_nobody(common, gateway, group, "config", "check", str(file))
    assert hidden.exit == 77 and str(secret) in hidden.err, f"a file is not used for somebody who may not read it: {hidden}"
    assert gateway.ask("config", "check", str(file)).json["outcome"] == "good", "root may"
    assert not list(gateway.folder.glob("gateway.yaml.*")), "nothing was begun"
