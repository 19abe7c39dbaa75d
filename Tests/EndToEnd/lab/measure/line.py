"""W5: ten RTU units on a line of 9600 baud, polled as fast as it allows; then one of them falls silent. Recorded only."""
from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from ..bench import Bench, cover
from ..wait import until
from .paced import PacedLine
from .programs import channels

UNITS = 10


def workload(folder: Path, seconds: float) -> dict[str, Any]:
    """The cycle without and with the silent unit, in ms."""
    bench = Bench(folder)
    try:
        line = PacedLine(folder / "tty", UNITS)
        bench.parts.callback(line.stop)
        gateway = bench.gateway()
        (gateway.folder / "profiles").mkdir()
        (gateway.folder / "profiles" / "ten-words.yaml").write_text(channels())
        sensors = {
            f"u{unit}": {"bus": "rs485-1", "unit": unit, "profile": "ten-words", "every": "100 ms"}
            for unit in range(1, UNITS + 1)
        }
        gateway.configuration.update(
            profiles=["./profiles"],
            buses={"rs485-1": {"kind": "modbus-rtu", "device": str(folder / "tty"), "baud": 9600, "response_timeout": "500 ms"}},
            covers=[{"code": cover(1), "scheme": "component16", "sensors": sensors}],
        )
        gateway.write()
        gateway.start()
        until(lambda: len(line.asked) > 3 * UNITS, 30, lambda: f"three cycles\n{gateway.child.tail()}")
        without = _cycle(line, seconds)
        line.silent = UNITS
        time.sleep(2)  # the first silence is met with probes
        with_one = _cycle(line, seconds * 1.5)
        return {"cycle_ms": without, "cycle_one_silent_ms": with_one, "ratio": round(with_one / without, 2)}
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)


def _cycle(line: PacedLine, seconds: float) -> float:
    begun = time.monotonic()
    time.sleep(seconds)
    return round(line.cycle(begun, time.monotonic()) * 1000, 1)
