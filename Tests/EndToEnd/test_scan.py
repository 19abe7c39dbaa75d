"""bus scan: finds devices beside a sensor that is read meanwhile, names them, and leaves a bus as it was."""
from __future__ import annotations

import json
import re
import subprocess
import time
from typing import Any

import pytest

from conftest import all_good
from lab import judge
from lab.bench import KELLER, XCD, Bench, cover
from lab.bus import Bus, Slave
from lab.gateway import Answer, Gateway, program, run
from lab.scrape import ask
from lab.wait import until

WHOLE = 150.0


def scan(gateway: Gateway, *arguments: str, as_json: bool = False) -> Answer:
    """A whole scan, which takes longer than other verbs."""
    options = ["--json"] if as_json else []
    return run(program("gatewayctl"), "--socket", str(gateway.socket), *options, "bus", "scan", *arguments, seconds=WHOLE)


def state(gateway: Gateway, bus: Bus) -> dict[str, Any]:
    """The scan as it is now."""
    return json.loads(ask(gateway.socket, f"/v1/buses/scan?bus={bus.id}").text)


def polls(bus: Bus, unit: int) -> int:
    """How many polls a unit has answered; a scan asks other registers."""
    served = [json.loads(line) for line in bus.log.read_text().splitlines()]
    return sum(row["unit"] == unit and row["address"] == 2 for row in served)


def hasty(bench: Bench, bus: Bus, sensors: int = 1) -> Gateway:
    """A daemon that knows the first slaves of the line only, and waits 60 ms for each that nobody knows."""
    bus.response_timeout = "60 ms"
    gateway = bench.gateway(bus)
    for place in gateway.configuration["covers"][sensors:]:
        gateway.configuration["covers"].remove(place)
    gateway.write()
    return gateway


@pytest.fixture
def line(bench: Bench) -> Bus:
    """A sensor, a device at its model's factory address (1 at 9600 8N1), and one among 1 to 32."""
    return bench.rtu(Slave(3, XCD, cover(188), "ch4"), Slave(1, XCD, cover(189), "new"), Slave(17, KELLER, cover(190), "old"))


def test_devices_are_found_and_named_while_the_sensor_is_read(bench: Bench, line: Bus) -> None:
    gateway = hasty(bench, line)
    gateway.start()
    until(lambda: gateway.ask("sensors").json["sensors"][0]["quality"] == "good", 20, lambda: "the sensor is read")
    began, before = time.time(), polls(line, 3)
    answer = scan(gateway, line.id)
    assert answer.exit == 0, answer
    assert f"found unit 1 at 9600 8N1: {XCD}" in answer.out and "\r" not in answer.out + answer.err
    report = gateway.ask("bus", "scan", "--stop", line.id).json
    assert report["state"] == "done" and report["remaining"] == 0 and report["blind_seconds"] == 0 and not report["problem"]
    devices = {device["unit"]: device for device in report["devices"]}
    assert sorted(devices) == [1, 3, 17] and [device["unit"] for device in report["devices"]][0] == 1
    assert devices[1]["profiles"] == [XCD] and devices[1]["sensors"] == []
    assert devices[3]["profiles"] == [XCD] and devices[3]["sensors"] == [f"{cover(188)}/ch4"]
    assert devices[17]["profiles"] == [] and "exception 2" in devices[17]["seen"]
    kept = polls(line, 3) - before
    assert kept >= (time.time() - began) * 0.8, f"{kept} polls of a sensor that is read every second"
    until(lambda: gateway.ask("sensors").json["sensors"][0]["quality"] == "good", 5, "it is read as before")
    units = [unit["unit"] for unit in gateway.ask("bus", "stats").json["buses"][0]["units"]]
    assert units == [1, 3, 17], "those that were never heard make no rows"


def test_what_cannot_be_scanned_is_refused(bench: Bench, line: Bus) -> None:
    gateway = hasty(bench, line)
    gateway.configuration["buses"]["lines"] = {"kind": "gpio", "chip": "nothing-here"}
    gateway.configuration["buses"]["plc"] = {"kind": "modbus-tcp", "host": "127.0.0.1", "port": 1}
    gateway.write()
    gateway.start()
    until(lambda: gateway.ask("sensors").json["sensors"][0]["quality"] == "good", 20, lambda: "the sensor is read")
    for bus, words in {"nope": "no bus nope", "lines": "has lines and no units"}.items():
        answer = scan(gateway, bus)
        assert answer.exit == 64 and words in answer.err and not answer.out, answer
    never = gateway.ask("bus", "scan", line.id, "--stop", as_json=False)
    assert never.exit == 64 and "was not scanned" in never.err
    elsewhere = scan(gateway, "plc", "--other-settings", "--yes")
    assert elsewhere.exit == 64 and "reached over the network" in elsewhere.err, elsewhere
    alive = scan(gateway, line.id, "--other-settings", "--yes")
    assert alive.exit == 1 and f"unit 3 (人民路56号井 {cover(188)}/ch4 (人民路与长安路口东南角))" in alive.err and "not known to be dead" in alive.err, alive
    away = scan(gateway, "plc")
    assert away.exit == 1 and "ended early: 127.0.0.1 port 1" in away.out, away


