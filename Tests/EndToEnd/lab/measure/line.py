"""W5: RTU units on a line that keeps its pace: how much of it is used, and what silent units cost the others."""
from __future__ import annotations

import math
import shutil
import time
from pathlib import Path
from typing import Any

from ..bench import Bench, cover
from ..wait import until
from .paced import Pace, PacedLine

REGISTERS = 4
PROFILE = """schema: 1
profile: four-words
vendor: none
model: four counters
source: {document: the bench, page: "1"}
verified: false
timing: {reply_delay: 20 ms}
channels:
"""


class Line:
    """A daemon that reads so many units, each as often as the line allows."""

    def __init__(self, folder: Path, units: int, pace: Pace):
        self.folder, self.bench = folder, Bench(folder)
        try:
            self.paced = PacedLine(folder / "tty", units, pace)
            self.bench.parts.callback(self.paced.stop)
            self.gateway = self.bench.gateway()
            (self.gateway.folder / "profiles").mkdir()
            channel = '  c{0}: {{table: holding, address: {0}, type: uint16, quantity: raw, unit: "1"}}\n'
            (self.gateway.folder / "profiles" / "four-words.yaml").write_text(
                PROFILE + "".join(channel.format(number) for number in range(REGISTERS)))
            every = f"{math.ceil(units * pace.transaction(REGISTERS) * 1000)} ms"
            sensors = {
                f"u{unit}": {"bus": "rs485-1", "unit": unit, "profile": "four-words", "every": every}
                for unit in range(1, units + 1)
            }
            self.gateway.configuration.update(
                profiles=["./profiles"],
                buses={"rs485-1": {
                    "kind": "modbus-rtu", "device": str(folder / "tty"), "baud": pace.baud, "response_timeout": "500 ms",
                }},
                covers=[{"code": cover(1), "scheme": "component16", "sensors": sensors}],
            )
            self.gateway.write()
            self.gateway.start()
            until(lambda: len(self.paced.asked) > 3 * units, 30, lambda: f"three cycles\n{self.gateway.child.tail()}")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it all."""
        self.bench.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cycle(self, seconds: float) -> float:
        """Seconds between two readings of a unit that answers."""
        begun = time.monotonic()
        time.sleep(seconds)
        return self.paced.cycle(begun, time.monotonic())


def transactions(folder: Path, baud: int, seconds: float) -> dict[str, float]:
    """Ten units that all answer: transactions a second, and how much longer one takes than the arithmetic says."""
    pace = Pace(baud)
    with Line(folder, 10, pace) as line:
        cycle = line.cycle(seconds)
        return {
            "transactions_per_second": round(10 / cycle, 2), "cycle_ms": round(cycle * 1000, 1),
            "times_arithmetic": round(cycle / (10 * pace.transaction(REGISTERS)), 3),
        }


def silent(folder: Path, units: int, silent_units: int, seconds: float, settle: float) -> dict[str, float]:
    """The others' cycle without and with silent units, in ms; `settle`: until they are in quarantine."""
    with Line(folder, units, Pace()) as line:
        without = line.cycle(seconds)
        line.paced.silent = frozenset(range(units - silent_units + 1, units + 1))
        time.sleep(settle)
        with_silent = line.cycle(seconds * 1.5)
        return {
            "cycle_ms": round(without * 1000, 1), "cycle_silent_ms": round(with_silent * 1000, 1),
            "ratio": round(with_silent / without, 3),
        }


def workload(folder: Path, seconds: float) -> dict[str, Any]:
    """All of them."""
    return {
        "baud9600": transactions(folder / "w5-9600", 9600, seconds),
        "baud115200": transactions(folder / "w5-115200", 115_200, seconds),
        "one_of_ten": silent(folder / "w5-ten", 10, 1, seconds, settle=4),
        "four_of_32": silent(folder / "w5-32", 32, 4, 2 * seconds, settle=10),
    }
