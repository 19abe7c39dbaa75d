"""Every shipped scenario, played by the built daemon: what must be seen is seen, and what must never be seen is not.

Two seeds each: a fixed one, and a fresh one that stands in the test's name; SCENARIO_SEED=N plays that one instead.
"""
from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

import pytest

from lab import schema
from lab.bench import Bench
from lab.gateway import ctl, program, run
from lab.ledger import Ledger
from lab.street import FOLDER, SCENARIOS, Street
from lab.wait import until

FIXED = 20260601
FRESH = int(os.environ["SCENARIO_SEED"])

# Everything that chance has a hand in, and a device that loses replies: if anything depends on the machine, it shows here.
SHORT = """\
schema: 1
scenario: short
about: Much happens in three minutes.
duration: 3 min
events:
  - {vehicles: 1200 /h}
  - {at: 20 s, cover: 1, gas: methane, flow: 100 L/min}
  - {at: 1 min, for: 30 s, cover: 4, lid: opened}
  - {at: 30 s, for: 1 min, cover: 1, device: h2s, trouble: unreliable}
expect:
  - {cover: 4, raised: cover-missing}
  - {raised: methane-high}
"""

# More is read while the link is cut than may wait before time stands still.
LONG_CUT = """\
schema: 1
scenario: long-cut
about: The link is cut for half an hour.
duration: 32 min
events:
  - {at: 10 min, for: 20 min, link: cut}
  - {at: 1 min, for: 20 min, link: cut}
"""


@pytest.fixture
def streets(tmp_path: Path) -> Iterator[list[Street]]:
    """Streets that a test made; ended whatever happens."""
    made: list[Street] = []
    yield made
    for street in made:
        street.child.kill()


def once(folder: Path, story: str) -> tuple[int, str]:
    """Plays a story once; its exit code and what it said."""
    folder.mkdir()
    name = schema.read(story)["scenario"]
    (folder / f"{name}.yaml").write_text(story, encoding="utf-8")
    street = Street(folder / "street", folder / f"{name}.yaml", FIXED)
    street.write()
    done = run(*street.child.arguments, "--once", seconds=120)
    return done.exit, done.err


def test_once_ends_with_the_story_and_its_exit_code_says_whether_all_was_as_expected(tmp_path: Path) -> None:
    status, said = once(tmp_path / "good", SHORT)
    assert status == 0 and "scenario over" in said, said
    status, said = once(tmp_path / "wrong", SHORT.replace("raised: cover-missing", "raised: cover-tilted"))
    assert status == 1 and "cover-tilted raised at cover 4" in said, said


def test_all_scenarios_are_here() -> None:
    assert len(SCENARIOS) >= 11, SCENARIOS


@pytest.mark.parametrize("seed", [FIXED, FRESH])
@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "outage"])
def test_what_the_scenario_expects_is_seen(streets: list[Street], tmp_path: Path, name: str, seed: int) -> None:
    street = Street(tmp_path / "street", FOLDER / f"{name}.yaml", seed)
    streets.append(street)
    if name == "calm-day":
        street.slow_down(every="30 s")  # else it takes minutes, and nothing more is learnt
    street.play()
    met, count, wrong = street.verdict()
    assert not wrong and met == count > 0, "\n".join([f"seed {seed}: {met} of {count}", *wrong])
    assert street.child.terminate() == 0