def test_a_scan_goes_on_without_its_client_can_be_joined_and_ended(bench: Bench, line: Bus) -> None:
    gateway = hasty(bench, line)
    gateway.start()
    begun = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "scan", line.id], stdout=subprocess.DEVNULL)
    try:
        until(lambda: "bus" in state(gateway, line), 20, lambda: "it has begun")
    finally:
        begun.kill()
        begun.wait(10)
    asked = state(gateway, line)["asked"]
    until(lambda: state(gateway, line)["asked"] > asked, 20, lambda: "it goes on")
    request = json.dumps({"bus": line.id, "other_settings": False})
    second = json.loads(ask(gateway.socket, "/v1/buses/scan", "POST", request).text)
    assert second["error"] == "conflict" and "runs already" in second["message"]
    joined = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "scan", line.id], stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: len(state(gateway, line)["devices"]) > 0, 20, lambda: "somebody was found")
        ended = gateway.ask("bus", "scan", line.id, "--stop")
        assert ended.exit == 0 and ended.json["state"] == "stopped" and ended.json["remaining"] == 0, ended
        out, _ = joined.communicate(timeout=20)
    finally:
        joined.kill()
        joined.wait(10)
    assert joined.returncode == 0 and "stopped" in out and "found unit" in out
    asked = state(gateway, line)["asked"]
    assert gateway.stop() == 0 and asked < 248


def test_other_settings_on_a_dead_bus_and_back(bench: Bench) -> None:
    line = bench.rtu(Slave(3, XCD, cover(188), "ch4"), Slave(12, XCD, cover(189), "new"))
    line.set(3, silent=True)
    gateway = hasty(bench, line)
    gateway.start()
    until(lambda: gateway.ask("bus", "stats").json["buses"][0]["units"][0]["silences"] >= 3, 40, lambda: "the sensor is dead")
    unasked = scan(gateway, line.id, "--other-settings")
    assert unasked.exit == 64 and "will not be read for up to" in unasked.err and "--yes" in unasked.err, unasked
    connects = gateway.ask("bus", "stats").json["buses"][0]["connects"]
    begun = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "scan", line.id, "--other-settings", "--yes"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: "taken by a scan at" in (gateway.ask("bus", "stats").json["buses"][0]["problem"] or ""), 30,
              lambda: f"the line is away\n{gateway.ask('bus', 'stats', as_json=False).out}")
        point = gateway.ask("sensors").json["sensors"][0]["point"]
        # Its own next poll may be far away: a dead unit is asked less and less often.
        until(lambda: gateway.ask("read", point).json["readings"][0]["reason"] == "disconnected", 20, lambda: "polls say so")
        line.set(3, silent=None)
        until(lambda: gateway.ask("read", point).json["readings"][0]["quality"] == "good", 60,
              lambda: f"the bus works again at its own settings\n{gateway.ask('sensors', as_json=False).out}")
        gateway.ask("bus", "scan", line.id, "--stop")
        out, err = begun.communicate(timeout=20)
    finally:
        begun.kill()
        begun.wait(10)
    assert begun.returncode == 0 and "will not be read for up to" in err, (begun.returncode, out, err)
    report = state(gateway, line)
    assert report["blind_seconds"] > 0
    found = [(device["unit"], device["settings"], device["profiles"]) for device in report["devices"]]
    assert (12, "19200 8N1", [XCD]) in found, "a pseudo terminal does not care about the speed, so it answers there"
    assert gateway.ask("bus", "stats").json["buses"][0]["connects"] > connects
    audit = [json.loads(row) for row in (gateway.store / "audit.log").read_text().splitlines()]
    entry = next(row for row in audit if row["action"] == "bus.scan")
    assert line.id in entry["subject"] and "19200 8N1" in entry["subject"]


def test_a_stop_in_the_middle_of_a_scan_is_orderly(bench: Bench, line: Bus) -> None:
    gateway = hasty(bench, line)
    gateway.start()
    begun = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "scan", line.id], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: state(gateway, line).get("asked", 0) > 3, 20, lambda: "it runs")
        assert gateway.stop() == 0
        _, err = begun.communicate(timeout=20)
    finally:
        begun.kill()
        begun.wait(10)
    assert begun.returncode == 69 and err.strip()

def crew(gateway: Gateway, place: int, time: str) -> None:
    """A crew begins to work at a cover."""
    work = ("--order", "W-17", "--crew", "B2", "--reason", "a new head")
    begun = gateway.ask("maintenance", "start", cover(place), *work, "--for", time)
    assert begun.exit == 0, begun


