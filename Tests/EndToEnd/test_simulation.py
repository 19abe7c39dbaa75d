"""The simulation by seed: the same seed gives the same bytes, in another process too, and another seed gives others."""
from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lab.gateway import REPOSITORY, program


def simulate(log: Path, seed: int) -> bytes:
    """Runs one seed and gives its event log."""
    command = [program("gateway-simulate"), "--first-seed", str(seed), "--hours", "0.3", "--log", str(log)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return log.read_bytes()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seed_gives_the_same_log_byte_for_byte(tmp_path: Path, seed: int) -> None:
    first, second = simulate(tmp_path / "first", seed), simulate(tmp_path / "second", seed)
    assert first.count(b"\n") > 50
    assert first == second


def test_a_run_is_the_same_after_others_in_the_process() -> None:
    command = [program("gateway-simulate"), "--first-seed", "50", "--seeds", "2", "--hours", "0.5", "--twice"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_another_seed_gives_another_log(tmp_path: Path) -> None:
    assert simulate(tmp_path / "first", 1) != simulate(tmp_path / "second", 2)
