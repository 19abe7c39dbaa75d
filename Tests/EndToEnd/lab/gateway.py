"""The daemon under test as a process, its configuration file, and the technician's tool that asks it."""
from __future__ import annotations

import copy
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import yaml
from .bus import Bus
from .certificates import Identity
from .child import Child
from .wait import until

REPOSITORY = Path(__file__).resolve().parents[3]
RULE = {
    "id": "methane-high", "severity": 2,
    "when": {"quantity": "methane", "above": "20 %LEL", "for": "2 s", "clear_below": "15 %LEL"},
}
COVER = {
    "scheme": "component16", "name": "人民路56号井", "kind": "sewage", "risk": ["crowded", "flood-prone"],
    "location": {
        "longitude": 120.553, "latitude": 31.876, "crs": "CGCS2000", "text": "人民路与长安路口东南角",
        "rim_elevation": "4.12 m", "invert_elevation": "0.80 m", "datum": "1985",
    },
    "grid": "320582110152102", "responsibility_grid": "R-0112", "road": "人民路（长安路—中山路）",
    "competent": "市住建局", "owner": "市水务局", "maintainer": "排水公司",
}


def program(name: str) -> str:
    """The built executable, or what the environment names (GATEWAYD, GATEWAYCTL); it must exist."""
    path = os.environ.get(name.upper()) or str(REPOSITORY / ".build" / "debug" / name)
    assert os.access(path, os.X_OK), f"{path} is missing: build it (swift build), or name it with {name.upper()}"
    return str(Path(path).resolve())


@dataclass(frozen=True)
class Answer:
    """What a program said."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer of a --json form."""
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"no JSON (exit {self.exit}): {self.out!r} {self.err!r}") from None


class Gateway:
    """One gatewayd with a folder of its own; stopped, killed and started again as often as a test wants."""

    def __init__(self, folder: Path, buses: list[Bus], port: int, identity: Identity, gateway: str = "gw-500111-0007"):
        folder.mkdir(parents=True)
        self.folder, self.id = folder, gateway
        self.file, self.socket, self.store = folder / "gateway.yaml", folder / "s", folder / "store"
        self.configuration = self._describe(buses, port, identity)
        self.child = Child(
            f"gatewayd {gateway}", [program("gatewayd"), "run", "--config", str(self.file)], folder / "gatewayd.log", REPOSITORY
        )
        self.write()

    def _describe(self, buses: list[Bus], port: int, identity: Identity) -> dict[str, Any]:
        covers: dict[str, dict[str, Any]] = {}
        for bus in buses:
            for slave in bus.slaves:
                cover = covers.setdefault(slave.cover, {"code": slave.cover, **copy.deepcopy(COVER), "sensors": {}})
                cover["sensors"][slave.sensor] = {
                    "bus": bus.id, "unit": slave.address, "profile": slave.model, "every": slave.every,
                    "serial": f"SN-{bus.id}-{slave.address}", "installed": "2026-05-02", "mounted": "0.60 m",
                }
        return {
            "schema": 1,
            "gateway": {"id": self.id, "language": "en", "timezone": "Asia/Shanghai"},
            "store": {"path": str(self.store), "max_size": "64 MiB", "commit_interval": "200 ms"},
            "diagnostics": {"socket": str(self.socket)},
            "buses": {bus.id: bus.configuration() for bus in buses},
            "covers": list(covers.values()),
            "alarms": {"rules": [copy.deepcopy(RULE)]},
            "uplinks": {
                "city": {
                    "kind": "mqtt", "format": "native", "links": [{"host": "127.0.0.1", "port": port}],
                    "tls": {
                        "ca": str(identity.authority), "certificate": str(identity.certificate), "key": str(identity.key),
                    },
                    "batch": {"max_readings": 100, "max_interval": "1 s"},
                },
            },
        }

    def write(self) -> None:
        """Writes gateway.yaml from `configuration`."""
        self.file.write_text(yaml.dump(self.configuration), encoding="utf-8")

    def start(self, within: float = 40) -> None:
        """Starts the daemon and waits until it answers on its socket."""
        self.child.start()
        until(self._answers, within, lambda: f"gatewayd answers on {self.socket}\n{self.child.tail()}")

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        return self.child.terminate(10)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    def ask(self, *verb: str, as_json: bool = True) -> Answer:
        """Runs gatewayctl against this daemon."""
        return ctl("--socket", str(self.socket), *(["--json"] if as_json else []), *verb)

    def lane(self, name: str) -> dict[str, Any]:
        """One lane of `outbox stats`."""
        return next(lane for lane in self.ask("outbox", "stats").json["lanes"] if lane["lane"] == name)

    def highest(self, name: str) -> int:
        """The highest number of a lane that was ever made durable, as far as what is kept and what was delivered tell."""
        lane = self.lane(name)
        return max(lane["last_seq"] or 0, *(cursor["delivered_seq"] or 0 for cursor in lane["uplinks"]), 0)

    def uplink(self) -> dict[str, Any]:
        """The one uplink of `uplink status`."""
        return self.ask("uplink", "status").json["uplinks"][0]

    def _answers(self) -> bool:
        self.child.must_run()
        return self.socket.exists() and self.ask("status").exit in (0, 1)


def ctl(*arguments: str) -> Answer:
    """Runs gatewayctl."""
    return run(program("gatewayctl"), *arguments)


def run(*arguments: str, seconds: float = 60) -> Answer:
    """Runs a program to its end, from the repository's root."""
    process = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"{' '.join(arguments)} did not end within {seconds:g} s: {out!r} {err!r}") from None
    return Answer(process.returncode, out, err)
