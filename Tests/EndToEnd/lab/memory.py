"""The slaves of `lab.slaves` with a memory beside their model: from address 1000 on, every table can be read, and two be written.

`python3 -m lab.memory SPECIFICATION.json`, like `lab.slaves`. Every write is logged before it is confirmed.
"""
from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from .slaves import Unit, serve

FIRST, ITEMS = 1000, 200
TABLES = {1: "coil", 2: "discrete", 3: "holding", 4: "input", 5: "coil", 6: "holding", 15: "coil", 16: "holding"}


class MemoryUnit(Unit):
    """One slave; each of its tables holds its own pattern at the start."""

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.tables = {
            "coil": [number % 3 == 0 for number in range(ITEMS)], "discrete": [number % 2 == 0 for number in range(ITEMS)],
            "holding": [0] * ITEMS, "input": [FIRST + number for number in range(ITEMS)],
        }

    def validate(self, fc_as_hex: int, address: int, count: int = 1) -> bool:
        """True for the memory, and for what the model has."""
        if address >= FIRST:
            return address + count <= FIRST + ITEMS
        return super().validate(fc_as_hex, address, count)

    def getValues(self, fc_as_hex: int, address: int, count: int = 1) -> list[Any]:  # noqa: N802
        """The items of one reply."""
        if address < FIRST:
            return super().getValues(fc_as_hex, address, count)
        return self.tables[TABLES[fc_as_hex]][address - FIRST:address - FIRST + count]

    def setValues(self, fc_as_hex: int, address: int, values: list[Any]) -> None:  # noqa: N802
        """Takes what is written."""
        table = TABLES[fc_as_hex]
        self.tables[table][address - FIRST:address - FIRST + len(values)] = values
        written = {"unit": self.address, "table": table, "address": address, "values": [int(value) for value in values]}
        self.log.write(json.dumps({"bus": self.bus, "written": written}) + "\n")
        self.log.flush()


if __name__ == "__main__":
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text()), MemoryUnit))
