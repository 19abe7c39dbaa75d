"""The JSON Schemas for editors: valid themselves, content with what is good, and at one with `gatewayd check` on what is not."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lab.gateway import REPOSITORY, program, run
from lab.schema import check, complaints, validator

GATEWAY = """\
schema: 1
gateway: {id: gw-500111-0007, language: zh, timezone: Asia/Shanghai, divisions: ["320582"]}
profiles: [./profiles]
store: {path: /var/lib/gatewayd, max_size: 512 MiB, commit_interval: 1 s}
diagnostics: {socket: /run/gatewayd/gatewayd.sock, http: 127.0.0.1:9100}
buses:
  rs485-1: {kind: modbus-rtu, device: /dev/ttyS4, baud: 9600, parity: none, stop_bits: 1, response_timeout: 500 ms}
  plc:     {kind: modbus-tcp, host: 192.0.2.10, port: 502}
  tunnel:  {kind: modbus-rtu-over-tcp, host: 192.0.2.11, port: 4001}
  box:     {kind: gpio, chip: pinctrl-bcm2711}
covers:
  - code: "3205820102048188"
    scheme: component16
    name: 人民路56号井
    kind: sewage
    risk: [crowded, flood-prone]
    location: {longitude: 120.553, latitude: 31.876, crs: CGCS2000, text: 人民路与长安路口东南角, rim_elevation: 4.12 m, invert_elevation: 0.80 m, datum: "1985"}
    grid: "320582110152102"
    responsibility_grid: R-0112
    road: 人民路（长安路—中山路）
    competent: 市住建局
    owner: 市水务局
    maintainer: 排水公司
    sensors:
      ch4:   {bus: rs485-1, unit: 3,  profile: honeywell-sensepoint-xcd, every: 5 s, serial: XCD-2231, installed: 2026-05-02, mounted: 0.60 m}
      tilt:  {bus: rs485-1, unit: 80, profile: witmotion-wt901c485, every: 1 s}
      level: {bus: rs485-1, unit: 1,  profile: keller-33x, every: 30 s, mounted: 3.20 m}
      lid:   {bus: box, line: GPIO17, quantity: cover-open, active: low, bias: pull-up, debounce: 50 ms}
alarms:
  rules:
    - {id: methane-high, when: {quantity: methane, above: 20 %LEL, for: 10 s, clear_below: 15 %LEL}, severity: 2}
outputs:
  siren: {bus: box, line: GPIO5, active: low, fail_safe: true, when: {severity: 3, covers: ["3205820102048188"]}, until: returned}
uplinks:
  city:
    kind: mqtt
    format: native
    links:
      - {host: broker.example, port: 8883}
      - {host: backup.example, port: 8883}
    tls: {ca: ca.pem, certificate: gw.pem, key: gw.key}
    username: gw-500111-0007
    password_file: secret
    batch: {max_readings: 500, max_interval: 10 s}
    no_subscriber: hold
