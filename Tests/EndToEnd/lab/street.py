"""The simulated street: the shipped configuration with places of its own, played by the built daemon as fast as it goes."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import schema, yaml
from .broker import Broker
from .certificates import Identity
from .child import Child
from .gateway import REPOSITORY, program
from .wait import until

FOLDER = REPOSITORY / "boards/simulated"
SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.name != "street.yaml")


class Street:
    """One run of one scenario."""

    def __init__(self, folder: Path, scenario: Path, seed: int, speed: float = 0):
        folder.mkdir(parents=True)
        self.folder, self.scenario, self.seed, self.speed = folder, scenario, seed, speed
        self.socket = folder / "s"
        self.configuration: dict[str, Any] = schema.read((FOLDER / "street.yaml").read_text())
        self.configuration["store"]["path"] = str(folder / "store")
        self.configuration["diagnostics"]["socket"] = str(self.socket)
        arguments = [
            program("gatewayd"), "run", "--config", str(folder / "street.yaml"), "--simulate", str(scenario),
            "--speed", f"{speed:g}", "--seed", str(seed), "--log-format", "json",
        ]
        self.child = Child(f"gatewayd {scenario.stem} seed {seed}", arguments, folder / "log", REPOSITORY)

    def send_to(self, broker: Broker, identity: Identity) -> None:
        """Gives the street an uplink."""
        self.configuration["uplinks"] = {
            "city": {
                "kind": "mqtt", "links": [{"host": "127.0.0.1", "port": broker.port}],
                "tls": {"ca": str(identity.authority), "certificate": str(identity.certificate), "key": str(identity.key)},
                "batch": {"max_readings": 500, "max_interval": "10 s"},
            },
        }

    def slow_down(self, *, every: str) -> None:
        """Asks every sensor so seldom: for stories of many hours."""
        for cover in self.configuration["covers"]:
            for sensor in cover["sensors"].values():
                sensor["every"] = every

    def write(self) -> None:
        """Writes the configuration."""
        (self.folder / "street.yaml").write_text(yaml.dump(self.configuration), encoding="utf-8")

    def start(self) -> None:
        """Starts the daemon."""
        self.write()
        self.child.start()

    def play(self, seconds: float = 240) -> None:
        """Starts the daemon and waits for the story's end."""
        self.start()
        until(self._is_over, seconds, lambda: f"'scenario over' of {self.child.name}\n{self.child.tail()}", every=0.2)

    def _is_over(self) -> bool:
        self.child.must_run()
        return any(True for _ in self.said("scenario over"))

    def said(self, message: str) -> list[dict[str, Any]]:
        """The log's lines with this message."""
        lines = [line for line in self.child.output().splitlines() if f'"{message}"' in line]
        return [line for line in map(_parsed, lines) if line.get("message") == message]

    def verdict(self) -> tuple[int, int, list[str]]:
        """How many expectations were met, how many there are, and what is wrong with the others, each with its line."""
        over = self.said("scenario over")[0]
        lines = self.scenario.read_text().splitlines()
        wrong = [
            f"{self.scenario.name}:{line['line']}: {lines[int(line['line']) - 1].strip()}: {line.get('found', '')}"
            for line in self.said("not as expected")
        ]
        return int(over["met"]), int(over["expectations"]), wrong


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
