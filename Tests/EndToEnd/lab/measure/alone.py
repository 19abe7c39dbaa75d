"""What can be measured without a field: the check of a configuration, the decoder and the alarm engine on one core."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from ..bench import Bench, cover
from ..gateway import REPOSITORY, program

UNITS = 64  # of a bus
MODELS = ["honeywell-sensepoint-xcd", "witmotion-wt901c485", "keller-33x"]


def checking(folder: Path, sensors: int = 64, turns: int = 10) -> float:
    """The fastest of some checks of a configuration with so many sensors, in ms, the process's start included."""
    bench = Bench(folder)
    try:
        gateway = bench.gateway()
        buses = range((sensors + UNITS - 1) // UNITS)
        fitted = {
            f"s{number}": {
                "bus": f"plc{number // UNITS}", "unit": number % UNITS + 1, "profile": MODELS[number % 3], "every": "5 s",
            }
            for number in range(sensors)
        }
        gateway.configuration.update(
            buses={f"plc{bus}": {"kind": "modbus-tcp", "host": "127.0.0.1", "port": 502 + bus} for bus in buses},
            covers=[{"code": cover(1), "scheme": "component16", "sensors": fitted}],
        )
        gateway.write()
        times = []
        for _ in range(turns):
            begun = time.monotonic()
            done = subprocess.run([program("gatewayd"), "check", "--config", gateway.file], capture_output=True, check=False)
            times.append(time.monotonic() - begun)
            assert done.returncode == 0, done.stdout
        return round(min(times) * 1000, 1)
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)


def decoding() -> float | None:
    """Million channels a second, the best of three; DECODER_BENCH names the program. None without it."""
    if "DECODER_BENCH" not in os.environ:
        return None
    runs = (json.loads(subprocess.check_output([os.environ["DECODER_BENCH"]])) for _ in range(3))
    return round(max(run["channels_per_second"] for run in runs) / 1e6, 1)


def judging() -> float | None:
    """Nanoseconds of the alarm engine for a reading, with 300 rules, the best of three; ENGINE_BENCH names the program."""
    if "ENGINE_BENCH" not in os.environ:
        return None
    command = [os.environ["ENGINE_BENCH"], str(REPOSITORY / "boards")]
    return round(min(json.loads(subprocess.check_output(command))["ns_per_reading"] for _ in range(3)))
