"""Slaves of one bus that misbehave, written by hand down to the bytes: what no Modbus library would send.

`python3 -m lab.faulty SPECIFICATION.json`, like `lab.slaves`. The control file switches the faults of a unit on:
`{"3": {"seed": 7}}`. A value is unique per unit, register and request, and every request is logged with its fault before
anything is sent: whatever arrives at the platform says itself which reply it came from, and whether that was to be believed.
"""
from __future__ import annotations

import json
import random
import socket
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable

import serial

from .models import float_words
from .slaves import SERVING, Control

REGISTERS = {"near": 0, "middle": 100, "far": 200}
RESPONSE_TIMEOUT, LATE, LATEST = "200 ms", 0.45, 0.75
HONEST = {"none", "doubled", "dribbling"}
FAULTS = ["silent", "late", "doubled", "truncated", "dribbling", "garbled", "wrong-unit", "exception"]
END_OF_FRAME = 0.02
PROFILE = """schema: 1
profile: lab-probe
vendor: lab
model: Probe
source: {document: "lab/faulty.py", page: "1"}
verified: false
serial: {address: 1, baud: 9600, parity: none, stop_bits: 1}
timing: {response_timeout: 200 ms, max_latency: 800 ms, max_registers: 2}
channels:
  near:   {table: holding, address: 0,   type: float32, word_order: big, quantity: raw, unit: "1"}
  middle: {table: holding, address: 100, type: float32, word_order: big, quantity: raw, unit: "1"}
  far:    {table: holding, address: 200, type: float32, word_order: big, quantity: raw, unit: "1"}
examples:
  - {channel: near, words: [0x41A0, 0x0000], value: 20.0}
  - {channel: middle, words: [0x41A0, 0x0000], value: 20.0}
  - {channel: far, words: [0x41A0, 0x0000], value: 20.0}
"""


def value(unit: int, channel: str, number: int) -> float:
    """The value of a register in the reply to a unit's request of this number; a float32 holds it exactly."""
    return float(unit << 20 | list(REGISTERS).index(channel) << 18 | number % (1 << 18))


def origin(value: float) -> tuple[int, str, int] | None:
    """Unit, channel and request that a value came from; None for a value that no slave here could have sent."""
    whole = int(value)
    place = whole >> 18 & 3
    return (whole >> 20, list(REGISTERS)[place], whole & (1 << 18) - 1) if whole == value and place < len(REGISTERS) else None


class Log:
    """Every request with its fault, one a line."""

    def __init__(self, path: str):
        self.lock, self.file = threading.Lock(), open(path, "a", encoding="utf-8")

    def write(self, **entry: Any) -> None:
        """Written before the reply is sent."""
        with self.lock:
            self.file.write(json.dumps({**entry, "time": time.time()}) + "\n")
            self.file.flush()


