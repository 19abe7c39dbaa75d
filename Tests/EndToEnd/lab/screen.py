"""One screen that is drawn again and again on a terminal, and plain lines anywhere else."""
from __future__ import annotations

import re
import shutil
import sys
import time
import unicodedata

HOME_AND_CLEAR, HIDE_CURSOR, SHOW_CURSOR = "\x1b[H\x1b[2J", "\x1b[?25l", "\x1b[?25h"
BOLD, RED, GREEN, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
COLOUR = re.compile("\x1b\\[\\d+m")


def width(text: str) -> int:
    """Columns a text takes: Chinese characters take two, colours none."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in COLOUR.sub("", text))


def fit(text: str, columns: int) -> str:
    """The text padded or cut to so many columns."""
    coloured = COLOUR.match(text)
    plain = COLOUR.sub("", text)
    while width(plain) > columns:
        plain = plain[:-1]
    plain += " " * (columns - width(plain))
    return f"{coloured[0]}{plain}{PLAIN}" if coloured else plain


class Screen:
    """Draws frames on a terminal; elsewhere prints what is said, and now and then a frame, one after the other."""

    PLAIN_EVERY = 5.0

    def __init__(self) -> None:
        self.is_terminal = sys.stdout.isatty()
        self.said: list[str] = []
        self.drawn = 0.0
        self.started = time.monotonic()

    def __enter__(self) -> Screen:
        if self.is_terminal:
            sys.stdout.write(HIDE_CURSOR)
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_terminal:
            sys.stdout.write(PLAIN + SHOW_CURSOR)
            sys.stdout.flush()

    def say(self, words: str) -> None:
        """Something that happened; stays on the screen as long as there is room."""
        line = f"{time.monotonic() - self.started:5.1f} s  {words}"
        self.said.append(line)
        if not self.is_terminal:
            print(line, flush=True)

    def draw(self, lines: list[str]) -> None:
        """Shows a frame with what was said last below it."""
        now = time.monotonic()
        if self.is_terminal:
            columns, rows = shutil.get_terminal_size()
            room = max(1, rows - len(lines) - 1)
            frame = [fit(line, columns).rstrip() for line in [*lines, *self.said[-room:]]]
            sys.stdout.write(HOME_AND_CLEAR + "\n".join(frame[: rows - 1]) + "\n")
        elif now - self.drawn >= self.PLAIN_EVERY:
            self.drawn = now
            print("\n".join(lines))
        sys.stdout.flush()

    def colour(self, text: str, code: str) -> str:
        """The text in a colour, on a terminal."""
        return f"{code}{text}{PLAIN}" if self.is_terminal else text
