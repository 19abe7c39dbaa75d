"""Two runs beside each other: `python3 -m lab.measure.compare BEFORE.json AFTER.json`.

Only ratios to the floor, losses and memory compare between machines; rates and latencies only within one run.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Iterator


def flat(figures: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number with its path."""
    if isinstance(figures, dict):
        for name, value in figures.items():
            yield from flat(value, f"{path}.{name}" if path else name)
    elif isinstance(figures, (int, float)) and not isinstance(figures, bool):
        yield path, figures


def compare(before: Any, after: Any) -> list[str]:
    """One line a figure, with the change in per cent."""
    old, new = dict(flat(before)), dict(flat(after))
    out = [f"{'':44} {'before':>12} {'after':>12} {'change':>8}"]
    for path in [*old, *(path for path in new if path not in old)]:
        first, second = old.get(path), new.get(path)
        change = f"{(second / first - 1) * 100:+.1f} %" if first and second is not None else ""
        shown = ["" if value is None else f"{value:g}" for value in (first, second)]
        out.append(f"{path:44} {shown[0]:>12} {shown[1]:>12} {change:>8}".rstrip())
    return out


def main() -> int:
    """Prints the comparison."""
    if len(sys.argv) != 3:
        print("usage: python3 -m lab.measure.compare BEFORE.json AFTER.json", file=sys.stderr)
        return 64
    print("\n".join(compare(*(json.loads(Path(name).read_text()) for name in sys.argv[1:]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
