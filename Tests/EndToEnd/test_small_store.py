"""A store that is full: the oldest readings make room, a gap says so in their place, and the file stays bounded."""
from __future__ import annotations

from lab import judge
from lab.bench import KELLER, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.gateway import Gateway
from lab.ledger import READINGS
from lab.wait import until

ROOM_FOR_BACKOFF = 90
MAX_SIZE, JOURNALS = 1 << 20, 3 << 20


def size(gateway: Gateway) -> dict[str, int]:
    """Bytes of every file of the store."""
    return {file.name: file.stat().st_size for file in gateway.store.iterdir()}


def test_a_full_store_gives_up_its_oldest_readings_and_says_which(bench: Bench) -> None:
    platform, line = bench.platform(), bench.bus("plc", MODBUS_TCP, [
        Slave(unit, KELLER, cover(unit), "level", "100 ms") for unit in range(1, 31)
    ])
    gateway = bench.gateway(line)
    gateway.configuration["store"]["max_size"] = "1 MiB"
    gateway.write()
    bench.broker.stop()
    gateway.start()
    largest: dict[str, int] = {}

    def evicted() -> bool:
        gateway.child.must_run()
        for name, bytes_ in size(gateway).items():
            largest[name] = max(largest.get(name, 0), bytes_)
        lane = gateway.lane(READINGS)
        return (lane["first_seq"] or 1) > 200

    until(evicted, 60, lambda: f"readings are given up: {gateway.lane(READINGS)} {largest}", every=0.2)
    first_kept = gateway.lane(READINGS)["first_seq"]
    bench.broker.start()
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"delivered when the broker is back: {gateway.uplink()}")
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line])

    lane = platform.ledger.lane(READINGS)
    given_up = [gap for gap in lane.gaps if gap.reason == "evicted"]
    assert given_up and given_up[0].first == 1, lane.gaps
    assert given_up[0].last >= first_kept - 1 and given_up[0].count == given_up[0].last, given_up
    first = next(arrival for arrival in platform.ledger.arrivals if arrival.kind == READINGS)
    assert first.message["after"] == 0 and "gap" in first.message["readings"][0], "the gap stands in their place"
    content = sum(bytes_ for name, bytes_ in largest.items() if name.endswith(".db"))
    assert content <= MAX_SIZE and sum(largest.values()) <= MAX_SIZE + JOURNALS, f"the store stays bounded: {largest}"
