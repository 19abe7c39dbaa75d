"""What the daemon says of itself, look after look: one `gatewayctl --json watch` beside it."""
from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

from .gateway import program


class Looks:
    """The latest look; a thread takes them in."""

    def __init__(self, socket: Path, every: str):
        arguments = [program("gatewayctl"), "--socket", str(socket), "--json", "watch", "--every", every]
        self.latest: dict[str, Any] | None = None
        self._process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        for line in self._process.stdout or ():
            self.latest = json.loads(line)

    def stop(self) -> None:
        """Ends the program."""
        self._process.kill()
        self._process.wait(10)
        self._thread.join(10)