@pytest.mark.parametrize("seed", [FIXED, FRESH])
def test_nothing_is_lost_when_the_scenario_cuts_the_link(bench: Bench, streets: list[Street], seed: int) -> None:
    platform = bench.platform()
    street = Street(bench.folder / "street", FOLDER / "outage.yaml", seed)
    streets.append(street)
    street.send_to(bench.broker, bench.authority.client("gw"))
    street.play()
    met, count, wrong = street.verdict()
    assert not wrong and met == count > 0, "\n".join([f"seed {seed}: {met} of {count}", *wrong])
    ledger = platform.ledger
    arrived(street, ledger, 25)
    assert street.child.terminate() == 0
    assert ledger.complaints() == []
    assert ledger.lane("readings").missing() == [] and ledger.lane("alarms").missing() == []
    raised = ledger.alarm(rule="cover-missing", to="unacknowledged")
    assert raised and 480 <= since_begin(raised["occurred"]) <= 490, raised
    cut = [reading for reading in ledger.readings() if 300 <= since_begin(reading["time"]) < 900]
    tilts = [reading for reading in cut if reading["sensor"] == "tilt" and reading["channel"] == "tilt"]
    assert len(tilts) == 3 * 600, "three tilt meters gave a reading each second while the link was cut"


def test_a_cut_that_outlasts_ten_thousand_records_does_not_stop_time_for_ever(bench: Bench, streets: list[Street]) -> None:
    scenario = bench.folder / "long-cut.yaml"
    scenario.write_text(LONG_CUT)
    platform = bench.platform()
    street = Street(bench.folder / "street", scenario, FIXED)
    streets.append(street)
    street.send_to(bench.broker, bench.authority.client("gw"))
    street.play(seconds=60)
    ledger = platform.ledger
    arrived(street, ledger, 32)
    assert street.child.terminate() == 0
    cut = [reading for reading in ledger.readings() if 60 <= since_begin(reading["time"]) < 1800]
    assert len(cut) > 11_000, "more than what time stands still for came while the link was cut"
    assert ledger.complaints() == [] and ledger.lane("readings").missing() == []
    # Two cuts that overlap are one, whatever the order of the file.
    assert [len(street.said(words)) for words in ("the scenario cuts the link", "the link is back")] == [1, 1]


def test_a_seed_gives_the_same_readings_again_and_another_one_others(bench: Bench, streets: list[Street], tmp_path: Path) -> None:
    scenario = tmp_path / "short.yaml"
    scenario.write_text(SHORT)
    first, again, other = (sequence(bench, streets, scenario, number, seed) for number, seed in enumerate([7, 7, 8]))
    assert first[:3] == again[:3]
    assert len(first) > 1500 and first == again
    assert first != other


def test_times_of_a_simulated_street_are_said_to_be_simulated(streets: list[Street], tmp_path: Path) -> None:
    street = Street(tmp_path / "street", FOLDER / "calm-day.yaml", FIXED, speed=20)
    streets.append(street)
    street.start()

    def shown(verb: str) -> str:
        return ctl("--socket", str(street.socket), verb).out

    until(lambda: "可信 good" in shown("sensors"), 30, "something is read")
    for verb in ("sensors", "alarms", "maintenance", "calibration"):
        assert shown(verb).splitlines()[-1].startswith("以上为模拟时间，现为 20"), shown(verb)
    for verb in ("config", "outbox", "audit"):
        assert "模拟时间" not in shown(verb), shown(verb)
    status = shown("status")
    assert "读数、报警和维护按模拟时间，现为 20" in status and "（本机时钟）" in status, status


def sequence(bench: Bench, streets: list[Street], scenario: Path, number: int, seed: int) -> list[tuple[Any, ...]]:
    """What the platform gets of the story, in the order of the numbers."""
    part = Bench(bench.folder / str(number))
    try:
        platform = part.platform()
        street = Street(part.folder / "street", scenario, seed)
        streets.append(street)
        street.send_to(part.broker, part.authority.client("gw"))
        street.play()
        arrived(street, platform.ledger, 3)
        street.child.kill()
        readings = [reading for reading in platform.ledger.readings() if since_begin(reading["time"]) <= 180]
        assert {reading["origin"] for reading in readings} == {"simulated"}
        assert platform.ledger.complaints() == []
        return [
            tuple(reading.get(key) for key in ("seq", "cover", "sensor", "channel", "value", "quality", "reason", "time"))
            for reading in readings
        ]
    finally:
        part.close()


