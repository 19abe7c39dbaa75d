"""What the demonstration shows: the street as the gateway reads it, its outbox and link, and what the platform has received."""
from __future__ import annotations

from typing import Any

from .ledger import ALARMS, READINGS
from .screen import BOLD, GREEN, RED, YELLOW, Screen, fit

SEVERITIES = {1: "notice", 2: "warning", 3: "danger"}
WORDS = {
    "raised": "raised", "returned": "returned", "acknowledged": "acknowledged", "escalated": "not acknowledged in time",
    "closed": "closed",
}
NONE = "–"
# Key, heading, columns, and which of them go first when the terminal is narrow.
COLUMNS = (
    ("code", "CODE", 6), ("name", "COVER", 20), ("tilt", "TILT", 7), ("lid", "LID", 6), ("gas", "GAS", 8), ("water", "WATER", 6),
)
EXPENDABLE = ("code", "water", "tilt", "gas", "lid")
ALARM_COLUMNS = 15


def count(number: int, one: str, many: str = "") -> str:
    """`1 alarm`, `2 alarms`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def is_raised(alarm: dict[str, Any]) -> bool:
    """True while what is wrong is still there."""
    return alarm["state"] in ("unacknowledged", "acknowledged")


def table(covers: list[dict[str, Any]], look: dict[str, Any], columns: int, screen: Screen) -> list[str]:
    """A heading and a row for each cover, as wide as there is room for."""
    shown, alarm_columns = [key for key, _, _ in COLUMNS], ALARM_COLUMNS
    for key in EXPENDABLE:
        if sum(wide + 2 for name, _, wide in COLUMNS if name in shown) + alarm_columns > columns:
            shown.remove(key)
    used = [(key, heading, wide) for key, heading, wide in COLUMNS if key in shown]
    rows = [screen.colour("".join(fit(heading, wide) + "  " for _, heading, wide in used) + "ALARM NOW", BOLD)]
    for cover in covers:
        cells = _cells(cover, look, columns >= 100)
        row = "".join(fit(cells[key], wide) + "  " for key, _, wide in used)
        code = RED if cells["severity"] == "3" else YELLOW
        rows.append(row + (cells["alarm"] if cells["alarm"] == "none" else screen.colour(cells["alarm"], code)))
    return rows


def _cells(cover: dict[str, Any], look: dict[str, Any], is_wide: bool) -> dict[str, str]:
    points = {row["quantity"]: row for row in look["sensors"]["sensors"] if row["cover"] == cover["code"]}
    alarms = [alarm for alarm in look["alarms"]["alarms"] if alarm["cover"] == cover["code"] and is_raised(alarm)]
    worst = max(alarms, key=lambda alarm: (alarm["severity"], alarm["raised"]), default=None)
    words = "none"
    if worst:
        words = worst["rule"] + (f", {SEVERITIES[worst['severity']]}" if is_wide else "")
    if len(alarms) > 1:
        words += f" and {len(alarms) - 1} more" if is_wide else f" +{len(alarms) - 1}"
    return {
        "code": f"…{cover['code'][-5:]}", "name": cover["name"],
        "alarm": words, "severity": str(worst["severity"]) if worst else "",
        "tilt": _value(points.get("tilt"), "deg"), "lid": _contact(points.get("cover-open"), "closed", "OPEN"),
        "gas": _value(points.get("methane") or points.get("combustible"), "%LEL"),
        "water": _value(points["water-depth"], "m") if "water-depth" in points
        else _contact(points.get("water-float"), "dry", "WATER"),
    }


def _value(row: dict[str, Any] | None, unit: str) -> str:
    if row is None:
        return NONE
    if row["value"] is None:
        return row["quality"]
    places = 2 if unit == "m" else 1 if unit == "deg" and row["value"] < 10 else 0
    return f"{abs(row['value']):.{places}f} {unit}"


def _contact(row: dict[str, Any] | None, off: str, on: str) -> str:
    if row is None:
        return NONE
    return row["quality"] if row["value"] is None else on if row["value"] else off


def gateway(look: dict[str, Any], is_cut: bool, screen: Screen) -> str:
    """What waits in the outbox, and the link."""
    waiting = {lane["lane"]: lane["waiting"] for lane in look["outbox"]["lanes"]}
    state = look["uplinks"]["uplinks"][0]["state"]
    link = screen.colour("connected", GREEN) if state == "connected" else screen.colour("CUT" if is_cut else state, RED)
    waiting_words = f"{count(waiting[READINGS], 'reading')}, {count(waiting[ALARMS], 'alarm message')} waiting"
    return f"gateway   {screen.colour('link', BOLD)}: {link}   {screen.colour('outbox', BOLD)}: {waiting_words}"


def place(alarm: dict[str, Any]) -> str:
    """Where an alarm is."""
    return alarm.get("name") or alarm.get("cover") or "the gateway"


def happened(alarm: dict[str, Any]) -> str:
    """A transition in words."""
    word = WORDS.get(alarm["cause"], alarm["cause"])
    has_value = word == "raised" and alarm["value"] is not None and alarm["unit"] != "1"
    value = f", {alarm['value']:.0f} {alarm['unit']}" if has_value else ""
    by = f" by {alarm['by'].split(' via ')[0]}" if alarm.get("by") else ""
    return f"{alarm['rule']} {word}{by} at {place(alarm)}{value}"


def is_told(alarm: dict[str, Any]) -> bool:
    """Whether a step is news: not what only says an alarm again."""
    return alarm["cause"] in WORDS
