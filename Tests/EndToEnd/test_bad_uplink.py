"""Bad input from above: a broker that refuses, that is not to be trusted, or that nobody listens to. Everything is kept."""
from __future__ import annotations

import re
import shutil

import pytest

from lab import judge
from lab.bench import Bench
from lab.certificates import Authority
from lab.ledger import READINGS
from lab.wait import for_seconds, until

ROOM_FOR_BACKOFF = 90


@pytest.mark.parametrize("wrong", ["certificate", "ca"])
def test_a_wrong_certificate_is_said_in_words_and_nothing_is_lost(bench: Bench, wrong: str) -> None:
    platform, line = bench.platform(), bench.tcp(3)
    gateway = bench.gateway(line)
    right, rogue = bench.authority.client("gw"), Authority(bench.folder / "rogue", "rogue").client("gw")
    files = {name: gateway.folder / f"{name}.pem" for name in ("ca", "certificate", "key")}
    use = {"ca": right.authority, "certificate": right.certificate, "key": right.key}
    use.update({"ca": rogue.authority} if wrong == "ca" else {"certificate": rogue.certificate, "key": rogue.key})
    for name, source in use.items():
        shutil.copy(source, files[name])
    gateway.configuration["uplinks"]["city"]["tls"] = {name: str(path) for name, path in files.items()}
    gateway.write()
    gateway.start()

    until(
        lambda: re.search("certificate", gateway.uplink()["problem"] or "", re.IGNORECASE), 20,
        lambda: f"uplink status speaks of the certificate: {gateway.uplink()}",
    )
    assert "ertificate" in gateway.ask("uplink", "status", as_json=False).out
    until(lambda: gateway.lane(READINGS)["waiting"] > 5, 20, "readings are kept")
    assert platform.ledger.readings() == []

    for name, source in {"ca": right.authority, "certificate": right.certificate, "key": right.key}.items():
        shutil.copy(source, files[name])
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"the right certificate is taken up: {gateway.uplink()}")
    judge.delivered(gateway, platform, 30)
    judge.faultless(platform.ledger, [line])
    assert min(platform.ledger.lane(READINGS).records) == 1


def test_when_nobody_listens_records_are_kept_until_somebody_does(bench: Bench) -> None:
    line = bench.tcp(3)
    gateway = bench.gateway(line)
    gateway.start()
    until(lambda: gateway.uplink()["nobody_listening"], 20, lambda: f"uplink status says that nobody listens: {gateway.uplink()}")
    said = gateway.ask("uplink", "status", as_json=False).out
    assert re.search("nobody|no subscriber|listen", said, re.IGNORECASE), said
    for_seconds(4, gateway.child.must_run)
    lane = gateway.lane(READINGS)
    assert lane["waiting"] > 10 and lane["first_seq"] == 1, f"nothing is freed: {lane}"

    platform = bench.platform()
    until(platform.ledger.readings, ROOM_FOR_BACKOFF, lambda: f"delivered when somebody listens: {gateway.uplink()}")
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line])
    assert min(platform.ledger.lane(READINGS).records) == 1
    until(lambda: not gateway.uplink()["nobody_listening"], 20, "the complaint is taken back")


def test_a_broker_killed_again_and_again(bench: Bench) -> None:
    platform, line = bench.platform(), bench.tcp(5)
    gateway = bench.gateway(line)
    gateway.start()
    for _ in range(3):
        until(lambda: gateway.uplink()["state"] == "connected", ROOM_FOR_BACKOFF, lambda: f"connected: {gateway.uplink()}")
        for_seconds(2, gateway.child.must_run)
        bench.broker.stop()
        for_seconds(1, gateway.child.must_run)
        bench.broker.start()
    judge.delivered(gateway, platform, ROOM_FOR_BACKOFF)
    judge.faultless(platform.ledger, [line], breaks=3)
