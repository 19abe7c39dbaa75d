"""A certificate authority of one's own by the openssl command: what a city's platform would issue."""
from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = """[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1
[elsewhere]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:broker.elsewhere.example
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
"""
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True)
class Identity:
    """A certificate, its key and the authority that its owner trusts."""

    authority: Path
    certificate: Path
    key: Path


class Authority:
    """A self-signed authority in a folder, and what it signs."""

    def __init__(self, folder: Path, name: str = "lab"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name = folder, name
        self.certificate, self.key = folder / "ca.pem", folder / "ca.key"
        configuration = self._configuration(name)
        _openssl(
            "req", "-x509", *NEW_KEY, "-config", configuration, "-extensions", "authority", "-days", "90", "-keyout", self.key,
            "-out", self.certificate,
        )

    def server(self) -> Identity:
        """A broker's certificate for localhost and 127.0.0.1, as subject alternative names."""
        return self._issue("server", "server")

    def client(self, name: str) -> Identity:
        """A client's certificate."""
        return self._issue(name, "client")

    def ending_client(self, days: int) -> Identity:
        """A client's certificate that ends in so many days; below 0 it has ended."""
        return self._issue(f"ending-{days}", "client", days=days)

    def expired_server(self) -> Identity:
        """A broker's certificate that was good until yesterday."""
        return self._issue("server-expired", "server", days=-1)

    def stranger(self) -> Identity:
        """A broker's certificate for another host."""
        return self._issue("server-elsewhere", "elsewhere")

    def _issue(self, name: str, kind: str, days: int = 90) -> Identity:
        certificate, key, request = (self.folder / f"{name}.{ending}" for ending in ("pem", "key", "csr"))
        if not certificate.exists():
            configuration = self._configuration(name)
            _openssl("req", "-new", *NEW_KEY, "-config", configuration, "-keyout", key, "-out", request)
            _openssl(
                "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", days,
                "-extfile", configuration, "-extensions", kind, "-out", certificate,
            )
        return Identity(self.certificate, certificate, key)

    def _configuration(self, name: str) -> Path:
        path = self.folder / f"{name}.cnf"
        path.write_text(CONFIGURATION.format(name=name))
        return path


def _openssl(*arguments: object) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {arguments[0]}: {done.stderr}"
