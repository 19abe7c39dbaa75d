"""A service manager's end of sd_notify(3): a datagram socket that remembers what it was told, and when."""
from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

from .gateway import Gateway


class Supervisor:
    """What systemd would have heard of a daemon that it had started."""

    def __init__(self, gateway: Gateway, patience: float, abstract: bool = False):
        name = f"@gatewayd-{os.getpid()}-{id(self):x}" if abstract else str(gateway.folder / "n")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if not abstract:
            Path(name).unlink(missing_ok=True)
        self.socket.bind("\0" + name[1:] if abstract else name)
        self.patience = patience
        self.heard: list[tuple[float, list[str]]] = []
        gateway.child.environment.update(NOTIFY_SOCKET=name, WATCHDOG_USEC=str(round(patience * 1e6)))
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        while content := self.socket.recv(4096):
            self.heard.append((time.monotonic(), content.decode().splitlines()))

    def close(self) -> None:
        """Nobody listens any more. The thread ends first: the next socket may get this one's descriptor."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.listener.join(10)
        self.socket.close()

    def times(self, line: str) -> list[float]:
        """When it was told this line."""
        return [moment for moment, lines in list(self.heard) if line in lines]

    def is_satisfied(self, since: float) -> bool:
        """True when it would not have ended the daemon since that moment."""
        moments = [since, *(moment for moment in self.times("WATCHDOG=1") if moment > since), time.monotonic()]
        return all(later - earlier < self.patience for earlier, later in zip(moments, moments[1:]))