def arrived(street: Street, ledger: Ledger, minutes: float) -> None:
    """Waits for readings from behind the story's end. The daemon goes on as fast as it can: looking often slows only us."""

    def is_over() -> bool:
        readings = ledger.readings()
        return bool(readings) and since_begin(readings[-1]["time"]) > minutes * 60

    until(is_over, 60, lambda: f"the whole story arrives\n{street.child.tail()}", every=0.5)


def since_begin(time: str) -> float:
    """Seconds of simulated time since the begin that scenarios have by default."""
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() - 1_780_272_000


@pytest.mark.parametrize("name", SCENARIOS)
def test_check_and_schema_find_nothing_wrong(name: str) -> None:
    answer = run(program("gatewayd"), "check", "--config", str(FOLDER / "street.yaml"), "--simulate", str(FOLDER / f"{name}.yaml"))
    assert answer.exit == 0 and not answer.err, answer.out
    first, *_, second = answer.out.splitlines()
    assert first.startswith(f"{FOLDER / 'street.yaml'}: good: 4 covers, ")
    assert second.startswith(f"{FOLDER / name}.yaml: good: ") and "expectation" in second
    assert schema.complaints((FOLDER / f"{name}.yaml").read_text(), "--scenario") == []


@pytest.mark.parametrize("old, new, key", [
    ("scenario: gas-build-up", "scenaro: gas-build-up", "scenaro"), ("duration: 40 min", "duration: 40", "duration"),
    ("flow: 5 L/min", "flow: 5", "events[0].flow"), ("flow: 5 L/min", "flow: 5 m3/h", "events[0].flow"),
    (", flow: 5 L/min", "", "events[0].flow"), ("lid: opened", "lid: open", "events[1].lid"),
    ("lid: opened", "lid: opened, rain: 5 mm/h", "events[1].rain"), ("lid: opened}", "vehicles: 5}", "events[1].vehicles"),
    ("above: 20 %LEL", "above: 20 ppm", "expect[0].above"), ("within: [5 min, 12 min]", "within: [5 min]", "expect[0].within"),
    ("never: true", "never: maybe", "expect[7].never"), ("raised: methane-high", "raisd: methane-high", "expect[1].raisd"),
])
def test_check_and_schema_refuse_a_broken_scenario_alike(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (FOLDER / "gas-build-up.yaml").read_text()
    assert old in text
    broken = tmp_path / "gas-build-up.yaml"
    broken.write_text(text.replace(old, new, 1))
    answer = run(program("gatewayd"), "check", "--config", str(FOLDER / "street.yaml"), "--simulate", str(broken))
    assert answer.exit == 78 and f" error: {key}: " in answer.out, answer.out
    assert "good" not in answer.out, "only what is wrong is said"
    assert schema.complaints(broken.read_text(), "--scenario") != []


def test_the_errors_of_both_files_are_said_at_once(tmp_path: Path) -> None:
    configuration, scenario = tmp_path / "street.yaml", tmp_path / "calm-day.yaml"
    configuration.write_text((FOLDER / "street.yaml").read_text().replace("language: zh", "language: fr"))
    scenario.write_text((FOLDER / "calm-day.yaml").read_text().replace("24 h", "24"))
    answer = run(program("gatewayd"), "check", "--config", str(configuration), "--simulate", str(scenario))
    assert answer.exit == 78 and [line.split(":")[0] for line in answer.out.splitlines()] == [str(scenario), str(configuration)]


def test_a_scenario_in_the_place_of_a_configuration_is_said_to_be_one() -> None:
    street, story = str(FOLDER / "street.yaml"), str(FOLDER / "flood.yaml")
    swapped = run(program("gatewayd"), "check", "--config", story, "--simulate", street)
    assert swapped.exit == 78 and len(swapped.out.splitlines()) == 2
    assert "a scenario is given with --simulate" in swapped.out and "a configuration is given with --config" in swapped.out
    for verb in ("check", "run"):
        alone = run(program("gatewayd"), verb, *([] if verb == "run" else ["--profile", "x"]), "--simulate", story)
        assert alone.exit == 64, alone
