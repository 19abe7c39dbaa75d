"""What the daemon costs: 500 readings a second, an outage, a start. Prints figures beside their targets; judges only losses.

Run it by `make bench`. Processor time is the scheduler's own account of every thread (schedstat): clock ticks read zero below 1 %.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform as machine
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from .bench import Bench, cover
from .broker import free_port
from .gateway import program
from .wait import until

UNITS, REGISTERS = 50, 10
PROFILE = """schema: 1
profile: ten-words
vendor: none
model: ten counters
source: {document: the bench, page: "1"}
verified: false
channels:
"""


class Counters:
    """A Modbus TCP server whose registers count up with every read; small, so that it does not stand in the measurement's way."""

    def __init__(self) -> None:
        self.port, self.served = free_port(), 0
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._answer, "127.0.0.1", self.port) as server:
            await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(12)
                transaction, _, _, unit, function, _, count = struct.unpack(">HHHBBHH", head)
                self.served += 1
                words = struct.pack(f">{count}H", *((self.served + place) & 0xFFFF for place in range(count)))
                writer.write(struct.pack(">HHHBBB", transaction, 0, 3 + len(words), unit, function, len(words)) + words)
        except asyncio.IncompleteReadError:
            writer.close()


def processor_seconds(pid: int) -> float:
    """Time on a processor of all threads that are alive."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def memory(pid: int, key: str) -> float:
    """A figure of smaps_rollup in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":")) / 1024


def arrived_at(platform: Any) -> int:
    """How many readings the platform has."""
    return len(platform.ledger.readings())


def describe(gateway: Any, counters: Counters) -> None:
    """Fifty units of ten registers, read every second, sent at commit."""
    (gateway.folder / "profiles").mkdir()
    channels = (f'  c{n}: {{table: holding, address: {n}, type: uint16, quantity: raw, unit: "1"}}\n' for n in range(REGISTERS))
    (gateway.folder / "profiles" / "ten-words.yaml").write_text(PROFILE + "".join(channels))
    sensors = {f"u{unit}": {"bus": "plc", "unit": unit, "profile": "ten-words", "every": "1 s"} for unit in range(1, UNITS + 1)}
    gateway.configuration.update(
        profiles=["./profiles"], buses={"plc": {"kind": "modbus-tcp", "host": "127.0.0.1", "port": counters.port}},
        covers=[{"code": cover(1), "scheme": "component16", "sensors": sensors}],
    )
    gateway.configuration["store"].update(commit_interval="100 ms", max_size="512 MiB")
    gateway.configuration["uplinks"]["city"]["batch"] = {"max_readings": 500, "max_interval": "0 s"}
    gateway.write()


def measure(folder: Path, seconds: float, outage: float) -> dict[str, Any]:
    """One trial on parts of its own."""
    bench = Bench(folder)
    try:
        platform, counters = bench.platform(), Counters()
        gateway = bench.gateway()
        describe(gateway, counters)
        begun = time.monotonic()
        gateway.child.start()
        until(lambda: arrived_at(platform) > 0, 30, "the first reading arrives", every=0.002)
        first = time.monotonic() - begun
        pid = gateway.child.pid
        time.sleep(3)  # the start is not part of the steady state
        before, read, at = processor_seconds(pid), counters.served, time.monotonic()
        time.sleep(seconds)
        spent, readings = processor_seconds(pid) - before, (counters.served - read) * REGISTERS
        figures: dict[str, Any] = {
            "start to first reading, s": round(first, 3),
            "readings a second": round(readings / (time.monotonic() - at), 1),
            "processor ms per 1,000 readings": round(spent * 1e6 / readings, 2),
            "RSS, MB": round(memory(pid, "Rss"), 1), "PSS, MB": round(memory(pid, "Pss"), 1),
        }
        bench.broker.stop()
        time.sleep(outage)
        waiting = gateway.lane("readings")["waiting"]
        arrived = arrived_at(platform)
        bench.broker.start()
        back = time.monotonic()
        until(lambda: arrived_at(platform) > arrived, 60, "data after the outage", every=0.002)
        figures["first data after an outage, s"] = round(time.monotonic() - back, 2)
        until(lambda: arrived_at(platform) >= arrived + waiting, 60, "the backlog has arrived", every=0.002)
        figures[f"backlog of {waiting} readings drained, s"] = round(time.monotonic() - back, 2)
        figures["RSS after it, MB"] = round(memory(pid, "Rss"), 1)
        gateway.stop()
        figures["missing"] = sum(len(numbers) for numbers in platform.ledger.missing().values())
        return figures
    finally:
        bench.close()


def checking(folder: Path) -> float:
    """The fastest of ten checks of a configuration with 64 sensors, in ms, the process's start included."""
    bench = Bench(folder)
    try:
        gateway = bench.gateway()
        models = ["honeywell-sensepoint-xcd", "witmotion-wt901c485", "keller-33x"]
        sensors = {f"s{unit}": {"bus": "plc", "unit": unit, "profile": models[unit % 3], "every": "5 s"} for unit in range(1, 65)}
        gateway.configuration.update(
            buses={"plc": {"kind": "modbus-tcp", "host": "127.0.0.1", "port": 502}},
            covers=[{"code": cover(1), "scheme": "component16", "sensors": sensors}],
        )
        gateway.write()
        times = []
        for _ in range(10):
            begun = time.monotonic()
            done = subprocess.run([program("gatewayd"), "check", "--config", gateway.file], capture_output=True, check=False)
            times.append(time.monotonic() - begun)
            assert done.returncode == 0, done.stdout
        return round(min(times) * 1000, 1)
    finally:
        bench.close()


def decoding() -> float:
    """Million channels a second of the decoder on one core, the best of three; the program is named by DECODER_BENCH."""
    runs = (json.loads(subprocess.check_output([os.environ["DECODER_BENCH"]])) for _ in range(3))
    return round(max(run["channels_per_second"] for run in runs) / 1e6, 1)


TARGETS = {
    "decoder, million channels a second": "10", "check of 64 sensors, ms": "100",
    "start to first reading, s": "0.5", "processor ms per 1,000 readings": "11", "RSS, MB": "30", "PSS, MB": "20",
    "first data after an outage, s": "2", "missing": "0",
}


def main() -> int:
    """Measures, prints, and fails only on a loss."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=20, help="of the steady state")
    arguments.add_argument("--outage", type=float, default=30, help="seconds without a broker")
    arguments.add_argument("--json", type=Path, help="also write the figures there")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatewayd-bench-") as folder:
        figures = measure(Path(folder) / "b", chosen.seconds, chosen.outage)
        figures["check of 64 sensors, ms"] = checking(Path(folder) / "c")
        if "DECODER_BENCH" in os.environ:
            figures["decoder, million channels a second"] = decoding()
    print(f"{machine.machine()}, {machine.platform()}, {time.strftime('%Y-%m-%d')}")
    for name, value in figures.items():
        target = TARGETS.get(name)
        print(f"  {name:44} {value:>10}" + (f"   target {target}" if target else ""))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if figures["missing"] else 0


if __name__ == "__main__":
    sys.exit(main())
