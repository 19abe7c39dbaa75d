"""Fixtures: a bench for each test, closed whatever happens, its logs shown when the test failed."""
from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Iterator

import pytest

from lab.bench import Bench
from lab.gateway import Gateway
from lab.wait import until


def pytest_configure() -> None:
    """A fresh seed for the stories unless one is given: the same in every process of this run, because it names tests."""
    os.environ["SCENARIO_SEED"] = os.environ.get("SCENARIO_SEED") or str(random.SystemRandom().randrange(1, 2**32))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first. Tests that share the bench of a module stay in one process, when others run beside them."""
    items.sort(key=lambda item: item.get_closest_marker("longest") is None)
    for item in items:
        made = [fixture for fixtures in item._fixtureinfo.name2fixturedefs.values() for fixture in fixtures]
        if any(fixture.scope == "module" for fixture in made):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Adds the daemons' logs to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    bench = next((value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Bench)), None)
    if report.failed and bench is not None:
        report.sections.append(("daemons", bench.logs()))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A broker with its authority, and whatever else the test asks for."""
    made = Bench(tmp_path / "b")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A platform, one serial line and a running daemon for tests that only look; they leave it as they found it."""
    made = Bench(tmp_path_factory.mktemp("shared") / "b")
    try:
        made.platform()
        gateway = made.gateway(made.rtu())
        gateway.start()
        until(lambda: all_good(gateway), 30, lambda: f"every point is good\n{gateway.ask('sensors', as_json=False).out}")
        yield made
    finally:
        made.close()


def all_good(gateway: Gateway) -> bool:
    """True when the last reading of every point is good."""
    rows = gateway.ask("sensors").json["sensors"]
    return bool(rows) and all(row["quality"] == "good" for row in rows)
