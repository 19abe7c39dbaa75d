"""Bad input at the local socket: garbage, halves and giants are refused, and nobody else notices."""
from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.bench import Bench


def send(path: Path, payload: bytes, seconds: float = 10) -> bytes:
    """Sends bytes as they are and returns what comes back until the daemon closes, or until the time is up."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(seconds)
        client.connect(str(path))
        answer = b""
        try:
            client.sendall(payload)
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                answer += piece
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass
        return answer


@pytest.mark.parametrize(
    "payload",
    [
        bytes(range(256)) * 8,
        b"GET /v1/status",
        b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n{\"point\":",
        b"GET /v1/status HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * (1 << 20) + b"\r\n\r\n",
        b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: 8388608\r\n\r\n" + b"[" * (8 << 20),
        b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n" + b"[" * 65536,
        b"POST /v1/alarms/ack HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n\xff\xfe\x00{}",
        b"BREW /v1/status HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=[
        "bytes", "half a line", "half a body", "long header", "huge length", "huge body", "deep body", "no text", "no method",
        "no path",
    ],
)
def test_a_bad_request_is_refused_and_nobody_else_notices(shared: Bench, payload: bytes) -> None:
    gateway = shared.gateways[0]
    answer = send(gateway.socket, payload)
    assert not answer.startswith(b"HTTP/1.1 200"), answer[:200]
    assert not answer or answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 5"), answer[:200]
    assert gateway.ask("status").json["gateway"] == gateway.id
    gateway.child.must_run()


def test_idle_clients_do_not_keep_others_out(shared: Bench) -> None:
    gateway = shared.gateways[0]
    with ExitStack() as clients:
        for _ in range(4):
            client = clients.enter_context(socket.socket(socket.AF_UNIX))
            client.connect(str(gateway.socket))
            client.sendall(b"GET /v1/st")
        assert gateway.ask("status").json["gateway"] == gateway.id
    gateway.child.must_run()
