"""Where and with what it was measured."""
from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

from ..broker import program as mosquitto
from ..gateway import REPOSITORY, program


def describe() -> dict[str, str]:
    """Words for the table's head."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} × {processor}, {memory:.0f} GiB",
        "system": f"{release.get('PRETTY_NAME', '').strip(chr(34))}, Linux {platform.release().split('-')[0]}",
        "commit": said("git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"),
        "gatewayd": said(program("gatewayd"), "--version"),
        "mosquitto": said(mosquitto("mosquitto"), "-h").split("\n", 1)[0].removeprefix("mosquitto version "),
        **{name: said("pkg-config", "--modversion", name) for name in ("libmodbus", "sqlite3", "libmosquitto")},
    }


def said(*command: str) -> str:
    """What a command prints; empty when there is no such command."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
