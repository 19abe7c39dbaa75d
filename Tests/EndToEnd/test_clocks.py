"""Clocks that are wrong for long, that count from elsewhere, and certificates that end: times come right, nothing stops."""
from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from datetime import datetime, timezone

import pytest

from lab import judge
from lab.bench import Bench
from lab.gateway import Gateway
from lab.ledger import ALARMS, READINGS
from lab.platform import Platform
from lab.preload import WallClock
from lab.raised import at_once, raise_alarm
from lab.served import Served, seconds
from lab.wait import until

TWO_HOURS = 2 / 24
FIFTY_DAYS = 50 * 86_400
ROOM_FOR_BACKOFF = 90


def clock_records(platform: Platform) -> list[dict]:
    """Everything in the readings lane that says how wrong a boot's clock was."""
    with platform.ledger.lock:
        return [record for record in platform.ledger.lane(READINGS).records.values() if "quality" not in record]


def test_readings_of_a_wrong_clock_are_moved_to_their_true_time_within_a_second(bench: Bench) -> None:
    """The gateway starts two hours late by its clock, without link and without anybody to tell it the time."""
    line = bench.tcp(3)
    gateway = bench.gateway(line)
    bench.broker.stop()
    clock = WallClock(gateway)
    clock.jump(-TWO_HOURS)
    clock.unsynced()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 32, 60, "readings are kept")

    clock.jump(0)
    clock.unsynced(False)
    bench.broker.start()
    platform = bench.platform()
    record = until(lambda: clock_records(platform), ROOM_FOR_BACKOFF, lambda: f"a clock record: {gateway.uplink()}")[0]["clock"]
    judge.delivered(gateway, platform, 30)
    before = [reading for reading in platform.ledger.readings() if reading["clock"] == "unsynced"]
    assert len(before) > 32 and {reading["clock"] for reading in platform.ledger.readings()} == {"unsynced", "synced"}

    served = Served([line])  # no value is served twice, so each says when it was read
    for reading in before:
        assert -2 * 3600 - 60 < seconds(reading["time"]) - time.time() < -2 * 3600 + 1, "the record itself is never changed"
        moved = datetime.fromtimestamp((reading["monotonic_ms"] + record["offset_ms"]) / 1000, timezone.utc)
        assert served.complaint({**reading, "time": moved.isoformat()}, oldest=1.0) is None
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}


