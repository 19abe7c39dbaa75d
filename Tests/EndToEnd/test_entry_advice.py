"""Before somebody enters: the built daemon's advice on the simulated street, and the tool's own when the daemon is away."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab.gateway import Answer, ctl
from lab.street import Street
from lab.wait import until

SEWAGE, STORM = "3205820102048188", "3205820103012760"
SENTENCE = (
    "Not an entry permit. Test with a portable instrument at top, middle, bottom within 30 min before entry: "
    "O2, then CH4, then toxic."
)
# What follows the story goes on: the gas of the second one is still there when it is asked about.
CALM = "schema: 1\nscenario: calm\nabout: Nothing happens.\nduration: 3 min\nevents: []\n"
GAS = (
    "schema: 1\nscenario: gas\nabout: Methane seeps in and does not end.\nduration: 20 min\n"
    "events:\n  - {at: 1 min, cover: 1, gas: methane, flow: 20 L/min}\n"
)


@pytest.fixture
def streets() -> Iterator[list[Street]]:
    """Streets that a test made; ended whatever happens."""
    made: list[Street] = []
    yield made
    for street in made:
        street.child.kill()


def played(streets: list[Street], folder: Path, story: str) -> Street:
    """The street when the story is over, with every needed gas measured at the sewage cover."""
    scenario = folder / f"{story.split()[3]}.yaml"
    scenario.write_text(story, encoding="utf-8")
    street = Street(folder / "street", scenario, 20260601)
    streets.append(street)
    street.configuration["covers"][0]["sensors"]["co"] = {
        "bus": "rs485-1", "unit": 6, "profile": "pemtech-pt495-co", "every": "5 s", "mounted": "0.60 m",
    }
    street.play()
    return street


def advice(street: Street, cover: str, *options: str) -> Answer:
    """What the tool says."""
    return ctl("--socket", str(street.socket), "entry-advice", cover, *options)


def codes(report: dict[str, Any], verdict: str) -> list[str]:
    """The findings that weigh so much."""
    return [finding["code"] for finding in report["findings"] if finding["verdict"] == verdict]


def test_a_cover_without_gas_sensors_is_a_stop_in_both_languages(streets: list[Street], tmp_path: Path) -> None:
    street = played(streets, tmp_path, CALM)
    english = advice(street, STORM, "--language", "en")
    assert english.exit == 1, english
    assert english.out.splitlines()[1].strip() == "STOP" and SENTENCE in english.out
    assert "长安路下穿通道雨水井" in english.out and STORM in english.out and "长安路下穿通道北口" in english.out
    assert " 2  STOP     not measured here: oxygen, flammable gas, hydrogen sulfide, carbon monoxide" in english.out.splitlines()
    chinese = advice(street, STORM)
    assert chinese.exit == 1 and "STOP" in chinese.out and "便携式仪器" in chinese.out and "此处没有监测" in chinese.out
    for text in (english.out, chinese.out):
        assert "safe" not in text.lower() and "安全" not in text

    # All four gases are measured and calm: what is left are things to see to.
    answer = advice(street, SEWAGE, "--json")
    report = answer.json
    assert answer.exit == 0 and report["verdict"] == "caution", report
    assert codes(report, "stop") == [] and codes(report, "caution")[-1] == "maintenance-off"
    assert "checks-unknown" in codes(report, "caution") and "seen-shortly" in codes(report, "no-objection")
    assert report["origin"] == "simulated" and report["clock"] == "synced" and report["cover_name"] == "人民路56号污水井"
    gases = {day["quantity"]: day for day in report["day"]}
    assert set(gases) == {"methane", "hydrogen-sulfide", "oxygen", "carbon-monoxide"}
    assert all(day["lowest"] <= day["highest"] and day["seen_seconds"] > 0 for day in gases.values())
    assert street.child.terminate() == 0


def test_gas_is_a_stop_with_its_peak_and_its_alarm(streets: list[Street], tmp_path: Path) -> None:
    street = played(streets, tmp_path, GAS)
    answer = advice(street, SEWAGE, "--json")
    report = answer.json
    assert answer.exit == 1 and report["verdict"] == "stop", report
    gas = next(finding for finding in report["findings"] if finding["code"] == "flammable-high")
    assert gas["step"] == 7 and gas["value"] >= 10 and gas["limit"] == 10 and gas["unit"] == "%LEL"
    assert {"methane-high"} <= {finding["rule"] for finding in report["findings"] if finding["code"] == "alarm-raised"}
    assert next(day for day in report["day"] if day["quantity"] == "methane")["highest"] >= gas["value"]
    assert [finding["step"] for finding in report["findings"]] == sorted(finding["step"] for finding in report["findings"])
    text = advice(street, SEWAGE, "--language", "en").out
    assert "do not open, no ignition source" in text and text.index("STOP  ") < text.index("CAUTION  ")
    assert advice(street, "RQ-050017").exit == 1, "a cover with methane alone is a STOP"


def test_what_cannot_be_asked_is_refused_with_words(streets: list[Street], tmp_path: Path) -> None:
    street = played(streets, tmp_path, CALM)
    unknown = advice(street, "no-such-cover")
    assert unknown.exit == 64 and "no-such-cover" in unknown.err and not unknown.out, unknown
    assert advice(street, STORM, "--language", "fr").exit == 64
    street.child.kill()
    until(lambda: advice(street, STORM).exit == 69, 30, "nobody answers any more")


def test_without_the_daemon_the_answer_is_stop(tmp_path: Path) -> None:
    nobody = str(tmp_path / "nobody")
    answer = ctl("--socket", nobody, "entry-advice", STORM)
    assert answer.exit == 69 and nobody in answer.err
    assert answer.out.index("STOP") < answer.out.index("no statement possible: the gateway does not answer")
    assert SENTENCE in answer.out and "无法作出判断" in answer.out, "without a language asked for, both are printed"
    english = ctl("--socket", nobody, "entry-advice", STORM, "--language", "en").out
    assert "no statement possible" in english and "无法" not in english
    report = json.loads(ctl("--socket", nobody, "--json", "entry-advice", STORM).out)
    assert report["verdict"] == "stop" and report["headline"] == "gateway-silent" and report["sentence"] == SENTENCE
