"""How much of a long fault case is run: all of it by `make faults`, a part by `make faults FAULTS=short`."""
from __future__ import annotations

import os


def size(full: int, short: int) -> int:
    """The length of a case."""
    asked = os.environ.get("FAULTS", "full")
    assert asked in ("full", "short"), f"FAULTS is {asked!r}: full or short"
    return full if asked == "full" else short
