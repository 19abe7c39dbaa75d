"""Bad input, first half: what is written wrong, and what is taken twice."""
from __future__ import annotations

import re

from lab.bench import Bench
from lab.gateway import Gateway, program, run
from lab.wait import for_seconds, until

ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<key>[^:]+): (?P<message>.+)$", re.MULTILINE)


def spoil(gateway: Gateway) -> None:
    """Three mistakes: an unknown key, a unit that is none, a bus that is not there."""
    gateway.configuration["gateway"]["colour"] = "red"
    sensors = next(iter(gateway.configuration["covers"]))["sensors"]
    next(iter(sensors.values())).update({"every": "5 parsecs", "bus": "nowhere"})
    gateway.write()


def complain_about_all(text: str, gateway: Gateway) -> None:
    """Fails unless all three mistakes are named where they stand."""
    found = {match["key"]: match for match in ERROR.finditer(text)}
    lines = gateway.file.read_text().splitlines()
    for name, value in (("colour", "red"), ("every", "5 parsecs"), ("bus", "nowhere")):
        key = next((key for key in found if key.endswith(name)), None)
        assert key, f"no error line for {name}:\n{text}"
        line = lines[int(found[key]["line"]) - 1]
        assert name in line and value in line, f"{key} is said to stand in line {found[key]['line']}: {line}"
        assert found[key]["file"].endswith("gateway.yaml")


def test_check_prints_all_errors_at_once(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(1))
    good = run(program("gatewayd"), "check", "--config", str(gateway.file))
    assert good.exit == 0, good.out + good.err
    spoil(gateway)
    answer = run(program("gatewayd"), "check", "--config", str(gateway.file))
    assert answer.exit == 78
    complain_about_all(answer.out + answer.err, gateway)


def test_run_with_a_broken_file_starts_nothing(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(1))
    spoil(gateway)
    answer = run(program("gatewayd"), "run", "--config", str(gateway.file))
    assert answer.exit == 78
    complain_about_all(answer.err, gateway)
    assert not gateway.socket.exists()
    assert gateway.ask("status").exit == 69


def test_text_that_is_no_yaml_and_a_missing_file(bench: Bench) -> None:
    gateway = bench.gateway(bench.tcp(1))
    gateway.file.write_text("schema: 1\ngateway: {id: x\n")
    answer = run(program("gatewayd"), "check", "--config", str(gateway.file))
    assert answer.exit == 78 and "error:" in answer.out + answer.err
    gateway.file.unlink()
    answer = run(program("gatewayd"), "check", "--config", str(gateway.file))
    assert answer.exit == 78 and str(gateway.file) in answer.out + answer.err


def test_a_broken_file_falls_back_to_the_last_good_one(bench: Bench) -> None:
    platform = bench.platform()
    gateway = bench.gateway(bench.tcp(1))
    gateway.start()
    assert gateway.ask("status").json["configuration"]["state"] == "current"
    until(lambda: platform.ledger.readings(), 20, "readings arrive")
    gateway.stop()
    good = gateway.file.read_text()
    spoil(gateway)

    gateway.start()
    status = gateway.ask("status").json
    assert status["configuration"]["state"] == "last-good"
    complain_about_all("\n".join(status["configuration"]["errors"]), gateway)
    assert not status["healthy"] and status["problems"]
    assert gateway.ask("status").exit == 1
    refused = until(
        lambda: platform.ledger.alarm(rule="configuration-refused", to="unacknowledged"), 30, "configuration-refused arrives"
    )
    assert refused["point"] is None
    before = len(platform.ledger.readings())
    until(lambda: len(platform.ledger.readings()) > before + 2, 20, "readings go on with the last good configuration")

    gateway.stop()
    gateway.file.write_text(good)
    gateway.start()
    assert gateway.ask("status").json["configuration"]["state"] == "current"
    assert platform.ledger.complaints() == []


def test_a_second_daemon_on_the_same_store_is_refused(bench: Bench) -> None:
    bus = bench.tcp(1)
    first = bench.gateway(bus)
    first.start()
    second = bench.gateway(bus, folder="second", store={"path": str(first.store)})
    second.child.start()
    assert second.child.wait(20) not in (0, -11, -6, -4), "refused, neither content nor crashed"
    assert str(first.child.pid) in second.child.output(), f"the holder is named:\n{second.child.tail()}"
    assert first.ask("status").exit in (0, 1)


def test_a_second_daemon_on_the_same_serial_line_is_refused(bench: Bench) -> None:
    line = bench.rtu()
    first = bench.gateway(line)
    first.start()
    until(lambda: has_quality(first, "good"), 20, "the first daemon reads")
    second = bench.gateway(line, folder="second", gateway="gw-second")
    second.child.start()

    def names_the_holder() -> bool:
        said = second.child.output() + second.ask("bus", "stats").out
        return re.search(rf"\b{first.child.pid}\b", said) is not None

    until(names_the_holder, 20, lambda: f"the second daemon names pid {first.child.pid}\n{second.child.tail()}")
    for_seconds(4, first.child.must_run)
    assert not (second.child.running and has_quality(second, "good")), "the second daemon reads nothing"
    readings = first.ask("sensors").json["sensors"]
    assert all(reading["quality"] == "good" for reading in readings), f"the first daemon is disturbed: {readings}"


def has_quality(gateway: Gateway, quality: str) -> bool:
    """True when some point's last reading has this quality."""
    answer = gateway.ask("sensors")
    return answer.exit == 0 and any(reading["quality"] == quality for reading in answer.json["sensors"])
