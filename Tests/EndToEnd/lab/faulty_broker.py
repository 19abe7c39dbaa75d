"""A broker that misbehaves: TLS and MQTT 5 are taken apart before a real one, and each message is treated as a test wants.

What it does not pass on never came to the real broker, so the platform's ledger stays the truth.
"""
from __future__ import annotations

import socket
import ssl
import struct
import threading
from dataclasses import dataclass
from typing import Callable, Iterator

from .broker import free_port
from .certificates import Identity

CONNACK, PUBLISH, PUBACK = 0x20, 0x30, 0x40
RECEIVE_MAXIMUM = 0x21


@dataclass(frozen=True)
class Published:
    """A message of the gateway: which it is since the start, its packet identifier, its topic's last word."""

    number: int
    identifier: int
    kind: str
    content: bytes = b""  # properties and payload


@dataclass(frozen=True)
class Treatment:
    """What is done with a message. The default passes it on, and its acknowledgement back."""

    passed: bool = True
    acknowledged: bool = True
    answer: bytes = b""  # sent to the gateway at once, before whatever the real broker says
    hangs_up: bool = False  # after the answer
    reset_after: int | None = None  # the connection is reset when so many bytes of it have been passed on


PASS = Treatment()
SWALLOW = Treatment(passed=False)
FORGET = Treatment(acknowledged=False)


def refuse(message: Published, reason: int) -> Treatment:
    """PUBACK with a reason; the message does not come through."""
    return Treatment(passed=False, answer=puback(message.identifier, reason))


def disconnect(reason: int) -> bytes:
    """The packet (MQTT 5.0 §3.14.2.1)."""
    return bytes([0xE0, 0x02, reason, 0x00])


def puback(identifier: int, reason: int = 0) -> bytes:
    """The packet."""
    return struct.pack(">BBHBB", PUBACK, 4, identifier, reason, 0)


class FaultyBroker:
    """Listens on `port`; whatever `treat` says is done with each message that comes."""

    def __init__(self, target: int, server: Identity, client: Identity):
        self.port, self.target = free_port(), target
        self.treat: Callable[[Published], Treatment] = lambda _message: PASS
        self.receive_maximum: int | None = None
        self.published: list[Published] = []
        self.most_open = 0  # messages that were not acknowledged, at one time
        self.connections = 0
        self._here = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(server.authority))
        self._here.load_cert_chain(server.certificate, server.key)
        self._there = ssl.create_default_context(cafile=str(client.authority))
        self._there.load_cert_chain(client.certificate, client.key)
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()

    def start(self) -> None:
        """Listens."""
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self._listener.listen()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """Ends every connection and listens no more."""
        listener, self._listener = self._listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in list(self._open):
            _end(end)

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                near, _ = listener.accept()
            except OSError:
                return  # stopped
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            near = self._here.wrap_socket(plain, server_side=True)
            far = self._there.wrap_socket(socket.create_connection(("127.0.0.1", self.target), timeout=5), server_hostname="127.0.0.1")
        except OSError:
            return plain.close()
        far.settimeout(None)
        self.connections += 1
        connection = Connection(self, near, far)
        self._open |= {near, far}
        threading.Thread(target=connection.down, daemon=True).start()
        connection.up()
        self._open -= {near, far}


class Connection:
    """One connection of the gateway, and the one behind it."""

    def __init__(self, broker: FaultyBroker, near: ssl.SSLSocket, far: ssl.SSLSocket):
        self.broker, self.near, self.far = broker, near, far
        self.unacknowledged: set[int] = set()
        self.silenced: set[int] = set()
        self.hangs = False
        self.lock = threading.Lock()

    def up(self) -> None:
        """What the gateway sends."""
        try:
            for packet in _packets(self.near):
                if packet[0] & 0xF0 == PUBLISH and packet[0] & 0x06:
                    self._published(packet)
                else:
                    self.far.sendall(packet)
        except OSError:
            pass  # one end is gone: so is the other
        _end(self.near)
        _end(self.far)

    def down(self) -> None:
        """What the broker sends."""
        try:
            for packet in _packets(self.far):
                if packet[0] == PUBACK:
                    identifier = struct.unpack_from(">H", packet, 2)[0]
                    if identifier in self.silenced:
                        continue
                    with self.lock:
                        self.unacknowledged.discard(identifier)
                if packet[0] == CONNACK and self.broker.receive_maximum:
                    packet = _granting(packet, self.broker.receive_maximum)
                self._send(packet)
        except OSError:
            pass
        _end(self.near)
        _end(self.far)

    def _published(self, packet: bytes) -> None:
        body = _body(packet)
        length = struct.unpack_from(">H", packet, body)[0]
        identifier = struct.unpack_from(">H", packet, body + 2 + length)[0]
        topic = packet[body + 2:body + 2 + length].decode()
        message = Published(len(self.broker.published) + 1, identifier, topic.rsplit("/", 1)[-1], packet[body + 4 + length:])
        self.broker.published.append(message)
        # A broker that loses a message and takes the next one would break the order by itself: it hangs from the first on.
        treatment = SWALLOW if self.hangs else self.broker.treat(message)
        self.hangs = treatment == SWALLOW
        with self.lock:
            self.unacknowledged.add(identifier)
            self.broker.most_open = max(self.broker.most_open, len(self.unacknowledged))
            if treatment.answer[:1] == bytes([PUBACK]):
                self.unacknowledged.discard(identifier)
            (self.silenced.discard if treatment.acknowledged else self.silenced.add)(identifier)
        if treatment.answer:
            self._send(treatment.answer)
        if treatment.hangs_up:
            raise ConnectionAbortedError
        if treatment.reset_after is not None:
            self.far.sendall(packet[:treatment.reset_after])
            for end in (self.near, self.far):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionResetError
        if treatment.passed:
            self.far.sendall(packet)

    def _send(self, packet: bytes) -> None:
        with self.lock:
            self.near.sendall(packet)


def _packets(source: ssl.SSLSocket) -> Iterator[bytes]:
    held = b""
    while True:
        size = _size(held)
        if size is not None and len(held) >= size:
            yield held[:size]
            held = held[size:]
            continue
        more = source.recv(65_536)
        if not more:
            return
        held += more


def _size(held: bytes) -> int | None:
    """The length of the first packet (MQTT 5.0 §1.5.5), as soon as it can be known."""
    length, shift = 0, 0
    for place, byte in enumerate(held[1:5], 2):
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return place + length
    return None


def _body(packet: bytes) -> int:
    return next(place for place in range(1, 5) if not packet[place] & 0x80) + 1


def _granting(connack: bytes, receive_maximum: int) -> bytes:
    """The packet with this Receive Maximum (MQTT 5.0 §3.2.2.3.3); its own one, which the real broker sends, is taken out."""
    head, properties = connack[2:4], connack[5:5 + connack[4]]
    kept, at = b"", 0
    sizes = {0x21: 3, 0x22: 3, 0x27: 5, 0x11: 5, 0x24: 2, 0x25: 2, 0x28: 2, 0x29: 2, 0x2A: 2, 0x13: 3}
    while at < len(properties):
        kind = properties[at]
        size = sizes.get(kind) or 3 + struct.unpack_from(">H", properties, at + 1)[0]
        if kind != RECEIVE_MAXIMUM:
            kept += properties[at:at + size]
        at += size
    kept += struct.pack(">BH", RECEIVE_MAXIMUM, receive_maximum)
    return bytes([CONNACK, 3 + len(kept)]) + head + bytes([len(kept)]) + kept


def _end(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was shut before
    end.close()
