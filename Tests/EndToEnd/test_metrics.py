"""Metrics: an independent parser takes them, they say what gatewayctl says, counters never fall, and TCP only reads."""
from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.bench import KELLER, WITMOTION, XCD, Bench, cover
from lab.broker import free_port
from lab.bus import Slave
from lab.gateway import REPOSITORY, Gateway
from lab.scrape import Scrape, ask
from lab.wait import until

PLACE = cover(188)
GAS = f"{PLACE}/ch4/gas"
UNITS = {"seconds", "bytes", "records", "messages", "topics"}
UNFITTING = {"ms", "milliseconds", "minutes", "percent", "kilobytes", "count", "sum", "bucket"}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A daemon that has read every sensor once and reads on demand only; the inclinometer does not answer."""
    made = Bench(tmp_path_factory.mktemp("quiet") / "b")
    try:
        made.platform()
        bus = made.rtu(*(Slave(*each, every="1 h") for each in (
            (3, XCD, PLACE, "ch4"), (80, WITMOTION, PLACE, "tilt"), (1, KELLER, PLACE, "level"))))
        bus.set(80, silent=True)
        gateway = made.gateway(bus)
        gateway.configuration["diagnostics"]["http"] = f"127.0.0.1:{free_port()}"
        gateway.configuration["covers"][0]["name"] = '人民路 "56" \\ 号井'
        gateway.write()
        gateway.start()
        until(lambda: at_rest(gateway), 30, lambda: f"everything is read and delivered\n{gateway.ask('sensors').out}")
        yield made
    finally:
        made.close()


def at_rest(gateway: Gateway) -> bool:
    """True when every sensor was read and every record delivered."""
    rows = gateway.ask("sensors").json["sensors"]
    lanes, uplink = gateway.ask("outbox", "stats").json["lanes"], gateway.uplink()
    read = all(row["time"] or row["reason"] not in (None, "not-read-yet") for row in rows)
    return read and uplink["state"] == "connected" and uplink["inflight_messages"] == 0 and all(
        lane["waiting"] == 0 for lane in lanes)


def port(gateway: Gateway) -> int:
    """The port of `diagnostics.http`."""
    return int(gateway.configuration["diagnostics"]["http"].rsplit(":", 1)[1])


def test_socket_and_port_give_metrics_that_a_parser_takes(quiet: Bench) -> None:
    gateway = quiet.gateways[0]
    over_socket, over_tcp = Scrape(gateway.socket), Scrape(port(gateway))
    assert set(over_socket.values) == set(over_tcp.values) and over_socket.types == over_tcp.types
    assert len(over_tcp.types) > 40
    names = over_tcp.only("gatewayd_cover_info")
    assert names == {"cover": PLACE, "name": '人民路 "56" \\ 号井'}, "odd names arrive as they are"


def test_names_follow_the_conventions(quiet: Bench) -> None:
    scrape = Scrape(quiet.gateways[0].socket)
    for name, kind in scrape.types.items():
        words = name.split("_")
        assert re.fullmatch(r"(gatewayd|process)(_[a-z][a-z0-9]*)+", name), name
        assert (kind == "counter") == name.endswith("_total"), name
        assert kind in ("counter", "gauge") and not UNFITTING & set(words), name
        assert scrape.helps[name].endswith("."), name
        where = [at for at, word in enumerate(words) if word in UNITS]
        behind = [word for word in words[where[-1] + 1:]] if where else []
        assert behind in ([], ["total"]), f"{name}: the unit stands last"
    for name, labels in scrape.values:
        assert all(re.fullmatch(r"[a-z][a-z_]*", label) for label, _ in labels), name


def test_the_page_describes_every_metric(quiet: Bench) -> None:
    page = (REPOSITORY / "docs/metrics.md").read_text()
    described = {cells[1].strip(" `"): cells[2].strip() for cells in
                 (line.split("|") for line in page.splitlines() if line.startswith(("| `gatewayd_", "| `process_")))}
    for name, kind in Scrape(quiet.gateways[0].socket).types.items():
        assert described.get(name) == kind, name


def test_the_dashboard_asks_for_metrics_that_are_there(quiet: Bench) -> None:
    dashboard = json.loads((REPOSITORY / "docs/grafana/gatewayd.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    queries += [variable["definition"] for variable in dashboard["templating"]["list"]]
    used = {name for query in queries for name in re.findall(r"\b(?:gatewayd|process)_[a-z0-9_]+", query)}
    assert len(used) > 20 and used <= set(Scrape(quiet.gateways[0].socket).types)
    assert all("${DS_PROMETHEUS}" == panel["datasource"]["uid"] for panel in dashboard["panels"] if panel["type"] != "row")


def test_status_and_sensors_say_the_same(quiet: Bench) -> None:
    gateway = quiet.gateways[0]
    status, scrape = gateway.ask("status").json, Scrape(port(gateway))
    assert scrape.only("gatewayd_build_info") == {"version": status["version"]}
    assert scrape.only("gatewayd_gateway_info") == {key: status[key] for key in ("gateway", "boot", "store")}
    assert scrape.only("gatewayd_configuration_info") == {"hash": status["configuration"]["hash"]}
    assert scrape.value("gatewayd_healthy") == status["healthy"] == 0, "the inclinometer is silent"
    assert scrape.value("gatewayd_problems") == len(status["problems"])
    assert scrape.value("gatewayd_configuration_current") == 1 and scrape.value("gatewayd_simulated") == 0
    assert scrape.value("gatewayd_clock_state", state=status["clock"]) == 1
    assert scrape.value("gatewayd_clock_synced") == (status["clock"] == "synced")
    assert status["uptime_seconds"] <= scrape.value("gatewayd_uptime_seconds") < status["uptime_seconds"] + 20
    rows = gateway.ask("sensors").json["sensors"]
    assert {row["quality"] for row in rows} == {"good", "bad"}
    for row in rows:
        point = {key: row[key] for key in ("cover", "sensor", "channel")}
        value = scrape.value("gatewayd_point_value", **point, quantity=row["quantity"], unit=row["unit"])
        assert value == row["value"], row
        for quality in ("good", "uncertain", "bad"):
            assert scrape.value("gatewayd_point_quality", **point, quality=quality) == (row["quality"] == quality)
        assert 0 <= scrape.value("gatewayd_point_age_seconds", **point) <= row["age_seconds"]
    for sensor in {(row["cover"], row["sensor"]) for row in rows}:
        counts = [scrape.value("gatewayd_readings_total", cover=sensor[0], sensor=sensor[1], quality=quality)
                  for quality in ("good", "uncertain", "bad")]
        assert sum(counts) == sum((row["cover"], row["sensor"]) == sensor for row in rows), "each channel was read once"
        assert bool(counts[2]) == (sensor[1] == "tilt")


def test_bus_outbox_and_uplink_say_the_same(quiet: Bench) -> None:
    gateway = quiet.gateways[0]
    buses, lanes = gateway.ask("bus", "stats").json["buses"], gateway.ask("outbox", "stats").json["lanes"]
    uplink, scrape = gateway.uplink(), Scrape(port(gateway))
    for bus in buses:
        assert scrape.value("gatewayd_bus_connected", bus=bus["id"]) == bus["connected"]
        assert scrape.value("gatewayd_bus_busy_seconds_total", bus=bus["id"]) == bus["busy_seconds"] > 0
        assert scrape.value("gatewayd_bus_opens_total", bus=bus["id"]) == bus["connects"]
        assert scrape.value("gatewayd_bus_stray_bytes_total", bus=bus["id"]) == bus["stray_bytes"]
        for unit in bus["units"]:
            where = {"bus": bus["id"], "unit_address": str(unit["unit"])}
            for key in ("transactions", "replies", "timeouts", "checksum_errors", "mismatches", "exceptions", "probes"):
                assert scrape.value(f"gatewayd_bus_unit_{key}_total", **where) == unit[key], (where, key)
            longest = scrape.value("gatewayd_bus_unit_reply_max_seconds", **where)
            assert longest == (pytest.approx(unit["latency_max_ms"] / 1000) if unit["replies"] else None)
            total = scrape.value("gatewayd_bus_unit_reply_seconds_total", **where)
            assert total == pytest.approx(unit["latency_total_ms"] / 1000)
            if unit["replies"]:
                assert total / unit["replies"] == pytest.approx(unit["latency_mean_ms"] / 1000)
            assert scrape.value("gatewayd_bus_unit_resynchronising", **where) == unit["resynchronising"]
    for lane in lanes:
        where = {"lane": lane["lane"]}
        for name, key in (("size_bytes", "bytes"), ("limit_bytes", "max_bytes"), ("committed_records_total", "committed"),
                          ("evicted_records_total", "evicted"), ("corrupt_records_total", "corrupt"),
                          ("dropped_records_total", "dropped")):
            assert scrape.value(f"gatewayd_outbox_{name}", **where) == lane[key], (lane, key)
        for cursor in lane["uplinks"]:
            assert scrape.value("gatewayd_outbox_waiting_records", **where, uplink=cursor["id"]) == cursor["waiting"]
    where = {"uplink": uplink["id"]}
    for name, key in (("sent_messages_total", "sent"), ("acknowledged_messages_total", "acknowledged"),
                      ("refused_messages_total", "refused"), ("reconnects_total", "reconnects"),
                      ("inflight_messages", "inflight_messages"), ("inflight_bytes", "inflight_bytes"),
                      ("window_bytes", "window_bytes")):
        assert scrape.value(f"gatewayd_uplink_{name}", **where) == uplink[key], key
    assert scrape.value("gatewayd_uplink_state", **where, state=uplink["state"]) == 1 == scrape.value(
        "gatewayd_uplink_connected", **where)
    assert scrape.value("gatewayd_uplink_unheard_topics", **where) == len(uplink["nobody_listening"])
    assert scrape.value("gatewayd_uplink_last_acknowledgement_timestamp_seconds", **where) == pytest.approx(
        seconds(uplink["last_ack"]), abs=0.002)
    assert scrape.value("gatewayd_uplink_next_attempt_seconds", **where) is None


def seconds(time: str) -> float:
    """Seconds since 1970 of a time in RFC 3339."""
    from datetime import datetime
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def test_the_process_is_described_as_the_kernel_does(quiet: Bench) -> None:
    gateway = quiet.gateways[0]
    scrape, folder = Scrape(port(gateway)), Path(f"/proc/{gateway.child.pid}")
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", (folder / "status").read_text())[1]) * 1024
    assert scrape.value("process_resident_memory_bytes") == pytest.approx(resident, rel=0.2)
    assert scrape.value("process_threads") == pytest.approx(len(list((folder / "task").iterdir())), abs=2)
    assert scrape.value("process_open_fds") == pytest.approx(len(list((folder / "fd").iterdir())), abs=4)
    assert scrape.value("process_cpu_seconds_total") > 0


def test_the_port_reads_and_refuses_the_rest(quiet: Bench) -> None:
    gateway = quiet.gateways[0]
    for path in ("status", "sensors", "alarms", "buses", "gpio", "outbox", "uplinks", f"sensors?cover={PLACE}"):
        reply = ask(port(gateway), f"/v1/{path}")
        assert reply.status == 200 and set(json.loads(reply.text)), path
    before = Scrape(gateway.socket)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path, body in (("/v1/read", {"point": GAS}), ("/v1/alarms/ack", {"alarm": "x"}), ("/v1/alarms", {}),
                           ("/metrics", {})):
            reply = ask(port(gateway), path, method, json.dumps(body))
            assert reply.status == 403 and json.loads(reply.text)["error"] == "not-allowed", (method, path, reply)
    assert ask(port(gateway), "/v1/alarms/ack").status == 405 and ask(port(gateway), "/v1/nothing").status == 404
    after = Scrape(gateway.socket)
    assert [after.values[each] for each in sorted(before.series("counter")) if each[0].startswith("gatewayd_bus_unit")] == [
        before.values[each] for each in sorted(before.series("counter")) if each[0].startswith("gatewayd_bus_unit")]
    assert not (gateway.store / "audit.log").exists() or "alarm.acknowledge" not in (gateway.store / "audit.log").read_text()


def test_counters_never_fall_and_labels_stay_bounded(quiet: Bench) -> None:
    gateway, bus = quiet.gateways[0], quiet.buses[0]
    before = Scrape(port(gateway))
    bus.set(3, methane=30.0)
    try:
        def raised() -> list[Any]:
            gateway.ask("read", GAS)
            return [row for row in gateway.ask("alarms", "list").json["alarms"] if row["rule"] == "methane-high"]
        alarm = until(raised, 20, "the alarm is raised", every=0.5)[0]
        during = Scrape(port(gateway))
        assert during.value("gatewayd_alarms", severity="2", state="unacknowledged") == 1
        assert during.value("gatewayd_alarm_transitions_total", severity="2", state="unacknowledged") == 1
        assert alarm["alarm"] not in str(during.values) and "methane-high" not in str(during.values)
        refused = ask(port(gateway), "/v1/alarms/ack", "POST", json.dumps({"alarm": alarm["alarm"]}))
        assert refused.status == 403 and gateway.ask("alarms", "list").json["alarms"][0]["state"] == "unacknowledged"
        assert gateway.ask("alarms", "ack", alarm["alarm"]).exit == 0
    finally:
        bus.set(3, methane=1.0)
    until(lambda: gateway.ask("read", GAS).exit == 0 and not gateway.ask("alarms", "list").json["alarms"], 20, "all is normal",
          every=0.5)
    after = Scrape(port(gateway))
    for one, next_one in ((before, during), (during, after)):
        assert one.series("counter") == next_one.series("counter"), "whatever happened, no new labels"
        fallen = [each for each in one.series("counter") if next_one.values[each] < one.values[each]]
        assert not fallen
    grown = {each[0] for each in before.series("counter") if after.values[each] > before.values[each]}
    assert {"gatewayd_readings_total", "gatewayd_bus_unit_replies_total", "gatewayd_bus_busy_seconds_total",
            "gatewayd_outbox_committed_records_total", "gatewayd_alarm_transitions_total"} <= grown
    gone = {name for name, _ in before.series("gauge") ^ after.series("gauge")}
    assert gone <= {"gatewayd_uplink_next_attempt_seconds"}
    assert after.value("gatewayd_alarms", severity="2", state="unacknowledged") == 0


def test_a_taken_port_is_tried_again_and_the_rest_goes_on(bench: Bench) -> None:
    gateway = bench.gateway(bench.rtu())
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        gateway.configuration["diagnostics"]["http"] = f"127.0.0.1:{taken}"
        gateway.write()
        gateway.start()
        until(lambda: f"something else listens at 127.0.0.1:{taken}" in gateway.child.tail(100), 30, gateway.child.tail)
        assert Scrape(gateway.socket).value("gatewayd_build_info", **Scrape(gateway.socket).only("gatewayd_build_info")) == 1

    def serves() -> bool:
        try:
            return ask(taken, "/metrics").status == 200
        except OSError:
            return False
    until(serves, 20, gateway.child.tail)
    assert gateway.stop() == 0


def test_a_port_for_everybody_is_warned_of_and_none_is_open_by_default(bench: Bench) -> None:
    gateway = bench.gateway(bench.rtu())
    wide = free_port()
    gateway.configuration["diagnostics"]["http"] = f"0.0.0.0:{wide}"
    gateway.write()
    gateway.start()
    until(lambda: "whoever reaches it can read everything" in gateway.child.tail(100), 30, gateway.child.tail)
    until(lambda: f"http=0.0.0.0:{wide}" in gateway.child.tail(100), 30, gateway.child.tail)
    assert gateway.stop() == 0
    del gateway.configuration["diagnostics"]["http"]
    gateway.write()
    gateway.start()
    with pytest.raises(OSError):
        ask(wide, "/metrics")
