"""A real mosquitto on a free loopback port: TLS with required client certificates, and a memory that outlives a restart."""
from __future__ import annotations

import getpass
import random
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from .certificates import Authority, Identity
from .child import Child
from .wait import until

# As good as no limit of queued messages; 0 means the same, but then 2.0.11 closes the connection of whoever it refuses a message.
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
max_queued_messages 10000000
set_tcp_nodelay true
log_dest stdout
log_type all
connection_messages true
"""
# Below those that Linux gives to connections: tests run beside one another, and a broker that is stopped keeps its port.
PORTS = range(10_000, 32_768)
PROGRAMS = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


def free_port() -> int:
    """A loopback TCP port that nobody listens on now, and that no connection is given while its owner is away."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port of a hundred in {PORTS} is free")


def program(name: str) -> str:
    """An executable of mosquitto's, which stands in sbin on some systems."""
    found = shutil.which(name, path=PROGRAMS)
    assert found, f"{name} is not installed: run scripts/install-dependencies.sh"
    return found


class Broker:
    """One broker that keeps its port and its store over stop and start."""

    def __init__(self, folder: Path, authority: Authority):
        self.store = folder / "store"
        self.store.mkdir(parents=True)
        self.port, self.authority, self.identity = free_port(), authority.certificate, authority.server()
        self.configuration = folder / "mosquitto.conf"
        self.largest: int | None = None
        self.passwords, self.rights = folder / "passwords", folder / "rights"
        self.child = Child("mosquitto", [program("mosquitto"), "-c", str(self.configuration)], folder / "mosquitto.log")
        self._write()

    def show(self, identity: Identity) -> None:
        """From the next start on it shows this certificate."""
        self.identity = identity
        self._write()

    def know(self, name: str, password: str) -> None:
        """From the next start on this user must give this password; who gives no name may still come in, like the platform."""
        arguments = [program("mosquitto_passwd"), "-b", "-c", str(self.passwords), name, password]
        done = subprocess.run(arguments, capture_output=True, text=True)
        assert done.returncode == 0, f"mosquitto_passwd: {done.stderr}"
        self._write()

    def permit(self, *rules: str) -> None:
        """Clients may do only this, like `write manhole/v1/+/alarms`; from the next start on, or at once after `reload`."""
        self.rights.write_text("".join(f"topic {rule}\n" for rule in rules))
        self._write()

    def limit(self, size: int) -> None:
        """From the next start on it refuses messages that are larger, and does not say so when it accepts a connection."""
        self.largest = size
        self._write()

    def reload(self) -> None:
        """SIGHUP: it reads users and rights anew and keeps every connection."""
        self.child.must_run()
        self.child.process.send_signal(signal.SIGHUP)

    def restart(self) -> None:
        """Stops it and starts it as it is configured by now."""
        self.stop()
        self.start()

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

    def _write(self) -> None:
        text = CONFIGURATION.format(
            user=getpass.getuser(), port=self.port, store=self.store, authority=self.authority,
            certificate=self.identity.certificate, key=self.identity.key,
        )
        files = {"password_file": self.passwords, "acl_file": self.rights}
        text += "".join(f"{option} {file}\n" for option, file in files.items() if file.exists())
        if self.largest:
            text += f"message_size_limit {self.largest}\n"
        self.configuration.write_text(text)

    def _answers(self) -> bool:
        self.child.must_run()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
