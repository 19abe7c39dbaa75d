"""gateway.yaml from plain Python: block style like the hand-written ones, so that a kept file can be read and edited."""
from __future__ import annotations

import json
import re
from typing import Any

PLAIN = re.compile(r"[A-Za-z/][\w./ -]*|\d+(\.\d+)? [A-Za-z%/0-9]+")
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def dump(value: Any, depth: int = 0) -> str:
    """YAML text of dictionaries, lists, texts, numbers and truth values."""
    indent = "  " * depth
    if isinstance(value, dict) and value:
        return "".join(f"{indent}{_scalar(key)}:{_inside(item, depth)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{indent}- {dump(item, depth + 1).lstrip()}" if isinstance(item, dict) and item
                       else f"{indent}-{_inside(item, depth)}" for item in value)
    return f"{indent}{_scalar(value)}\n"


def _inside(value: Any, depth: int) -> str:
    return "\n" + dump(value, depth + 1) if isinstance(value, (dict, list)) and value else f" {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
