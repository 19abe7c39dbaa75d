"""A real mosquitto on a free loopback port: TLS with required client certificates, and a memory that outlives a restart."""
from __future__ import annotations

import getpass
import shutil
import socket
from pathlib import Path

from .certificates import Authority
from .child import Child
from .wait import until

CONFIGURATION = """user {user}
listener {port} 127.0.0.1
cafile {authority}
certfile {certificate}
keyfile {key}
require_certificate true
use_identity_as_username false
allow_anonymous true
persistence true
persistence_location {store}/
autosave_interval 1
max_queued_messages 0
set_tcp_nodelay true
log_dest stdout
log_type all
connection_messages true
"""


def free_port() -> int:
    """A loopback TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """One broker that keeps its port and its store over stop and start."""

    def __init__(self, folder: Path, authority: Authority):
        store = folder / "store"
        store.mkdir(parents=True)
        self.port = free_port()
        identity = authority.server()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(
            CONFIGURATION.format(
                user=getpass.getuser(), port=self.port, store=store, authority=identity.authority,
                certificate=identity.certificate, key=identity.key,
            )
        )
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
        assert program, "mosquitto is not installed: run scripts/install-dependencies.sh"
        self.child = Child("mosquitto", [program, "-c", str(configuration)], folder / "mosquitto.log")

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.child.start()
        until(self._answers, 10, lambda: f"mosquitto answers on port {self.port}\n{self.child.tail()}")

    def stop(self) -> None:
        """SIGTERM: it saves its store, so that sessions and what is queued for them survive."""
        self.child.terminate()

    def kill(self) -> None:
        """SIGKILL: what was not saved in the last second is lost."""
        self.child.kill()

    def _answers(self) -> bool:
        self.child.must_run()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
