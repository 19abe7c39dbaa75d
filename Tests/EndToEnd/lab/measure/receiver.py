"""The subscriber: keeps every batch with its time of arrival and looks into it later, so that it keeps up."""
from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Iterator

from ..certificates import Identity
from ..platform import Platform


@dataclass(frozen=True)
class Arrival:
    """One reading as it came."""

    time: float
    seq: int
    key: tuple[str, str, int]  # sensor, channel, value


class Receiver(Platform):
    """The platform of the tests, with a plain list in the place of the ledger."""

    def __init__(self, port: int, identity: Identity):
        super().__init__(port, identity)
        self.client.reconnect_delay_set(0.05, 0.05)
        self.messages: list[tuple[float, bytes]] = []
        self.bytes = self.counted = 0
        self._seen = 0

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        if message.topic.endswith("/readings"):
            self.messages.append((time.time(), message.payload))

    def count(self) -> int:
        """Readings so far, repetitions among them."""
        for _, payload in self.messages[self._seen:]:
            self._seen += 1
            self.counted += payload.count(b'"seq":')
            self.bytes += len(payload)
        return self.counted

    def arrivals(self) -> Iterator[Arrival]:
        """Every reading in order of arrival; anything that is neither reading nor gap is an error."""
        for at, payload in self.messages:
            for item in json.loads(payload)["readings"]:
                if "gap" in item or isinstance(item.get("clock"), dict):
                    continue
                value = -1 if item["value"] is None else int(item["value"])
                yield Arrival(at, item["seq"], (item["sensor"], item["channel"], value))
