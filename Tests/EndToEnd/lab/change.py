"""Another configuration for a gateway that runs: written beside its own, applied, looked at."""
from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any, Callable

from . import yaml
from .child import Child
from .gateway import Answer, Gateway, program
from .wait import until

Edit = Callable[[dict[str, Any]], object]


def edited(gateway: Gateway, edit: Edit, name: str = "new.yaml") -> Path:
    """Writes a changed copy of the gateway's configuration."""
    changed = copy.deepcopy(gateway.configuration)
    edit(changed)
    file = gateway.folder / name
    file.write_text(yaml.dump(changed), encoding="utf-8")
    return file


def beside(gateway: Gateway, ending: str) -> Path:
    """A neighbour of the gateway's file."""
    return gateway.file.with_name(gateway.file.name + ending)


def digest(text: str) -> str:
    """How a configuration is named in alarms and in the state."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def apply(gateway: Gateway, file: Path) -> Answer:
    """Applies it and waits until it is decided, or for a while."""
    return gateway.ask("config", "apply", str(file), "--yes")


def begin(gateway: Gateway, file: Path) -> dict[str, Any]:
    """Applies it and returns as soon as it runs on trial, with what `status` says of that; the person looks no further."""
    arguments = [program("gatewayctl"), "--socket", str(gateway.socket), "config", "apply", str(file), "--yes"]
    tool = Child("config apply", arguments, gateway.folder / "apply.log")
    tool.start()
    new = digest(file.read_text(encoding="utf-8"))

    def trial() -> dict[str, Any] | None:
        answer = gateway.ask("status")
        configuration = answer.json["configuration"] if answer.exit in (0, 1) else {"hash": "", "trial": None}
        return configuration["trial"] if configuration["hash"] == new else None

    try:
        return until(trial, 20, lambda: f"the trial runs\n{tool.tail()}\n{gateway.child.tail()}")
    finally:
        tool.kill()


def in_force(gateway: Gateway) -> str | None:
    """The name of the configuration that runs; None while one gives way to another and nobody answers."""
    answer = gateway.ask("status")
    return answer.json["configuration"]["hash"] if answer.exit in (0, 1) else None


def records(gateway: Gateway, action: str) -> list[dict[str, Any]]:
    """What is on record about the configuration."""
    return [record for record in gateway.ask("audit", "show").json["records"] if record["action"] == action]
