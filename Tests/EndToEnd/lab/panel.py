"""What the demonstration shows: the latest readings at the platform, the last alarm, the uplink and the outbox."""
from __future__ import annotations

import time

from . import judge
from .gateway import Gateway
from .ledger import ALARMS, READINGS
from .platform import Platform
from .screen import BOLD, RED, Screen, fit
from .served import seconds


class Panel:
    """One frame after the other, from the daemon's own answers and the platform's book."""

    def __init__(self, screen: Screen, gateway: Gateway, platform: Platform):
        self.screen, self.gateway, self.platform = screen, gateway, platform
        self.waiting = {READINGS: 0, ALARMS: 0}

    def refresh(self, phase: str) -> None:
        """Asks, and draws."""
        lanes = self.gateway.ask("outbox", "stats").json["lanes"]
        self.waiting = {lane["lane"]: lane["waiting"] for lane in lanes}
        uplink = self.gateway.uplink()
        arrived = len(self.platform.ledger.lane(READINGS).records)
        self.screen.draw([
            self.screen.colour(f"{self.gateway.id}   {phase}", BOLD), "", *self._table(), "", *self._alarm(), "",
            f"uplink {uplink['state']}   outbox: {self.waiting[READINGS]} readings, {self.waiting[ALARMS]} alarms waiting"
            f"   arrived: {arrived}",
            f"       {uplink['problem'] or ''}", "",
        ])

    def _table(self) -> list[str]:
        latest = {judge.point(reading): reading for reading in self.platform.ledger.readings()}
        rows = [fit("point, as it arrived at the platform", 38) + fit("value", 10) + fit("unit", 7) + fit("quality", 17) + "age"]
        for name, reading in sorted(latest.items()):
            value = "–" if reading["value"] is None else f"{reading['value']:.4g}"
            quality = " ".join(filter(None, (reading["quality"], reading.get("reason"))))
            age = f"{max(0.0, time.time() - seconds(reading['time'])):.1f} s"
            rows.append(fit(name, 38) + fit(value, 10) + fit(reading["unit"], 7) + fit(quality, 17) + age)
        return rows

    def _alarm(self) -> list[str]:
        alarm = next(reversed(self.platform.ledger.alarms()), None)
        if alarm is None:
            return ["no alarm"]
        value = "–" if alarm["value"] is None else f"{alarm['value']:.4g}"
        return [
            self.screen.colour(f"ALARM {alarm['rule']}  severity {alarm['severity']}  {alarm['from']} → {alarm['to']}", RED),
            f"      id {alarm['alarm']}",
            f"      {value} {alarm['unit']}, threshold {alarm['threshold']:g}   {alarm.get('name') or ''} {alarm['cover']}"
            f"   owner {alarm['owner']}",
        ]
