"""Every sensor model in the box, from the wire to the technician's table: what is shown is what its golden vectors say."""
from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest

from lab.bench import Bench, cover
from lab.broker import free_port
from lab.bus import END_TO_END
from lab.child import Child
from lab.gateway import REPOSITORY, Gateway
from lab.golden import device, load
from lab.wait import until

PROFILES = sorted((REPOSITORY / "boards" / "profiles").glob("*.yaml"))


def listens(port: int) -> bool:
    """True when the slaves take connections."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def street(bench: Bench, kind: str, framer: str) -> Gateway:
    """A daemon whose one bus has a unit of each model."""
    port = free_port()
    units = {unit: path for unit, path in enumerate(PROFILES, 1)}
    specification = bench.folder / "golden.json"
    text = json.dumps({"port": port, "framer": framer, "units": {str(unit): str(path) for unit, path in units.items()}})
    specification.write_text(text)
    slaves = Child("golden slaves", [sys.executable, "-m", "lab.golden", str(specification)], bench.folder / "golden.log", END_TO_END)
    bench.parts.callback(slaves.kill)
    slaves.start()
    until(lambda: listens(port), 15, lambda: f"slaves answer\n{slaves.tail()}")
    # Each at a cover of its own: what a supply or a float at the same cover says is not asked here.
    covers = [
        {"code": cover(unit), "scheme": "component16", "sensors": {
            path.stem: {"bus": "all", "unit": unit, "profile": path.stem, "every": "1 s"}}}
        for unit, path in units.items()
    ]
    gateway = bench.gateway(
        buses={"all": {"kind": kind, "host": "127.0.0.1", "port": port}},
        covers=covers,
    )
    gateway.start()
    return gateway


@pytest.mark.parametrize(("kind", "framer"), [("modbus-tcp", "tcp"), ("modbus-rtu-over-tcp", "rtu")])
def test_every_model_shows_the_values_of_its_golden_vectors(bench: Bench, kind: str, framer: str) -> None:
    """Twelve models and more, all tables and types, on both kinds of sockets."""
    gateway = street(bench, kind, framer)
    expected = {
        f"{cover(unit)}/{path.stem}/{channel}": value
        for unit, path in enumerate(PROFILES, 1) for channel, value in device(load(path), unit)[1].items()
    }
    assert len(PROFILES) >= 15 and len(expected) >= 30

    def wrong() -> dict[str, object]:
        rows = {row["point"]: row for row in gateway.ask("sensors").json["sensors"]}
        return {
            point: (value, rows[point]["value"], rows[point]["reason"], rows[point]["problem"]) for point, value in expected.items()
            if rows[point]["quality"] != "good" or rows[point]["value"] != pytest.approx(value, rel=1e-5, abs=1e-5)
        }

    until(lambda: not wrong(), 60, lambda: f"all models read as their vectors say (wanted, read): {wrong()}")
