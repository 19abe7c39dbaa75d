"""A slow link: a TCP proxy that carries so many bytes a second in each direction and not one more.

What waits, waits in order, in the kernel's buffers before it and in its sender, as before a real modem.
"""
from __future__ import annotations

import socket
import threading
import time

from .broker import free_port

BURST = 1024  # bytes that may go at once: less than a packet of Ethernet


class Bucket:
    """A token bucket: fills with `rate` bytes a second up to BURST."""

    def __init__(self, rate: int):
        self.rate, self.tokens, self.filled = rate, 0.0, time.monotonic()

    def take(self) -> int:
        """Waits until there is something to spend and spends all of it."""
        while True:
            now = time.monotonic()
            self.tokens = min(BURST, self.tokens + (now - self.filled) * self.rate)
            self.filled = now
            if self.tokens >= BURST / 4:
                spent = int(self.tokens)
                self.tokens -= spent
                return spent
            time.sleep((BURST / 4 - self.tokens) / self.rate)

    def give_back(self, tokens: int) -> None:
        """What was not needed."""
        self.tokens = min(BURST, self.tokens + tokens)


class SlowLink:
    """Connections to `port` come to `target`, at `rate` bytes a second each way, all of them together."""

    def __init__(self, target: int, rate: int):
        self.target, self.rate, self.port = target, rate, free_port()
        self.carried = {"up": 0, "down": 0}
        self.buckets = {"up": Bucket(rate), "down": Bucket(rate)}
        self.locks = {"up": threading.Lock(), "down": threading.Lock()}
        self.listener: socket.socket | None = None
        self.open: set[socket.socket] = set()
        self.dead: set[socket.socket] = set()

    def start(self) -> None:
        """Listens."""
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by what is accepted. Less than a segment of the loopback (64 kB) would look like a closed window to its
        # sender, whose TCP_USER_TIMEOUT would end the connection.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 131_072)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen()
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        """Ends every connection and listens no more."""
        listener, self.listener = self.listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in list(self.open):
            _shut(end)

    def swallow(self) -> None:
        """From now on the connections that stand carry nothing and do not end; new ones are as good as before."""
        self.dead |= self.open

    def _accept(self, listener: socket.socket) -> None:
        while self.listener is listener:
            try:
                near, _ = listener.accept()
            except OSError:
                return  # cut
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.open.add(end)
            for direction, source, sink in (("up", near, far), ("down", far, near)):
                threading.Thread(target=self._carry, args=(direction, source, sink), daemon=True).start()

    def _carry(self, direction: str, source: socket.socket, sink: socket.socket) -> None:
        bucket = self.buckets[direction]
        try:
            while True:
                with self.locks[direction]:
                    room = bucket.take()
                data = source.recv(room)
                with self.locks[direction]:
                    bucket.give_back(room - len(data))
                if not data:
                    break
                if source in self.dead:
                    continue
                sink.sendall(data)
                self.carried[direction] += len(data)
        except OSError:
            pass  # one end is gone: so is the other
        for end in (source, sink):
            _shut(end)
            self.open.discard(end)


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it was shut before