"""

BROKEN_GATEWAYS = [
    ("an unknown key", "language: zh", "langage: zh", "gateway.langage"),
    ("a missing key", "{id: gw-500111-0007, ", "{", "gateway.id"),
    ("an id that is none", "id: gw-500111-0007", "id: gw/7", "gateway.id"),
    ("a number that is a word", "schema: 1", "schema: one", "schema"),
    ("an id that YAML takes for a truth value", "id: gw-500111-0007", "id: true", "gateway.id"),
    ("text that YAML takes for nothing", "road: 人民路（长安路—中山路）", "road: null", "covers[0].road"),
    ("text that is not there", "road: 人民路（长安路—中山路）", "road:", "covers[0].road"),
    ("a host that YAML takes for nothing", "host: 192.0.2.10", "host: ~", "buses.plc.host"),
    ("a county that is none", '["320582"]', '["990582"]', "gateway.divisions[0]"),
    ("a duration without unit", "commit_interval: 1 s", "commit_interval: 1", "store.commit_interval"),
    ("a size without unit", "512 MiB", "512", "store.max_size"),
    ("a list where a section belongs", "diagnostics: {socket: /run/gatewayd/gatewayd.sock, http: 127.0.0.1:9100}", "diagnostics: []", "diagnostics"),
    ("an address without port", "http: 127.0.0.1:9100", "http: 127.0.0.1", "diagnostics.http"),
    ("a port that is none", "http: 127.0.0.1:9100", "http: 127.0.0.1:65536", "diagnostics.http"),
    ("a name where an address belongs", "http: 127.0.0.1:9100", "http: localhost:9100", "diagnostics.http"),
    ("a speed nobody has", "baud: 9600", "baud: 9601", "buses.rs485-1.baud"),
    ("a parity that is none", "parity: none", "parity: mark", "buses.rs485-1.parity"),
    ("a kind that does not exist", "kind: modbus-tcp", "kind: modbus-tpc", "buses.plc.kind"),
    ("a bus without kind", "kind: modbus-tcp, ", "", "buses.plc.kind"),
    ("a serial server without port", ", port: 4001", "", "buses.tunnel.port"),
    ("a key of another kind of bus", "chip: pinctrl", "baud: 9600, chip: pinctrl", "buses.box.baud"),
    ("a chip that is another device", "chip: pinctrl-bcm2711", "chip: /dev/ttyS0", "buses.box.chip"),
    ("a scheme that does not exist", "component16", "component17", "covers[0].scheme"),
    ("a cover without code", 'code: "3205820102048188"', "name: x", "covers[0].code"),
    ("a kind of cover that does not exist", "kind: sewage", "kind: sewer", "covers[0].kind"),
    ("a word where a list belongs", "risk: [crowded, flood-prone]", "risk: crowded", "covers[0].risk"),
    ("a longitude out of range", "120.553", "1205.53", "covers[0].location.longitude"),
    ("another reference system", "CGCS2000", "GCJ-02", "covers[0].location.crs"),
    ("an elevation without unit", "rim_elevation: 4.12 m", "rim_elevation: 4.12", "covers[0].location.rim_elevation"),
    ("a unit address that is a word", "unit: 3,", "unit: three,", "covers[0].sensors.ch4.unit"),
    ("a time without unit", "every: 5 s", "every: 5", "covers[0].sensors.ch4.every"),
    ("a depth in another unit", "0.60 m", "60 cm", "covers[0].sensors.ch4.mounted"),
    ("a line of a quantity with unit", "cover-open", "methane", "covers[0].sensors.lid.quantity"),
    ("a threshold in another unit", "above: 20 %LEL", "above: 20 ppm", "alarms.rules[0].when.above"),
    ("a threshold without unit", "above: 20 %LEL", "above: 20", "alarms.rules[0].when.above"),
    ("a rule without clear value", ", clear_below: 15 %LEL", "", "alarms.rules[0].when.clear_below"),
    ("a quantity that does not exist", "quantity: methane", "quantity: methan", "alarms.rules[0].when.quantity"),
    ("a severity that does not exist", "severity: 2", "severity: 4", "alarms.rules[0].severity"),
    ("an output without line", "line: GPIO5, ", "", "outputs.siren.line"),
    ("a polarity that is a word", "fail_safe: true", "fail_safe: maybe", "outputs.siren.fail_safe"),
    ("an end of the sound there is not", "until: returned", "until: silence", "outputs.siren.until"),
    ("an output for no cover", 'covers: ["3205820102048188"]', "covers: []", "outputs.siren.when.covers"),
    ("a link without host", "{host: backup.example, port: 8883}", "{port: 8883}", "uplinks.city.links[1].host"),
    ("host beside links", "    format: native", "    host: broker.example", "uplinks.city.host"),
    ("a port out of range", "host: backup.example, port: 8883", "host: backup.example, port: 88830", "uplinks.city.links[1].port"),
    ("a certificate without its key", ", key: gw.key", "", "uplinks.city.tls.key"),
    ("a batch of nothing", "max_readings: 500", "max_readings: 0", "uplinks.city.batch.max_readings"),
]

BROKEN_PROFILES = [
    ("an unknown key", "verified: false", "verifed: false", "verifed"),
    ("no maker", "vendor: Honeywell\n", "", "vendor"),
    ("a truth value that is a word", "verified: false", "verified: maybe", "verified"),
    ("a supply without unit", "supply_min: 16 V", "supply_min: 16", "supply_min"),
    ("no register in a read", "max_registers: 32", "max_registers: 0", "timing.max_registers"),
    ("a type that does not exist", "type: float32", "type: float24", "channels.gas.type"),
    ("an address below zero", "address: 2,", "address: -2,", "channels.gas.address"),
    ("a hexadecimal number with a capital X", "address: 2,", "address: 0X2,", "channels.gas.address"),
    ("a status by a hexadecimal number with a capital X", "equals: {2: warming-up", "equals: {0X2: warming-up", "status[0].equals.0X2"),
    ("a unit that does not fit", 'unit: "%LEL"', "unit: ppm", "channels.gas.unit"),
    ("a scale of zero", "scale: 0.1", "scale: 0", "channels.temperature.scale"),
    ("a range of one number", "range: [0, 100]", "range: [0]", "channels.gas.range"),
    ("a reason outside the list", "reason: another-unit", "reason: other-unit", "require[1].reason"),
    ("a requirement without expectation", "equals: 5, reason", "reason", "require[1]"),
    ("a status that is no number", "equals: {2: warming-up", "equals: {two: warming-up", "status[0].equals.two"),
    ("a status that means nothing", "bits: {5: device-fault}", "bits: {}", "status[1].bits"),
    ("a word that is too large", "words: [0x41A0, 0x0000]", "words: [0x41A0, 0x10000]", "examples[0].words[1]"),
    ("a golden vector without meaning", "words: [0x41A0, 0x0000], value: 20.0", "words: [0x41A0, 0x0000]", "examples[0]"),
    ("a heartbeat without period", "verified: false", "heartbeat: {table: input, address: 1}", "heartbeat.period"),
]

RULES = "schema: 1\nrules:\n  - {id: a, when: {quantity: methane, above: 20 %LEL, clear_below: 15 %LEL}, severity: 2, text: {zh: 甲, en: a}, source: a standard}\n"
BROKEN_RULES = [("a rule without source", ", source: a standard", ""), ("a key of another file", "rules:", "rule:")]


def replaced(text: str, old: str, new: str) -> str:
    """The text with its first `old` replaced."""
    assert old in text, old
    return text.replace(old, new, 1)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with what the configuration names."""
    (tmp_path / "profiles").mkdir()
    for name in ("ca.pem", "gw.pem", "gw.key", "secret"):
        (tmp_path / name).write_text("x\n")
    return tmp_path


