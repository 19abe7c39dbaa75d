"""Looking at a bus without a laptop: one read, one write, the frames as they come, a capture that Wireshark opens."""
from __future__ import annotations

import json
import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest

from conftest import all_good
from lab.bench import WITMOTION, XCD, Bench, cover
from lab.bus import MODBUS_RTU, MODBUS_TCP, Bus, Slave
from lab.gateway import Answer, Gateway, ctl, program, run
from lab.terminal import Terminal
from lab.wait import until

NOBODY_THERE = 99
FREE = 1000  # where the slaves' memory begins
BUSES = ["rs485-1", "plc"]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A pty line, a Modbus TCP peer and a chip that is not there, under a running daemon."""
    made = Bench(tmp_path_factory.mktemp("diagnosis") / "b")
    try:
        slaves = [Slave(3, XCD, cover(188), "ch4"), Slave(80, WITMOTION, cover(188), "tilt")]
        line = made.bus("rs485-1", MODBUS_RTU, slaves, "lab.memory")
        network = made.bus("plc", MODBUS_TCP, [Slave(3, XCD, cover(189), "ch4")], "lab.memory")
        line.response_timeout = network.response_timeout = "300 ms"
        gateway = made.gateway(line, network)
        gateway.configuration["buses"]["box"] = {"kind": "gpio", "chip": "pinctrl-bcm2711"}
        gateway.write()
        gateway.start()
        until(lambda: all_good(gateway), 30, lambda: f"every point is good\n{gateway.ask('sensors', as_json=False).out}")
        yield made
    finally:
        made.close()


@pytest.fixture
def gateway(street: Bench) -> Gateway:
    """The daemon of the street."""
    return street.gateways[0]


def crc(data: bytes) -> bytes:
    """The checksum of a serial frame, bit by bit (Modbus over Serial Line V1.02, §6.2.2)."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


def pdu(bus: str, frame: str) -> bytes:
    """Function code and data of a frame whose wrapping is right."""
    data = bytes.fromhex(frame)
    if bus == "plc":
        assert data[2:4] == b"\0\0" and struct.unpack(">H", data[4:6])[0] == len(data) - 6, frame
        return data[7:]
    assert crc(data[:-2]) == data[-2:], frame
    return data[1:-2]


def narrow(answer: Answer) -> Answer:
    """The answer, whose lines fit 80 columns."""
    assert all(len(line) <= 80 for line in answer.out.splitlines()), answer.out
    return answer


