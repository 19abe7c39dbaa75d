"""What is written in a day at 64 channels every 60 s, by the kernel's count: flash wears with it."""
from __future__ import annotations

import time
from pathlib import Path

import pytest

from lab.bench import XCD, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.faults import size
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.wait import until

CHANNELS, PERIOD = 64, 60.0
MOST = {"1 s": 250, "60 s": 60}  # MB a day
GAS_ONLY = """schema: 1
profile: gas-only
vendor: Honeywell
model: Sensepoint XCD, its gas alone
source: {document: "Technical handbook", page: "80"}
verified: false
channels:
  gas: {table: holding, address: 2, type: float32, word_order: big, quantity: methane, unit: "%LEL", range: [0, 100]}
"""


def written(pid: int) -> int:
    """Bytes that the process has given to storage (`write_bytes`: whole pages, also of what is mapped)."""
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def make(bench: Bench, number: int, interval: str) -> Gateway:
    """A gateway of its own field: 64 units with one channel each."""
    slaves = [Slave(unit, XCD, cover(unit), "ch4", f"{PERIOD:g} s") for unit in range(1, CHANNELS + 1)]
    line = bench.bus(f"plc{number}", MODBUS_TCP, slaves)
    gateway = bench.gateway(line, folder=f"gateway{number}", gateway=f"gw-{number}")
    (gateway.folder / "profiles").mkdir()
    (gateway.folder / "profiles" / "gas-only.yaml").write_text(GAS_ONLY)
    for site in gateway.configuration["covers"]:
        for sensor in site["sensors"].values():
            sensor["profile"] = "gas-only"
    gateway.configuration["profiles"] = ["./profiles"]
    gateway.configuration["store"]["commit_interval"] = interval
    gateway.write()
    return gateway


def commits(gateway: Gateway) -> None:
    """Waits for its next commit of readings."""
    last = gateway.lane(READINGS)["last_seq"]
    until(lambda: gateway.lane(READINGS)["last_seq"] > last, 2 * PERIOD, "it commits", every=1)


@pytest.mark.longest
@pytest.mark.faults
def test_what_is_written_in_a_day_stays_below_its_bound(bench: Bench) -> None:
    gateways = {interval: make(bench, number, interval) for number, interval in enumerate(MOST, 1)}
    for gateway in gateways.values():
        gateway.start()
    # From one round to another: what comes at the start is not what comes every day.
    for gateway in gateways.values():
        until(lambda: (gateway.lane(READINGS)["last_seq"] or 0) >= CHANNELS, 150, lambda: f"the first round: {gateway.uplink()}", every=1)
    before = {interval: (written(gateway.child.pid), gateway.lane(READINGS)["last_seq"]) for interval, gateway in gateways.items()}
    begun = time.monotonic()
    # The slow one has just committed: whole intervals of it, for a commit more or less would be a third of a short run.
    for _ in range(size(4, 2)):
        commits(gateways["60 s"])
    lasted = time.monotonic() - begun
    for interval, gateway in gateways.items():
        # By what was committed, not by the time.
        readings = gateway.lane(READINGS)["last_seq"] - before[interval][1]
        a_day = (written(gateway.child.pid) - before[interval][0]) / readings * CHANNELS * 86_400 / PERIOD / 1e6
        print(f"commit interval {interval}: {a_day:.0f} MB a day, {readings} readings in {lasted:.0f} s")
        assert readings > CHANNELS * lasted / PERIOD * 0.4, "the field was read all the time"
        assert a_day < MOST[interval]
