"""One screen that is drawn again and again on a terminal, and plain lines anywhere else."""
from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata

HOME, CLEAR, REST_OF_LINE, REST = "\x1b[H", "\x1b[2J", "\x1b[K", "\x1b[J"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
BOLD, RED, GREEN, YELLOW, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
COLOUR = re.compile("\x1b\\[\\d+m")


def width(text: str) -> int:
    """Columns a text takes: Chinese characters take two, colours none."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in COLOUR.sub("", text))


def fit(text: str, columns: int) -> str:
    """The text padded or cut to so many columns; its colours stay."""
    taken, parts, position = 0, [], 0
    while position < len(text):
        colour = COLOUR.match(text, position)
        part = colour[0] if colour else text[position]
        position += len(part)
        taken += width(part)
        if colour or taken <= columns:
            parts.append(part)
    cut = "".join(parts)
    return cut + " " * (columns - width(cut))


class Screen:
    """Draws frames on a terminal; elsewhere prints what is said, and the last frame of each part."""

    def __init__(self) -> None:
        self.is_terminal = sys.stdout.isatty()
        self.is_coloured = self.is_terminal and not os.environ.get("NO_COLOR")
        self.said: list[str] = []
        self.part: object = None
        self.last: list[str] = []
        self.size: tuple[int, int] | None = None

    def __enter__(self) -> Screen:
        if self.is_terminal:
            sys.stdout.write(HIDE_CURSOR)
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_terminal:
            sys.stdout.write(PLAIN + SHOW_CURSOR)
            sys.stdout.flush()

    @property
    def columns(self) -> int:
        """How wide a line may be."""
        return shutil.get_terminal_size().columns if self.is_terminal else 100

    def say(self, line: str) -> None:
        """Something that happened; shown with the next frame, and stays on the screen as long as there is room."""
        self.said.append(line)

    def draw(self, lines: list[str], part: object) -> None:
        """Shows a frame with what was said last below it. `part` is the part of the story it belongs to."""
        if not self.is_terminal:
            if part != self.part and self.last:
                print("\n".join(["", *self.last, ""]))
            self.part, self.last = part, lines
            print("".join(f"{line}\n" for line in self.said), end="", flush=True)
            self.said.clear()
            return
        size = columns, rows = shutil.get_terminal_size()
        if len(lines) >= rows:
            lines = [line for line in lines if line]
        room = max(0, rows - len(lines) - 1)
        frame = [*lines, *self.said[len(self.said) - min(room, len(self.said)):]][: rows - 1]
        start = HOME if size == self.size else HOME + CLEAR
        self.size = size
        text = "".join(f"{fit(line, columns).rstrip()}{PLAIN if self.is_coloured else ''}{REST_OF_LINE}\n" for line in frame)
        sys.stdout.write(start + text + REST)
        sys.stdout.flush()

    def finish(self, lines: list[str]) -> None:
        """Takes the last frame away and leaves these lines instead."""
        if self.is_terminal:
            sys.stdout.write(HOME + CLEAR)
        elif self.last:
            lines = ["", *self.last, "", *lines]
        print("\n".join(lines), flush=True)

    def colour(self, text: str, code: str) -> str:
        """The text in a colour, where there are colours."""
        return f"{code}{text}{PLAIN}" if self.is_coloured and text else text
