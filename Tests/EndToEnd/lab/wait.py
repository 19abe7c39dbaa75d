"""Waiting for a condition with a deadline: the only way anything here waits."""
from __future__ import annotations

import time
from typing import Callable, TypeVar

Answer = TypeVar("Answer")


def until(condition: Callable[[], Answer], seconds: float, what: str | Callable[[], str], every: float = 0.05) -> Answer:
    """Polls until the condition is true and returns its answer; fails with `what` (words, or a function that makes them)."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(every)


def for_seconds(seconds: float, check: Callable[[], object] | None = None, every: float = 0.2) -> None:
    """Lets time pass (an outage has a length), calling `check` meanwhile so that a dead child is seen at once."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check is not None:
            check()
        time.sleep(min(every, max(0.0, deadline - time.monotonic())))