def exchange(gateway: Gateway, target: str) -> Any:
    """What the daemon answers to a question that gatewayctl does not ask."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(gateway.socket))
        connection.sendall(f"GET {target} HTTP/1.1\r\nhost: gatewayd\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b" 200 " in head.splitlines()[0], answer
    return json.loads(body)


def audit(gateway: Gateway, action: str = "bus.write") -> list[dict[str, Any]]:
    """The writes on record, or their outcomes."""
    path = gateway.store / "audit.log"
    lines = path.read_text().splitlines() if path.is_file() else []
    return [entry for entry in map(json.loads, lines) if entry["action"] == action]


def written(bus: Bus) -> list[dict[str, Any]]:
    """The writes that a bus's slaves have carried out."""
    entries = [json.loads(line) for line in bus.log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [entry["written"] for entry in entries if "written" in entry]


@pytest.mark.parametrize("bus", BUSES)
def test_raw_shows_the_words_in_every_type_and_the_frames_that_carried_them(gateway: Gateway, bus: str) -> None:
    asked = gateway.ask("bus", "raw", bus, "3", "holding", "2", "2")
    assert asked.exit == 0, asked
    report = asked.json
    value = struct.unpack(">f", struct.pack(">HH", *report["words"]))[0]
    assert 5 < value < 5.2, "the methane of unit 3"
    request, reply = report["frames"]
    assert (request["kind"], reply["kind"]) == ("request", "reply") and reply["problem"] == ""
    assert pdu(bus, request["hex"]) == bytes([3, 0, 2, 0, 2])
    assert pdu(bus, reply["hex"]) == bytes([3, 4]) + struct.pack(">HH", *report["words"])
    assert 0 < report["latency_ms"] < 300 and report["problem"] is None

    def form(kind: str, words: str, in_word: str) -> float:
        return next(float(row["value"]) for row in report["forms"] if row["offset"] == 0 and row["type"] == kind
                    and row["word_order"] == words and row["byte_order"] == in_word)
    data = struct.pack(">HH", *report["words"])
    assert form("float32", "big", "big") == pytest.approx(value, rel=1e-6)
    assert form("uint32", "little", "big") == int.from_bytes(data[2:] + data[:2], "big")
    assert form("int32", "little", "little") == int.from_bytes(data[::-1], "big", signed=True)

    text = narrow(gateway.ask("bus", "raw", bus, "3", "input", str(FREE + 5), "4", as_json=False))
    assert text.exit == 0 and f"{bus}, unit 3: read input 1005 to 1008 (4 registers)" in text.out
    for row in ("1005  0x03ed    1005", "1008  0x03f0    1008", "AB CD", "DC BA", "HG FE DC BA", "float32", "→ ", "← "):
        assert row in text.out, text.out


@pytest.mark.parametrize("bus", BUSES)
def test_raw_shows_bits_and_takes_two_registers_or_sixteen_bits_unless_told(gateway: Gateway, bus: str) -> None:
    bits = gateway.ask("bus", "raw", bus, "3", "coil", str(FREE))
    assert bits.exit == 0 and bits.json["words"] == [int(number % 3 == 0) for number in range(16)]
    assert gateway.ask("bus", "raw", bus, "3", "input", str(FREE)).json["words"] == [1000, 1001]
    text = narrow(gateway.ask("bus", "raw", bus, "3", "discrete", str(FREE), "12", as_json=False)).out
    assert "   1000   1   0   1   0   1   0   1   0   1   0\n   1010   1   0\n" in text, text


def test_raw_of_a_unit_that_is_not_there_says_so_and_hurts_nobody(gateway: Gateway) -> None:
    asked = gateway.ask("bus", "raw", "rs485-1", str(NOBODY_THERE), "holding", "0")
    assert asked.exit == 1 and asked.json["words"] == [] and asked.json["problem"].startswith("timeout: no reply"), asked
    assert [frame["kind"] for frame in asked.json["frames"]] == ["request", "silence"]
    until(lambda: "no reply" in gateway.ask("bus", "raw", "rs485-1", str(NOBODY_THERE), "holding", "0", as_json=False).out, 30,
          "after its rest it is asked again")
    until(lambda: all_good(gateway), 20, "nobody else was hurt")


@pytest.mark.parametrize("bus", BUSES)
def test_raw_of_a_register_the_unit_does_not_have_names_the_exception(gateway: Gateway, bus: str) -> None:
    asked = narrow(gateway.ask("bus", "raw", bus, "3", "holding", "500", as_json=False))
    assert asked.exit == 1 and "exception" in asked.out and "illegal data address" in asked.out, asked
    assert "40001" not in asked.out
    manual = gateway.ask("bus", "raw", bus, "0x3", "holding", "0X9c41", as_json=False)
    assert manual.exit == 1 and "read holding 40001 to 40002" in manual.out, manual
    assert "a manual's 40001 is holding 0, its 30001 input 0" in manual.out


@pytest.mark.parametrize("arguments, words", [
    (["nowhere", "3", "holding", "0"], ["no bus nowhere", "rs485-1", "plc"]),
    (["box", "3", "holding", "0"], ["box", "lines"]),
    (["rs485-1", "0", "holding", "0"], ["1 to 247", "found 0"]),
    (["rs485-1", "248", "holding", "0"], ["1 to 247", "found 248"]),
    (["plc", "256", "holding", "0"], ["0 to 255", "found 256"]),
    (["rs485-1", "3", "holding", "0", "126"], ["1 to 125 registers", "found 126"]),
    (["rs485-1", "3", "input", "0", "0"], ["1 to 125 registers", "found 0"]),
    (["rs485-1", "3", "coil", "0", "2001"], ["1 to 2000 bits", "found 2001"]),
    (["rs485-1", "3", "holding", "65536"], ["0 to 65535", "found 65536"]),
    (["rs485-1", "3", "holding", "65535", "2"], ["0 to 65535", "2 items"]),
    (["rs485-1", "3", "registers", "0"], ["coil", "holding"]),
    (["rs485-1", "3", "holding", "9223372036854775807", "125"], ["0 to 65535"]),
    (["rs485-1", "3", "holding", "4O"], ["40 or 0x28", "found 4O"]),
    (["rs485-1", "3", "holding", "0x+5"], ["40 or 0x28", "found 0x+5"]),
    (["rs485-1", "0x", "holding", "0"], ["40 or 0x28", "found 0x"]),
])
def test_raw_of_what_cannot_be_is_a_clear_refusal(gateway: Gateway, arguments: list[str], words: list[str]) -> None:
    asked = gateway.ask("bus", "raw", *arguments)
    assert asked.exit == 64 and not asked.out and all(word in asked.err for word in words), asked


def test_the_other_verbs_refuse_as_clearly(gateway: Gateway, tmp_path: Path) -> None:
    for verb in (["trace", "nowhere"], ["trace", "box"], ["write", "box", "3", "coil", "0", "1", "--yes"]):
        asked = gateway.ask("bus", *verb)
        assert asked.exit == 64 and asked.err.startswith("gatewayctl: "), asked
    for verb in (["trace", "rs485-1", "--seconds", "0"], ["trace", "rs485-1", "--unit", "256"],
                 ["trace", "rs485-1", "--seconds", "1", "--pcap", "-"],
                 ["trace", "rs485-1", "--seconds", "1", "--pcap", str(tmp_path / "none" / "x.pcap")]):
        assert gateway.ask("bus", *verb).exit == 64, verb
    for verb in (["raw", "rs485-1", "3", "holding", "0"], ["trace", "rs485-1"], ["stats"]):
        assert ctl("--socket", str(tmp_path / "none"), "bus", *verb).exit == 69, verb
    highest = f"/v1/buses/trace?bus=rs485-1&after={2**64 - 1}"
    assert len(exchange(gateway, highest)["frames"]) == 0
    assert gateway.ask("status").exit in (0, 1), "the daemon lives"


@pytest.mark.parametrize("bus", BUSES)
def test_trace_shows_what_is_asked_and_answered_until_it_is_interrupted(gateway: Gateway, bus: str, tmp_path: Path) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    with open(out, "wb") as to, open(err, "wb") as complaints:
        trace = subprocess.Popen(
            [program("gatewayctl"), "--socket", str(gateway.socket), "--json", "bus", "trace", bus], stdout=to,
            stderr=complaints)
    try:
        until(lambda: b"following" in err.read_bytes(), 30, "the trace has begun")

        def frames() -> list[dict[str, Any]]:
            return [json.loads(line) for line in out.read_text().splitlines(keepends=True) if line.endswith("\n")]

        answer = gateway.ask("bus", "raw", bus, "3", "input", str(FREE + 7), "1").json
        numbers = [frame["number"] for frame in answer["frames"]]
        until(lambda: {frame["number"] for frame in frames()} >= set(numbers), 30, "the frames of the raw read are traced")
        seen = frames()
        assert [frame for frame in seen if frame["number"] in numbers] == [
            {**frame, "time": other["time"]} for frame, other in
            zip(answer["frames"], [frame for frame in seen if frame["number"] in numbers])]
        every = [frame["number"] for frame in seen]
        assert every == list(range(every[0], every[0] + len(every))), "none was missed"
        trace.send_signal(signal.SIGINT)
        assert trace.wait(30) == 0
        assert f"{len(frames())} frames" in err.read_text() and "missed" not in err.read_text()
    finally:
        trace.kill()
        trace.wait()


def test_trace_for_people_ends_by_time_or_when_its_reader_leaves(gateway: Gateway) -> None:
    told = gateway.ask("bus", "trace", "rs485-1", "--seconds", "2.5", "--unit", "3", as_json=False)
    lines = told.out.splitlines()
    asked = [line for line in lines if " →   3  read holding " in line]
    assert told.exit == 0 and asked and all("03 03 00" in line for line in asked), told
    assert any(" ←   3  " in line for line in lines) and not any("  80  " in line for line in lines), told
    command = [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "trace", "rs485-1"]
    ended = run("bash", "-c", '"$@" | head -n 1; echo "${PIPESTATUS[0]}"', "bash", *command)
    assert ended.out.splitlines()[-1] == "0", ended


@pytest.mark.parametrize("bus", BUSES)
def test_wireshark_opens_the_capture_as_modbus(gateway: Gateway, bus: str, tmp_path: Path) -> None:
    capture = tmp_path / "bus.pcap"
    trace = subprocess.Popen(
        [program("gatewayctl"), "--socket", str(gateway.socket), "bus", "trace", bus, "--seconds", "8", "--pcap", str(capture)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert trace.stderr is not None
        assert "following" in trace.stderr.readline()
        gateway.ask("bus", "raw", bus, "3", "input", str(FREE + 42), "2")
        gateway.ask("bus", "raw", bus, "3", "holding", "500", "1")
        gateway.ask("bus", "write", bus, "3", "holding", str(FREE + 3), "77", "78", "--yes")
        assert trace.wait(40) == 0
        assert str(capture) in trace.stderr.read()
    finally:
        trace.kill()
        trace.wait()
    header = capture.read_bytes()[:24]
    assert struct.unpack("<IHHiIII", header) == (0xA1B2C3D4, 2, 4, 0, 0, 65535, 252)
    assert shutil.which("tshark"), "tshark is not installed: run scripts/install-dependencies.sh"

    def shown(*options: str) -> str:
        done = run("tshark", "-r", str(capture), *options)
        assert done.exit == 0, done
        return done.out
    lines = shown().splitlines()
    protocol = "Modbus/TCP" if bus == "plc" else "Modbus RTU"
    assert lines and all(protocol in line for line in lines), lines
    for words in ("Query", "Response", "Read Input Registers", "Read Holding Registers", "Write Multiple Registers", "Exception"):
        assert any(words in line for line in lines), (words, lines)
    detail = shown("-V", "-o", "mbrtu.crc_verification:TRUE")
    assert "Register 1042 (UINT16): 1042" in detail and "Register 1043 (UINT16): 1043" in detail
    assert "Exception Code: Illegal data address (2)" in detail and "Malformed" not in detail
    if bus == "rs485-1":
        assert "CRC-16 Status: Good" in detail and "CRC-16 Status: Bad" not in detail


def test_nothing_is_written_without_a_yes(street: Bench, gateway: Gateway) -> None:
    before = audit(gateway)
    asked = gateway.ask("bus", "write", "rs485-1", "3", "holding", str(FREE), "5")
    assert asked.exit == 64 and "--yes" in asked.err and "write 5 to holding 1000 of unit 3 on rs485-1" in asked.err, asked
    assert audit(gateway) == before and {"unit": 3, "table": "holding", "address": FREE, "values": [5]} not in written(
        street.buses[0])


@pytest.mark.parametrize("number, bus", enumerate(BUSES))
def test_a_write_is_put_on_record_confirmed_and_read_back(street: Bench, gateway: Gateway, number: int, bus: str) -> None:
    for table, words in (("holding", [17]), ("holding", [1, 65535, 3]), ("coil", [1]), ("coil", [0, 1, 1])):
        place = [bus, "3", table, str(FREE + 20)]
        before = len(audit(gateway))
        done = gateway.ask("bus", "write", *place, *map(str, words), "--yes", as_json=False)
        assert done.exit == 0 and "Confirmed by unit 3" in done.out, done
        entry, = audit(gateway)[before:]
        assert entry["actor"] == "root"
        assert entry["subject"] == f"{bus} unit 3 {table} {FREE + 20}: {' '.join(map(str, words))}"
        outcome = audit(gateway, "bus.write.outcome")[-1]
        assert outcome["actor"] == "root" and outcome["subject"] == f"{entry['subject']}: confirmed"
        assert written(street.buses[number])[-1] == {"unit": 3, "table": table, "address": FREE + 20, "values": words}
        assert gateway.ask("bus", "raw", *place, str(len(words))).json["words"] == words
    refused = gateway.ask("bus", "write", bus, "3", "holding", "500", "1", "--yes")
    assert refused.exit == 1 and refused.json["confirmed"] is False and "exception" in refused.json["problem"], refused
    assert "may have been" not in refused.json["problem"], "the unit says itself that it has not"
    assert audit(gateway)[-1]["subject"].endswith("holding 500: 1"), "an attempt is on record too"
    assert "holding 500: 1: exception 2" in audit(gateway, "bus.write.outcome")[-1]["subject"]


def test_a_write_that_nobody_confirms_may_have_been_carried_out(gateway: Gateway) -> None:
    lost = gateway.ask("bus", "write", "plc", "98", "holding", "0", "1", "--yes")
    assert lost.exit == 1 and "may have been carried out" in lost.json["problem"], lost


@pytest.mark.parametrize("arguments", [
    ["3", "holding", "0", "65536"], ["3", "coil", "0", "2"], ["0", "holding", "0", "1"], ["3", "input", "0", "1"],
    ["3", "holding", "65535", "1", "2"], ["3", "holding", "0"],
])
def test_a_write_that_cannot_be_is_refused_and_not_on_record(gateway: Gateway, arguments: list[str]) -> None:
    before = audit(gateway)
    assert gateway.ask("bus", "write", "rs485-1", *arguments, "--yes").exit == 64
    assert audit(gateway) == before


def test_a_write_that_cannot_be_put_on_record_is_not_made(street: Bench, gateway: Gateway) -> None:
    log, aside = gateway.store / "audit.log", gateway.store / "audit.aside"
    if log.exists():
        log.rename(aside)
    log.mkdir()
    try:
        before = written(street.buses[0])
        refused = gateway.ask("bus", "write", "rs485-1", "3", "holding", str(FREE + 30), "9", "--yes")
        assert refused.exit == 69 and "nothing was done" in refused.err, refused
        assert written(street.buses[0]) == before
    finally:
        log.rmdir()
        if aside.exists():
            aside.rename(log)


def test_on_a_terminal_it_asks_first(street: Bench, gateway: Gateway, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "t", 120, 40)
    try:
        command = f"{program('gatewayctl')} --socket {gateway.socket} bus write rs485-1 3 holding {FREE + 40} 6"
        terminal.type(f"{command}; echo ended $?")
        place = f"人民路56号井 {cover(188)} (人民路与长安路口东南角)"
        terminal.wait_for(f"write 6 to holding {FREE + 40} of unit 3 on rs485-1, {place}? [y/N]")
        terminal.type("n")
        terminal.wait_for("ended 1")
        assert {"unit": 3, "table": "holding", "address": FREE + 40, "values": [6]} not in written(street.buses[0])
        terminal.type(f"{command}; echo done $?")
        terminal.wait_for("? [y/N]")
        terminal.type("y")
        terminal.wait_for("done 0")
        assert written(street.buses[0])[-1] == {"unit": 3, "table": "holding", "address": FREE + 40, "values": [6]}
    finally:
        terminal.close()


def test_stats_name_reply_times_and_who_is_left_alone(street: Bench, gateway: Gateway) -> None:
    row, = gateway.ask("bus", "stats", "plc").json["buses"][0]["units"][:1]
    assert row["unit"] == 3 and 0 < row["latency_p50_ms"] <= row["latency_p99_ms"] <= row["latency_max_ms"], row
    assert row["silences"] == 0 and row["quarantine_seconds"] is None
    street.buses[0].set(80, silent=True)
    try:
        def left_alone() -> bool:
            units = gateway.ask("bus", "stats", "rs485-1").json["buses"][0]["units"]
            return any(unit["unit"] == 80 and unit["silences"] >= 3 and unit["quarantine_seconds"] for unit in units)
        until(left_alone, 40, "unit 80 is left alone")
        text = gateway.ask("bus", "stats", "rs485-1", as_json=False).out
        assert f"unit 80 ({cover(188)}/tilt): silent " in text and "P50 ms" in text and "TIME-OUTS" in text, text
        assert "CHECKSUM" not in text, "what is zero everywhere is left out"
    finally:
        street.buses[0].set(80, silent=None)
    until(lambda: all_good(gateway), 90, "unit 80 is believed again")
