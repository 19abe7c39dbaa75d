"""`gatewayd schema` under an independent validator: Debian's jsonschema on files read as YAML 1.2, the way editors do it."""
from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from .gateway import program, run


class Core(yaml.SafeLoader):
    """YAML 1.2, core schema: no dates, no `on` and `off`, numbers as JSON has them and 0x…."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]), ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 16 if "0x" in node.value else 10))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def read(text: str) -> Any:
    """A YAML text as JSON sees it: every key is a text."""
    return json.loads(json.dumps(yaml.load(text, Core)))


@lru_cache
def validator(*kind: str) -> Any:
    """The validator of `gatewayd schema KIND`, which must itself be a valid schema of draft 2020-12."""
    answer = run(program("gatewayd"), "schema", *kind)
    assert answer.exit == 0 and not answer.err, answer.err
    schema = json.loads(answer.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("/draft/2020-12/schema") and schema["$id"].startswith("urn:")
    return jsonschema.Draft202012Validator(schema)


def complaints(text: str, *kind: str) -> list[str]:
    """What the schema says against a YAML text."""
    return [f"{error.json_path}: {error.message}"[:300] for error in validator(*kind).iter_errors(read(text))]


def check(path: Path, *, profile: bool = False) -> list[str]:
    """What `gatewayd check` says against a file: its error lines; none when it is good."""
    answer = run(program("gatewayd"), "check", "--profile" if profile else "--config", str(path))
    lines = answer.out.splitlines()
    assert answer.exit in (0, 78) and not answer.err, answer.err
    if answer.exit == 0:
        return []
    form = re.compile(re.escape(str(path)) + r":\d+:\d+: error: [^:]+: .+")
    own = [line for line in lines if line.startswith(str(path))]
    assert own and all(form.fullmatch(line) for line in own), answer.out
    return lines
