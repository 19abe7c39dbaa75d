"""A child process with its output in a file: started, ended and never left behind."""
from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path


def held(pid: int) -> tuple[int, int]:
    """How many descriptors and threads a process has."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir())), len(list(Path(f"/proc/{pid}/task").iterdir()))


class Child:
    """One program that may be started again; stdout and stderr are appended to one log."""

    def __init__(
        self, name: str, arguments: list[str], log: Path, folder: Path | None = None, environment: dict[str, str] | None = None
    ):
        self.name, self.arguments, self.log, self.folder = name, arguments, log, folder
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the program; a missing executable is an error that names it."""
        assert not self.running, f"{self.name} is already running"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.folder, env=self.environment
            )

    @property
    def running(self) -> bool:
        """True while the process has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The present or last process."""
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    @property
    def exit(self) -> int | None:
        """Exit status of an ended process; negative is the signal that ended it."""
        return None if self.process is None else self.process.poll()

    def output(self) -> str:
        """Everything written so far, over all starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait(self, seconds: float) -> int:
        """Waits for the end and returns the exit status."""
        assert self.process is not None, f"{self.name} was never started"
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} (pid {self.pid}) did not end within {seconds:g} s\n{self.tail()}") from None

    def terminate(self, seconds: float = 30) -> int:
        """SIGTERM; returns the exit status, or fails when the process does not end in time."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self) -> None:
        """SIGKILL, and waits until the process is gone."""
        if self.running:
            self.process.kill()
        if self.process is not None:
            self.process.wait(30)

    def must_run(self) -> None:
        """Fails with the end of the log when the process has ended."""
        assert self.running, f"{self.name} ended with {self.exit}\n{self.tail()}"

    def tail(self, lines: int = 30) -> str:
        """The last lines of the log, for messages."""
        return "\n".join(self.output().splitlines()[-lines:])
