"""A terminal with a shell in it, by tmux: keys go in, the screen comes out as text."""
from __future__ import annotations

import subprocess
from pathlib import Path

from .wait import until


class Terminal:
    """One tmux server with one window of a given size; `close` ends it with everything in it."""

    def __init__(self, folder: Path, columns: int, rows: int):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._server = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        shell = ["env", "-u", "TMUX", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "PS1=ready$ ", "bash", "--norc", "--noprofile"]
        self._tmux("-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), *shell)
        self.wait_for("ready$")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(self._server + list(arguments), capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, f"tmux {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Presses keys by tmux's names (`Enter`, `Escape`, `C-c`, `a`)."""
        self._tmux("send-keys", *keys)

    def type(self, line: str) -> None:
        """Types a line and Enter."""
        self._tmux("send-keys", "-l", line)
        self.keys("Enter")

    def lines(self, colours: bool = False) -> list[str]:
        """What the screen shows."""
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else [])).rstrip("\n").split("\n")

    def wait_for(self, words: str, seconds: float = 40) -> list[str]:
        """Waits until the words can be read on the screen."""
        until(lambda: any(words in line for line in self.lines()), seconds, lambda: f"{words!r} in:\n" + "\n".join(self.lines()))
        return self.lines()

    def wait_without(self, words: str, seconds: float = 40) -> list[str]:
        """Waits until the words are gone."""
        until(lambda: all(words not in line for line in self.lines()), seconds, lambda: f"no {words!r} in:\n" + "\n".join(self.lines()))
        return self.lines()

    def resize(self, columns: int, rows: int) -> None:
        """Gives the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def flag(self, name: str) -> str:
        """One of tmux's variables of the pane, as `cursor_flag` or `alternate_on`."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def close(self) -> None:
        """Ends the terminal."""
        subprocess.run(self._server + ["kill-server"], capture_output=True, timeout=20)
