"""Tab in a shell: verbs, options, files, and the points, covers and buses of a running daemon."""
from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from lab.bench import Bench, cover
from lab.gateway import REPOSITORY, program

SIMULATE = """
source "$1"; shift
line="$*"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$line"; COMP_POINT=${#line}; COMP_TYPE=9; COMP_KEY=9
name=$(basename "$1")
function=$(complete -p "$name" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$function" "$name" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what `make completions` writes."""
    folder = tmp_path_factory.mktemp("share")
    subprocess.run(
        [REPOSITORY / "scripts/completions.sh", folder, program("gatewayd"), program("gatewayctl")], check=True, timeout=60)
    return folder


def offered(scripts: Path, *words: str, folder: Path = REPOSITORY) -> list[str]:
    """What bash offers for the last word of a command line."""
    name = words[0]
    script = scripts / "bash-completion/completions" / name
    done = subprocess.run(
        ["bash", "--norc", "-c", SIMULATE, "bash", str(script), *words], capture_output=True, text=True, timeout=20, cwd=folder,
        env={"PATH": f"{Path(program(name)).parent}:/usr/bin:/bin"})
    assert done.returncode == 0 and not done.stderr, done
    return [line.rstrip() for line in done.stdout.splitlines() if line.strip()]


def test_verbs_and_options(scripts: Path) -> None:
    assert {"status", "sensors", "config", "gpio", "alarms"} <= set(offered(scripts, "gatewayctl", ""))
    assert offered(scripts, "gatewayctl", "stat") == ["status"]
    assert offered(scripts, "gatewayctl", "config", "s") == ["show"]
    assert {"--socket", "--json"} <= set(offered(scripts, "gatewayctl", "--"))
    assert {"--cover", "--json"} <= set(offered(scripts, "gatewayctl", "sensors", "--"))
    assert {"run", "check", "schema"} <= set(offered(scripts, "gatewayd", ""))


def test_options_may_stand_before_the_verb(scripts: Path) -> None:
    assert offered(scripts, "gatewayctl", "--json", "stat") == ["status"]
    assert offered(scripts, "gatewayctl", "--socket", "/s", "--json", "conf") == ["config"]


def test_files_that_can_be_a_configuration(scripts: Path, tmp_path: Path) -> None:
    for name in ("gateway.yaml", "model.yaml", "notes.txt"):
        (tmp_path / name).touch()
    for verb in ("run", "check"):
        assert set(offered(scripts, "gatewayd", verb, "--config", "", folder=tmp_path)) == {"gateway.yaml", "model.yaml"}
    assert offered(scripts, "gatewayd", "check", "--profile", "m", folder=tmp_path)[0] == "model.yaml"


def test_points_covers_and_buses_of_the_running_daemon(scripts: Path, shared: Bench) -> None:
    socket = str(shared.gateways[0].socket)
    assert f"{cover(188)}/ch4/gas" in offered(scripts, "gatewayctl", "--socket", socket, "read", "")
    assert f"{cover(188)}/ch4/gas" in offered(scripts, "gatewayctl", "read", "--socket", socket, "")
    assert offered(scripts, "gatewayctl", "--socket", socket, "sensors", "--cover", "") == [cover(188)]
    assert offered(scripts, "gatewayctl", "--socket", socket, "bus", "stats", "rs") == ["rs485-1"]
    assert offered(scripts, "gatewayctl", "--socket", socket, "alarms", "ack", "no-such") == []


def test_without_a_daemon_nothing_is_offered_and_nothing_said(scripts: Path, tmp_path: Path) -> None:
    assert offered(scripts, "gatewayctl", "--socket", str(tmp_path / "none"), "read", "C") == []


def test_a_daemon_that_hangs_does_not_hold_the_shell(scripts: Path, tmp_path: Path) -> None:
    import socket
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(1)
        begun = time.monotonic()
        assert offered(scripts, "gatewayctl", "--socket", str(tmp_path / "s"), "read", "C") == []
        # 300 ms by itself; the bound is far from it so that a busy machine does not matter, and below the verb's own 10 s.
        assert time.monotonic() - begun < 8


@pytest.mark.parametrize("shell, script", [("zsh", "zsh/vendor-completions/_gatewayctl"),
                                           ("fish", "fish/vendor_completions.d/gatewayctl.fish")])
def test_other_shells_can_read_theirs(scripts: Path, shell: str, script: str) -> None:
    text = (scripts / script).read_text(encoding="utf-8")
    assert "config" in text and "gatewayctl" in text
    assert shutil.which(shell), f"{shell} is not installed: run scripts/install-dependencies.sh"
    subprocess.run([shell, "-n", str(scripts / script)], check=True, timeout=20)