def blind_time_refused(gateway: Gateway, bus: Bus) -> int:
    """How many seconds of maintenance a scan at other settings asks for when it is refused because unit 3 lives."""
    answer = scan(gateway, bus.id, "--other-settings", "--yes")
    said = re.search(r"start maintenance at every cover of the bus, for at least (\d+) s", answer.err)
    assert answer.exit == 1 and said and not answer.out, answer
    assert f"unit 3 (人民路56号井 {cover(188)}/ch4 (人民路与长安路口东南角)) of bus {bus.id} is not known to be dead" in answer.err, answer
    return int(said[1])


def post(gateway: Gateway, path: str, **body: Any) -> None:
    """One request, without the time that a program takes to start."""
    reply = ask(gateway.socket, path, "POST", json.dumps(body))
    assert reply.status == 200, reply


def test_a_live_bus_is_taken_to_other_settings_only_while_a_crew_is_at_every_cover(bench: Bench) -> None:
    # Two seconds between polls: a scan needs gaps of half a second.
    heads = [Slave(3, XCD, cover(188), "ch4", "2 s"), Slave(4, XCD, cover(189), "ch4", "2 s")]
    line, platform = bench.rtu(*heads, Slave(12, XCD, cover(190), "new")), bench.platform()
    for unit, baud in {3: 9600, 4: 9600, 12: 19_200}.items():
        line.set(unit, baud=baud)
    gateway = hasty(bench, line, sensors=2)
    gateway.start()
    until(lambda: all_good(gateway), 20, lambda: f"both are read\n{gateway.ask('sensors', as_json=False).out}")

    # Nobody is there; a crew is at one cover only; one of the two not for long enough.
    blind = blind_time_refused(gateway, line)
    crew(gateway, 188, "10 min")
    assert blind_time_refused(gateway, line) == blind > 2
    crew(gateway, 189, f"{blind - 1} s")
    assert blind_time_refused(gateway, line) == blind
    crew(gateway, 189, "10 min")

    # The time is said before anything is done.
    warning = f"will not be read for up to {blind} s"
    unasked = scan(gateway, line.id, "--other-settings")
    assert unasked.exit == 64 and warning in unasked.err and "--yes" in unasked.err, unasked
    assert "was not scanned" in gateway.ask("bus", "scan", "--stop", line.id, as_json=False).err

    # A crew that ends before the line is taken: the order was good, the line stays.
    connects = gateway.ask("bus", "stats").json["buses"][0]["connects"]
    post(gateway, "/v1/buses/scan", bus=line.id, other_settings=True)
    post(gateway, "/v1/maintenance/stop", cover=cover(189))
    until(lambda: state(gateway, line)["problem"], 30, lambda: f"it comes to other settings: {state(gateway, line)}")
    left_out = gateway.ask("bus", "scan", "--stop", line.id).json
    words = f"unit 3 answers, and no crew is at every cover of the bus for {blind} s"
    assert left_out["problem"].endswith(f"other settings were left out: {words}"), left_out
    assert 12 not in [device["unit"] for device in left_out["devices"]], left_out
    assert gateway.ask("bus", "stats").json["buses"][0]["connects"] == connects, "the line was never given away"

    crew(gateway, 189, "10 min")
    begun = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "scan", line.id, "--other-settings", "--yes"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: gateway.ask("bus", "stats").json["buses"][0]["connects"] > connects, 60,
              lambda: f"the bus is back at its own settings: {state(gateway, line)}")
        until(lambda: all_good(gateway), 20, lambda: f"values are back\n{gateway.ask('sensors', as_json=False).out}")
        gateway.ask("bus", "scan", "--stop", line.id)
        out, err = begun.communicate(timeout=20)
    finally:
        begun.kill()
        begun.wait(10)
    assert begun.returncode == 0 and warning in err, (begun.returncode, out, err)
    assert f"found unit 12 at 19200 8N1: {XCD}" in out and "found unit 12 at 9600" not in out, out
    for place in (188, 189):
        mine = [reading for reading in platform.ledger.readings() if reading["cover"] == cover(place)]
        said = [number for number, reading in enumerate(mine) if reading.get("reason") == "disconnected"]
        assert said, "readings say that the line is away"
        away = mine[said[0]:said[-1] + 1]
        assert len(away) == len(said) and all(reading["value"] is None for reading in away), away

    gateway.ask("maintenance", "stop", cover(188))
    assert blind_time_refused(gateway, line) == blind
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    audit = [json.loads(row) for row in (gateway.store / "audit.log").read_text().splitlines()]
    assert sum(row["action"] == "bus.scan" for row in audit) == 2, "those that were refused took nothing from the bus"
