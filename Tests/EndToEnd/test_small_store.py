"""A store that is full: the oldest readings make room, a gap says so in their place, and the file stays bounded."""
from __future__ import annotations

from collections import Counter

from lab import judge
from lab.bench import KELLER, XCD, Bench, cover
from lab.bus import MODBUS_TCP, Slave
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS
from lab.raised import HIGH, LOW, at_once
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


def test_an_outage_with_more_alarms_than_their_share_loses_none_of_them(bench: Bench) -> None:
    gas, levels = range(1, 61), range(61, 81)
    slaves = [Slave(unit, XCD, cover(unit), "ch4", "500 ms") for unit in gas]
    slaves += [Slave(unit, KELLER, cover(unit), "level", "100 ms") for unit in levels]
    platform, line = bench.platform(), bench.bus("plc", MODBUS_TCP, slaves)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.configuration["store"]["max_size"] = "1 MiB"
    gateway.write()
    bench.broker.stop()
    gateway.start()
    share = gateway.lane(ALARMS)["max_bytes"]
    assert share == MAX_SIZE // 8, gateway.lane(ALARMS)
    until(lambda: gateway.lane(READINGS)["evicted"] > 0, 60, lambda: f"readings fill the store: {gateway.lane(READINGS)}")
    largest, flips = 0, 0

    def states() -> list[str]:
        return [row["state"] for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"]

    def hold() -> int:
        return sum(gateway.lane(name)["bytes"] for name in (READINGS, ALARMS))

    while gateway.lane(ALARMS)["bytes"] < 4 * share:
        flips += 1
        assert flips < 10, f"with five raises in a quarter of an hour an alarm stands: {gateway.lane(ALARMS)}"
        value, state = (LOW, "returned-unacknowledged") if flips % 2 == 0 else (HIGH, "unacknowledged")
        for unit in gas:
            line.set(unit, methane=value)
        until(lambda: states() == [state] * len(gas), 30, lambda: f"every cover is {state}: {states()}")
        largest = max(largest, hold())
        # No alarm waits for the readings' next commit: until then both hold more.
        until(lambda: hold() <= MAX_SIZE, 10, lambda: f"readings make room for alarms: both together have {hold()}", every=0.2)
    alarms = gateway.lane(ALARMS)
    assert alarms["evicted"] == 0 and alarms["first_seq"] == 1, alarms
    files = size(gateway)
    assert sum(files.values()) <= MAX_SIZE + JOURNALS, f"the store stays bounded: {files}"

    gateway.kill()
    gateway.start()
    assert gateway.lane(ALARMS)["evicted"] == 0 and gateway.lane(ALARMS)["max_bytes"] > share
    bench.broker.start()
    until(platform.ledger.alarms, ROOM_FOR_BACKOFF, lambda: f"delivered when the broker is back: {gateway.uplink()}")
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line])
    lane = platform.ledger.lane(ALARMS)
    assert [gap for gap in lane.gaps if gap.reason != "unused"] == [], lane.gaps
    raised = [one for one in platform.ledger.alarms() if one["rule"] == "methane-high"]
    causes = Counter(one["cause"] for one in raised)
    assert causes["raised"] == (flips + 1) // 2 * len(gas) and causes["returned"] == flips // 2 * len(gas), (flips, causes)
    until(lambda: gateway.lane(ALARMS)["max_bytes"] == share, 60, lambda: f"the room goes back: {gateway.lane(ALARMS)}")
    print(f"{len(raised)} steps of alarms, {alarms['bytes'] >> 10} KiB; both lanes together at most {largest >> 10} KiB")