def test_a_clock_that_the_kernel_calls_synchronised_and_that_lies_in_the_past_is_not_believed(bench: Bench) -> None:
    """The time server is wrong by two years. What the gateway has seen is set here: it takes ten minutes to be sure."""
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    clock = WallClock(gateway)
    gateway.start()
    until(platform.ledger.readings, 30, "the first readings")
    assert {reading["clock"] for reading in platform.ledger.readings()} == {"synced"} and gateway.stop() == 0
    seen = int(time.time())
    with sqlite3.connect(gateway.store / "alarms.db") as lane:
        lane.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('last_trusted', ?)", (seen * 1000,))
    lane.close()

    def two_years_ago(platform: Platform) -> list[dict]:
        return [reading for reading in platform.ledger.readings() if seconds(reading["time"]) < seen - 86_400]

    clock.jump(-2 * 365)
    gateway.start()
    # Two years ago no certificate here had begun: they are judged at what has been seen.
    late = until(lambda: two_years_ago(platform) if len(two_years_ago(platform)) > 5 else None, 30, lambda: f"{gateway.uplink()}")
    raised = raise_alarm(platform, line, 1, 30).transition
    assert raised["clock"] == "unsynced" and "monotonic_ms" in raised, raised
    assert {reading["clock"] for reading in late} == {"unsynced"} and all("monotonic_ms" in reading for reading in late)
    findings = gateway.ask("doctor", "--language", "en").json["findings"]
    finding = next(finding for finding in findings if finding["code"].startswith("clock-"))
    years = [datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%d") for moment in (seen - 730 * 86_400, seen)]
    assert finding["code"] == "clock-behind" and all(year in str(finding) for year in years), finding
    assert any("time" in problem or "时间服务器" in problem for problem in gateway.ask("status").json["problems"])

    # The server is set right: the daemon sees it, says so, and dates what it read.
    clock.jump(0)
    record = until(lambda: clock_records(platform), 30, lambda: f"a clock record: {gateway.uplink()}")[0]["clock"]
    judge.delivered(gateway, platform, 30)
    assert {reading["clock"] for reading in two_years_ago(platform)} == {"unsynced"}
    for reading in late:
        moved = (reading["monotonic_ms"] + record["offset_ms"]) / 1000
        assert seconds(reading["time"]) + 730 * 86_400 == pytest.approx(moved, abs=1)
    step = next(json.loads(text) for text in (gateway.store / "audit.log").read_text().splitlines() if '"clock.step"' in text)
    assert (step["detail"]["clock_before"], step["detail"]["clock_after"]) == ("unsynced", "synced"), step
    moved = int(step["detail"]["offset_after_ms"]) - int(step["detail"]["offset_before_ms"])
    assert moved == pytest.approx(730 * 86_400_000, abs=1000) and step["subject"] == f"{moved} ms", step
    assert not [finding for finding in gateway.ask("doctor").json["findings"] if finding["code"] == "clock-behind"]
    assert platform.ledger.complaints() == [] and platform.ledger.missing() == {}


def test_a_monotonic_clock_that_has_counted_for_fifty_days_is_as_good(bench: Bench) -> None:
    """A time name space of the kernel in which this boot began fifty days ago."""
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    at_once(gateway)
    gateway.write()
    offset = f"{FIFTY_DAYS}"
    gateway.child.arguments = ["unshare", "--time", "--monotonic", offset, "--boottime", offset, *gateway.child.arguments]
    refused = subprocess.run([*gateway.child.arguments[:6], "true"], capture_output=True, text=True)
    assert refused.returncode == 0, f"no time name space can be had here (it needs root): {refused.stderr}"
    gateway.start()
    raised = raise_alarm(platform, line, 1, 30)
    for number in (4, 9):
        gateway.kill()
        gateway.start()
        line.set(2, methane=number)
        until(
            lambda: any(reading["value"] and number <= reading["value"] < number + 1 for reading in platform.ledger.readings()), 30,
            lambda: f"readings go on after a kill: {gateway.uplink()}",
        )
    standing = gateway.ask("alarms").json["alarms"]
    assert [alarm["alarm"] for alarm in standing] == [raised.transition["alarm"]], standing
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line], breaks=2)
    assert all(reading["quality"] != "bad" for reading in platform.ledger.readings())


def certificate_finding(gateway: Gateway) -> str | None:
    """What the doctor says of the gateway's certificate."""
    codes = [finding["code"] for finding in gateway.ask("doctor").json["findings"]]
    return next((code for code in codes if code.startswith("certificate-")), None)


@pytest.mark.parametrize(("days", "said"), [(10, "certificate-expiring"), (-1, "certificate-expired")])
def test_a_certificate_of_its_own_that_ends_is_said_and_costs_no_data(bench: Bench, days: int, said: str) -> None:
    ends = bench.authority.ending_client(days)
    line = bench.tcp(3)
    gateway = bench.gateway(line)
    lasting = {key: gateway.configuration["uplinks"]["city"]["tls"][key] for key in ("certificate", "key")}
    mine = {key: gateway.folder / f"own-{key}.pem" for key in lasting}
    gateway.configuration["uplinks"]["city"]["tls"].update({key: str(path) for key, path in mine.items()})
    gateway.write()
    for key, source in (("certificate", ends.certificate), ("key", ends.key)):
        mine[key].write_bytes(source.read_bytes())
    platform = bench.platform()
    gateway.start()
    assert certificate_finding(gateway) == said
    if days < 0:
        until(lambda: gateway.uplink()["problem"], 20, lambda: f"the broker refuses it, and that is told: {gateway.uplink()}")
        until(lambda: gateway.lane(READINGS)["waiting"] > 5, 20, "readings are kept")
        line.set(1, methane=35.0)
        until(lambda: gateway.lane(ALARMS)["waiting"] > 0, 20, "and the alarm")
        assert platform.ledger.readings() == [] and gateway.lane(READINGS)["first_seq"] == 1
    else:
        until(platform.ledger.readings, 20, lambda: f"it is good until its last day: {gateway.uplink()}")

    # A new one is taken up with the next attempt, without a restart.
    for key, path in mine.items():
        path.write_bytes(open(lasting[key], "rb").read())
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"the new certificate is taken: {gateway.uplink()}")
    until(lambda: certificate_finding(gateway) is None, 30, lambda: gateway.ask("doctor").out)
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    assert min(platform.ledger.lane(READINGS).records) == 1
