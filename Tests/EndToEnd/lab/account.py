"""The demonstration's bill: what the gateway says it stored against what the platform has, and what must hold between them."""
from __future__ import annotations

import time
from typing import Any

from . import judge
from .gateway import ctl
from .ledger import ALARMS, READINGS, Ledger
from .panel import count, place
from .screen import fit
from .served import seconds
from .story import Story, clock
from .street import Street

LANES = (READINGS, ALARMS)


class Account:
    """Drawn up at one moment: everything that is stored then must arrive."""

    def __init__(self, street: Street, ledger: Ledger, story: Story, begin: float, kept: dict[str, int]):
        self.street, self.ledger, self.story, self.begin, self.kept = street, ledger, story, begin, kept
        self.lanes: dict[str, dict[str, Any]] = {}
        self.asked = 0.0
        # The log's own times of the cut, because duplicates are only explained by it.
        self.broken, self.back = (
            seconds(street.said(words)[0]["time"]) for words in ("the scenario cuts the link", "the link is back")
        )

    def ask(self) -> None:
        """Asks the gateway what it has stored by now."""
        answer = ctl("--socket", str(self.street.socket), "--json", "outbox", "stats").json
        self.lanes = {lane["lane"]: lane for lane in answer["lanes"]}
        self.asked = (time.time() - self.begin) * self.street.speed

    def has_arrived(self) -> bool:
        """True when the platform has, without a hole, everything up to the numbers asked for."""
        return all(self._delivered(name) == self._stored(name) for name in LANES) and not self.ledger.missing()

    def failures(self, ended: int) -> list[str]:
        """What is not as it must be; none when all is good. `ended` is the daemon's exit status."""
        found = []
        for check in (self._complete, self._once, self._alarms_first, self._simulated, self._expected, self._quiet):
            try:
                check()
            except AssertionError as failure:
                found.append(str(failure))
        return found if ended == 0 else [*found, f"gatewayd ended with {ended}"]

    def lines(self) -> list[str]:
        """The bill."""
        heads = ("produced", "stored", "delivered", "missing", "duplicates")
        rows = [fit(f"up to {clock(self.asked)}", 16) + "".join(fit(head, 12) for head in heads).rstrip()]
        for name in LANES:
            produced = self._stored(name) + self.lanes[name]["dropped"]
            missing = self._stored(name) - self._delivered(name)
            numbers = (produced, self._stored(name), self._delivered(name), missing, len(self.ledger.lane(name).duplicates()))
            row = fit(name if name == READINGS else "alarm messages", 16) + "".join(fit(str(number), 12) for number in numbers)
            rows.append(row.rstrip())
        kept = f"{count(self.kept[READINGS], 'reading')} and {count(self.kept[ALARMS], 'alarm message')}"
        return [*rows, f"kept while the link was cut: {kept}", *self._alarms()]

    def verdict(self, failures: list[str]) -> str:
        """One line beside PASS or FAIL."""
        if failures:
            return f"{count(len(failures), 'thing')} not as it must be:"
        met, expected, _ = self.street.verdict()
        return f"nothing missing, alarms first, {met} of {expected} as expected, marked simulated"

    def _alarms(self) -> list[str]:
        """A line an alarm: when it was raised and returned on the street, and when each arrived at the platform."""
        lane = self.ledger.lane(ALARMS)
        heads = (("alarm", 20), ("cover", 22), ("raised", 8), ("arrived", 10), ("returned", 10), ("arrived", 7))
        rows = ["".join(fit(head, wide) for head, wide in heads)]
        alarms = self.ledger.alarms()
        for raised in (alarm for alarm in alarms if alarm["cause"] == "raised"):
            later = (
                alarm for alarm in alarms
                if alarm["alarm"] == raised["alarm"] and alarm["seq"] > raised["seq"] and alarm["cause"] == "returned"
            )
            returned = next(later, None)
            row = fit(raised["rule"], 20) + fit(place(raised), 22)
            for alarm, wide in ((raised, 8), (returned, 10)):
                detected = clock(seconds(alarm["detected"]) - self.begin) if alarm else "–"
                arrived = clock((lane.first[alarm["seq"]].time - self.begin) * self.street.speed) if alarm else "–"
                row += fit(detected, wide) + fit(arrived, 10)
            rows.append(row.rstrip())
        return rows

    def _stored(self, name: str) -> int:
        return self.lanes[name]["committed"]

    def _delivered(self, name: str) -> int:
        """Of what was stored then, how many the platform has."""
        lane = self.ledger.lane(name)
        return sum(seq <= (self.lanes[name]["last_seq"] or 0) for seq in lane.records)

    def _complete(self) -> None:
        complaints = self.ledger.complaints()
        _hold(not complaints, "\n".join(complaints[:5]))
        _hold(not self.ledger.missing(), f"missing: {judge.short(self.ledger.missing())}")
        wrong = []
        for name in LANES:
            stored, delivered, dropped = self._stored(name), self._delivered(name), self.lanes[name]["dropped"]
            if not delivered == stored > 0 == dropped:
                wrong.append(f"{name}: {dropped} dropped before they were stored, {stored} stored, {delivered} delivered")
        _hold(not wrong, "\n".join(wrong))

    def _once(self) -> None:
        """Twice may only come what was on its way when the link was cut."""
        judge.in_flight_only(self.ledger, self.broken, self.back)

    def _alarms_first(self) -> None:
        _hold(self.kept[READINGS] > 0 and self.kept[ALARMS] > 0, f"too little was kept while the link was cut: {self.kept}")
        after = [one for one in self.ledger.arrivals if one.time >= self.back and one.kind in LANES and not one.resent]
        first = [one.kind for one in after[: self.kept[ALARMS]]]
        _hold(first == [ALARMS] * self.kept[ALARMS], f"after the cut came {first}, not the {self.kept[ALARMS]} alarms first")

    def _simulated(self) -> None:
        origins = {reading.get("origin") for reading in self.ledger.readings()}
        _hold(origins == {"simulated"}, f"readings of the simulation are marked {origins}")

    def _expected(self) -> None:
        met, expected, wrong = self.street.verdict()
        _hold(not wrong and met == expected > 0, "\n".join([f"{met} of {expected} expectations met", *wrong]))

    def _quiet(self) -> None:
        early = [alarm for alarm in self.ledger.alarms() if seconds(alarm["detected"]) - self.begin < self.story.quiet_until]
        _hold(not early, f"raised before anything was wrong: {[alarm['rule'] for alarm in early]}")


def _hold(condition: bool, words: str) -> None:
    assert condition, words
