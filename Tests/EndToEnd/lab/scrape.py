"""`GET` on the daemon's socket and TCP port, and its metrics read by an independent parser: Debian's prometheus_client."""
from __future__ import annotations

import http.client
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

Series = tuple[str, tuple[tuple[str, str], ...]]
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path):
        super().__init__("gatewayd", timeout=20)
        self.path = str(path)

    def connect(self) -> None:
        """Connects to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


@dataclass(frozen=True)
class Reply:
    """An answer of the daemon."""

    status: int
    kind: str
    text: str


def ask(where: Path | int, path: str, method: str = "GET", body: str | None = None) -> Reply:
    """One request, to a socket's path or to a port of the loopback."""
    if isinstance(where, int):
        connection = http.client.HTTPConnection("127.0.0.1", where, timeout=20)
    else:
        connection = SocketConnection(where)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheader("content-type", ""), answer.read().decode("utf-8"))
    finally:
        connection.close()


class Scrape:
    """One answer of `/metrics`, parsed; a text that breaks a rule of the format does not get this far."""

    def __init__(self, where: Path | int):
        reply = ask(where, "/metrics")
        assert (reply.status, reply.kind) == (200, TEXT), reply
        assert reply.text.endswith("\n") and not re.search(r"(?i)\} (nan|[-+]?inf)", reply.text)
        self.types: dict[str, str] = {}
        self.helps: dict[str, str] = {}
        self.values: dict[Series, float] = {}
        families = list(text_string_to_metric_families(reply.text))
        for family in families:
            for sample in family.samples:
                series = (sample.name, tuple(sorted(sample.labels.items())))
                assert series not in self.values, f"{series} stands there twice"
                self.values[series] = sample.value
        self._follow(reply.text)
        assert {name for name, _ in self.values} == set(self.types)

    def _follow(self, text: str) -> None:
        """HELP, TYPE and the samples of a metric stand together, in this order, once."""
        current = ""
        for line in text.splitlines():
            if line.startswith("# HELP "):
                current = line.split(" ")[2]
                assert current not in self.helps, f"{current} is described twice"
                self.helps[current] = line.split(" ", 3)[3]
            elif line.startswith("# TYPE "):
                assert line.split(" ")[2] == current and current not in self.types, line
                self.types[current] = line.split(" ")[3]
            else:
                assert re.split(r"[{ ]", line)[0] == current and current in self.types, line

    def value(self, name: str, **labels: str) -> float | None:
        """The sample with exactly these labels; None when there is none."""
        return self.values.get((name, tuple(sorted(labels.items()))))

    def only(self, name: str) -> dict[str, str]:
        """The labels of a metric's one sample."""
        found = [dict(labels) for other, labels in self.values if other == name]
        assert len(found) == 1, (name, found)
        return found[0]

    def series(self, kind: str) -> set[Series]:
        """The samples of all counters, or of all gauges."""
        return {series for series in self.values if self.types[series[0]] == kind}
