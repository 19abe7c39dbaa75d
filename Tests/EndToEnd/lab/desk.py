"""Who sends commands to a gateway from afar."""
from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from .bench import Bench
from .broker import program
from .gateway import Gateway, run
from .platform import Platform
from .wait import until


class Desk:
    """Who sends commands: mosquitto_pub with a certificate, and the ledger for the replies."""

    def __init__(self, bench: Bench, platform: Platform, gateway: Gateway):
        self.bench, self.platform, self.gateway = bench, platform, gateway
        self.identity = bench.authority.client("desk")

    def publish(self, text: str, *options: str) -> None:
        """Publishes on the commands' topic with QoS 1; the broker has it when this returns."""
        files = ["--cafile", str(self.identity.authority), "--cert", str(self.identity.certificate), "--key", str(self.identity.key)]
        where = ["-V", "5", "-h", "127.0.0.1", "-p", str(self.bench.broker.port), "-q", "1"]
        topic = f"manhole/v1/{self.gateway.id}/commands"
        done = run(program("mosquitto_pub"), *where, *files, "-t", topic, "-m", text, *options)
        assert done.exit == 0, done

    def send(self, identity: str, verb: str, expires: float = 600, **arguments: Any) -> None:
        """A command that expires in so many seconds."""
        until_then = datetime.now(timezone.utc) + timedelta(seconds=expires)
        self.publish(json.dumps({"id": identity, "verb": verb, "args": arguments, "expires": until_then.isoformat()}))

    def replies(self, identity: str | None) -> list[dict[str, Any]]:
        """The replies to this command so far."""
        with self.platform.ledger.lock:
            arrivals = [arrival for arrival in self.platform.ledger.arrivals if arrival.kind == "replies"]
            assert not any(arrival.retained for arrival in arrivals)
            return [arrival.message for arrival in arrivals if arrival.message["id"] == identity]

    def reply(self, identity: str | None, number: int = 1) -> dict[str, Any]:
        """Waits for the reply of that number."""
        until(lambda: len(self.replies(identity)) >= number, 30, lambda: f"reply {number} to {identity}: {self.replies(identity)}")
        return self.replies(identity)[number - 1]

    def ask(self, identity: str, verb: str, expires: float = 600, **arguments: Any) -> dict[str, Any]:
        """Sends a command and waits for its reply."""
        before = len(self.replies(identity))
        self.send(identity, verb, expires, **arguments)
        return self.reply(identity, before + 1)