class Probe:
    """One slave: deals its faults from a shuffled pack that holds each of them once among as many honest replies."""

    def __init__(self, address: int, control: Control, log: Log):
        self.address, self.control, self.log, self.number = address, control, log, 0
        self.seed: int | None = None
        self.chance, self.pack = random.Random(), []

    def fault(self) -> str:
        """The next card."""
        seed = self.control.of(self.address).get("seed")
        if seed is None:
            return "none"
        if seed != self.seed:
            self.seed, self.chance, self.pack = seed, random.Random(f"{seed}/{self.address}"), []
        if not self.pack:
            self.pack = [*FAULTS, *["none"] * len(FAULTS)]
            self.chance.shuffle(self.pack)
        return self.pack.pop()

    def answer(self, request: bytes, frame: Callable[[bytes], bytes], garble: Callable[[bytes], bytes], send: Callable) -> None:
        """Answers one request (unit and PDU): as a good slave would, or as the next card says."""
        fault, self.number = self.fault(), self.number + 1
        self.log.write(unit=self.address, number=self.number, fault=fault, request=request.hex())
        if fault == "silent":
            return
        if fault == "late":
            time.sleep(self.chance.uniform(LATE, LATEST))
        unit = self.address + 1 if fault == "wrong-unit" else self.address
        reply = frame(self._reply(unit, request, fault))
        if fault == "truncated":
            reply = reply[: self.chance.randrange(1, len(reply))]
        if fault == "garbled":
            reply = garble(reply)
        if fault == "dribbling":
            for at in range(len(reply)):
                send(reply[at:at + 1])
                time.sleep(0.1 / len(reply))
            return
        send(reply)
        if fault == "doubled":
            time.sleep(self.chance.uniform(0, 0.05))
            send(reply)

    def _reply(self, unit: int, request: bytes, fault: str) -> bytes:
        _, function, address, count = struct.unpack(">BBHH", request)
        if fault == "exception":
            return bytes([unit, function | 0x80, self.chance.choice([1, 2, 3, 4, 6])])
        if function != 3:
            return bytes([unit, function | 0x80, 1])
        if not 1 <= count <= 125:
            return bytes([unit, function | 0x80, 3])
        registers: dict[int, int] = {}
        for channel, at in REGISTERS.items():
            registers[at], registers[at + 1] = float_words(value(unit, channel, self.number))
        words = [registers.get(at, 0) for at in range(address, address + count)]
        return bytes([unit, function, 2 * count]) + struct.pack(f">{count}H", *words)


def checksum(frame: bytes) -> bytes:
    """CRC-16 of Modbus RTU, low byte first."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return struct.pack("<H", value)


def flip(frame: bytes, places: range, chance: random.Random) -> bytes:
    """The frame with one bit changed in one of these bytes."""
    at = chance.choice([place for place in places if place < len(frame)])
    return frame[:at] + bytes([frame[at] ^ 1 << chance.randrange(8)]) + frame[at + 1:]


def serve_line(device: str, probes: dict[int, Probe]) -> None:
    """A serial line: one request after the other, in order; what broke off is forgotten after a silence."""
    with serial.Serial(device, 9600, timeout=END_OF_FRAME) as line:
        print(SERVING, flush=True)
        received = b""
        while True:
            more = line.read(max(1, 8 - len(received)))
            received = received + more if more else b""
            if len(received) < 8:
                continue
            request, received = received[:8], received[8:]
            probe = probes.get(request[0])
            if probe and checksum(request[:6]) == request[6:]:
                garble = lambda reply, chance=probe.chance: flip(reply, range(len(reply)), chance)  # noqa: E731
                probe.answer(request[:6], lambda reply: reply + checksum(reply), garble, line.write)


def serve_network(port: int, probes: dict[int, Probe]) -> None:
    """A TCP listener, a thread for each connection; a TCP frame has no checksum, so garbled is only what shows."""
    listener = socket.create_server(("127.0.0.1", port))
    print(SERVING, flush=True)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve_connection, args=(connection, probes), daemon=True).start()


def serve_connection(connection: socket.socket, probes: dict[int, Probe]) -> None:
    """One client until it leaves."""
    with connection:
        try:
            while len(request := connection.recv(12, socket.MSG_WAITALL)) == 12:
                probe = probes.get(request[6])
                if probe:
                    header = request[:4]
                    frame = lambda reply: header + struct.pack(">H", len(reply)) + reply  # noqa: E731, B023
                    garble = lambda reply, chance=probe.chance: flip(reply, range(0, 9), chance)  # noqa: E731
                    probe.answer(request[6:], frame, garble, connection.sendall)
        except OSError:
            return  # the client has closed; a late reply finds nobody


def main(specification: dict[str, Any]) -> None:
    """Serves until the process is ended."""
    control, log = Control(Path(specification["control"])), Log(specification["log"])
    probes = {unit["address"]: Probe(unit["address"], control, log) for unit in specification["units"]}
    if "device" in specification:
        serve_line(specification["device"], probes)
    else:
        serve_network(specification["port"], probes)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