@pytest.mark.parametrize("kind", [(), ("--profile",), ("--rules",), ("--scenario",)])
def test_the_schema_is_one_of_draft_2020_12(kind: tuple[str, ...]) -> None:
    schema = validator(*kind).schema
    assert schema["type"] == "object" and schema["additionalProperties"] is False
    assert all(key["description"] for key in schema["properties"].values())


def test_good_files_are_good(site: Path) -> None:
    (site / "gateway.yaml").write_text(GATEWAY)
    assert check(site / "gateway.yaml") == [] and complaints(GATEWAY) == []
    assert complaints((REPOSITORY / "examples/gateway.yaml").read_text()) == []
    models = sorted((REPOSITORY / "boards/profiles").glob("*.yaml"))
    packs = sorted((REPOSITORY / "boards/rules").glob("*.yaml"))
    assert models and packs
    for file in models:
        assert (file.name, complaints(file.read_text(), "--profile")) == (file.name, [])
    for file in packs:
        assert (file.name, complaints(file.read_text(), "--rules")) == (file.name, [])


@pytest.mark.parametrize("old, new", [
    ("host: 192.0.2.10", "host: 1"), ("chip: pinctrl-bcm2711", "chip: 1"), ('divisions: ["320582"]', "divisions: [320582]"),
    ("road: 人民路（长安路—中山路）", 'road: "null"'), ("owner: 市水务局", "owner: 17"),
])
def test_schema_and_check_take_text_of_digits_and_words_in_quotes_alike(site: Path, old: str, new: str) -> None:
    text = replaced(GATEWAY, old, new)
    (site / "gateway.yaml").write_text(text)
    assert check(site / "gateway.yaml") == [] and complaints(text) == []


@pytest.mark.parametrize("old, new, key", [case[1:] for case in BROKEN_GATEWAYS], ids=[case[0] for case in BROKEN_GATEWAYS])
def test_schema_and_check_refuse_a_broken_configuration_alike(site: Path, old: str, new: str, key: str) -> None:
    text = replaced(GATEWAY, old, new)
    (site / "gateway.yaml").write_text(text)
    lines = check(site / "gateway.yaml")
    assert any(f" error: {key}: " in line for line in lines), lines
    assert complaints(text) != []


@pytest.mark.parametrize("old, new, key", [case[1:] for case in BROKEN_PROFILES], ids=[case[0] for case in BROKEN_PROFILES])
def test_schema_and_check_refuse_a_broken_sensor_model_alike(tmp_path: Path, old: str, new: str, key: str) -> None:
    good = REPOSITORY / "boards/profiles/honeywell-sensepoint-xcd.yaml"
    text = replaced(good.read_text(), old, new)
    (tmp_path / good.name).write_text(text)
    lines = check(tmp_path / good.name, profile=True)
    assert any(f" error: {key}: " in line for line in lines), lines
    assert complaints(text, "--profile") != []


def test_the_schema_refuses_a_broken_rule_pack() -> None:
    assert complaints(RULES, "--rules") == []
    for _, old, new in BROKEN_RULES:
        assert complaints(replaced(RULES, old, new), "--rules") != []


def test_a_good_sensor_model_is_shown_with_words_beside_values(tmp_path: Path) -> None:
    good = REPOSITORY / "boards/profiles/honeywell-sensepoint-xcd.yaml"
    answer = run(program("gatewayd"), "check", "--profile", str(good))
    assert answer.exit == 0 and answer.out.startswith(f"{good}: good\n")
    assert "not verified" in answer.out and "holding 2-3, 2 registers" in answer.out
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["gas", "0x41A0", "0x0000", "→", "20.0", "%LEL", "✓"] in rows
    assert "supply: at least 16.0 V, nothing in this model measures it" in answer.out
    broken = tmp_path / good.name
    shutil.copy(good, broken)
    broken.write_text(replaced(broken.read_text(), "value: 20.0", "value: 19.0"))
    lines = check(broken, profile=True)
    assert len(lines) == 1 and "expected 19.0 %LEL, the words 0x41A0 0x0000 decode to 20.0 %LEL" in lines[0]
    for wrong in ([], ["--config", "a", "--profile", "b"]):
        assert run(program("gatewayd"), "check", *wrong).exit == 64
