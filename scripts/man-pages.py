#!/usr/bin/python3
"""Writes the manual pages of the built programs from their own `--experimental-dump-help`.

    scripts/man-pages.py FOLDER PROGRAM…     e.g. .build/stripped/share/man .build/debug/gatewayd .build/debug/gatewayctl

The same programs give the same bytes: nothing is taken from the clock. What a verb or an option does stands in the sources only.
"""
from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

SECTIONS = {"gatewayd": 8, "gatewayctl": 1}
FILES = {
    "gatewayd": [
        ("/etc/gatewayd/gateway.yaml", "the configuration of an installed daemon"),
        ("/etc/gatewayd/profiles", "sensor models of the site's own, where the configuration names the folder"),
        ("/usr/share/gatewayd/boards", "sensor models and alarm rules that come with the program"),
        ("/var/lib/gatewayd", "the store: outbox, last good configuration, audit log"),
        ("/run/gatewayd/gatewayd.sock", "the local socket"),
    ],
    "gatewayctl": [("/run/gatewayd/gatewayd.sock", "the daemon's socket, unless --socket names another")],
}
EXAMPLES = {
    "gatewayd": [
        ("Is the configuration good? All errors, one a line:", "gatewayd check --config /etc/gatewayd/gateway.yaml"),
        ("Try a sensor model of one's own:", "gatewayd check --profile profiles/my-probe.yaml"),
        ("The schema for an editor:", "gatewayd schema > gateway.schema.json"),
    ],
    "gatewayctl": [
        ("Is the gateway well, and if not, what is to be done?", "gatewayctl status"),
        ("What does every sensor say, the worst first?", "gatewayctl sensors"),
        ("Ask one device now:", "gatewayctl read 3205820102048188/ch4/gas"),
        ("What is in force, defaults included:", "gatewayctl config show"),
        ("For a script:", "gatewayctl --json alarms list"),
    ],
}
SEE_ALSO = {"gatewayd": ["gatewayctl(1)", "systemctl(1)", "journalctl(1)"], "gatewayctl": ["gatewayd(8)"]}


def text(words: str) -> str:
    """Words as roff takes them: no control line, no escapes of their own, hyphens that can be copied."""
    safe = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in safe.split("\n"))


def quoted(words: str) -> str:
    """An argument of a macro."""
    return '"' + text(words).replace('"', "\\(dq") + '"'


def run(*arguments: str) -> str:
    """What a program says."""
    return subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=60).stdout


def shown(command: dict[str, Any]) -> list[dict[str, Any]]:
    """The subcommands a person should know."""
    return [each for each in command.get("subcommands", []) if each.get("shouldDisplay", True) and each["commandName"] != "help"]


def names(argument: dict[str, Any]) -> list[str]:
    """The options' spellings, short ones first."""
    dash = {"short": "-", "long": "--", "longWithSingleDash": "-"}
    spelled = [dash[name["kind"]] + name["name"] for name in argument.get("names", [])]
    return sorted(spelled, key=lambda name: name.startswith("--"))


def term(argument: dict[str, Any]) -> str:
    """The head of an entry of a list of options."""
    value = argument.get("valueName") or "value"
    if argument["kind"] == "positional":
        return f"\\fI{text(value)}\\fR"
    head = ", ".join(f"\\fB{text(name)}\\fR" for name in names(argument))
    return head if argument["kind"] == "flag" else f"{head} \\fI{text(value)}\\fR"


def synopsis(path: list[str], command: dict[str, Any], common: set[str]) -> str:
    """One line: the verb with its own options and arguments."""
    parts = [f"\\fB{text(' '.join(path))}\\fR"]
    for argument in own(command, common):
        item = f"\\fI{text(argument['valueName'])}\\fR"
        if argument["kind"] != "positional":
            item = f"\\fB{text(names(argument)[-1])}\\fR" + ("" if argument["kind"] == "flag" else f" {item}")
        parts.append(f"[{item}]" if argument.get("isOptional") else item)
    return " ".join(parts)


def own(command: dict[str, Any], common: set[str]) -> list[dict[str, Any]]:
    """The arguments that are not the same for every verb."""
    return [
        argument for argument in command.get("arguments", [])
        if argument.get("shouldDisplay", True) and not (set(names(argument)) & common)
    ]


def entries(arguments: list[dict[str, Any]]) -> list[str]:
    """A list of options with what they do."""
    lines: list[str] = []
    for argument in arguments:
        words = argument.get("abstract", "")
        if argument.get("defaultValue") and argument["kind"] != "flag":
            words = f"{words} Default: {argument['defaultValue']}.".strip()
        lines += [".TP", term(argument), text(words)]
    return lines


def verbs(path: list[str], command: dict[str, Any], common: set[str]) -> list[str]:
    """Every verb below a command, in the order of its help."""
    lines: list[str] = []
    for each in shown(command):
        here = path + [each["commandName"]]
        below = shown(each)
        lines += [f".SS {quoted(' '.join(here[1:]))}"]
        lines += [".nf", synopsis(here, each, common) + (f" \\fIverb\\fR" if below else ""), ".fi", ".PP"]
        lines.append(text(each.get("abstract", "")))
        if each.get("discussion"):
            lines += [".PP", text(each["discussion"])]
        if each.get("defaultSubcommand"):
            lines += [".PP", text(f"Without a verb: {each['defaultSubcommand']}.")]
        lines += entries(own(each, common)) + verbs(here, each, common)
    return lines


def exit_codes(words: str) -> tuple[list[tuple[str, str]], str]:
    """The codes that a help text names, and the help text without them."""
    found = re.search(r"Exit codes: (.*?)\.\s*$", words, re.MULTILINE)
    assert found, f"the help names no exit codes: {words!r}"
    codes = [tuple(part.split(" ", 1)) for part in found[1].split("; ")]
    return codes, (words[: found.start()] + words[found.end():]).strip()  # type: ignore[return-value]


def page(program: str, version: str, dump: dict[str, Any]) -> str:
    """The whole page."""
    root = dump["command"]
    name = root["commandName"]
    repeated = [set().union(*(names(argument) for argument in each.get("arguments", []))) for each in leaves(root)]
    # --config belongs to its verbs even if all of them had it: common is what the program itself takes, too.
    common = set().union(*(names(argument) for argument in root.get("arguments", []))) | (
        set.intersection(*repeated) & {"--version", "--help", "-h"})
    codes, discussion = exit_codes(root.get("discussion", ""))
    lines = [
        f'.\\" Made by scripts/man-pages.py from the help of {name} {version}; do not edit.',
        f'.TH {name.upper()} {SECTIONS[name]} "" {quoted(f"gatewayd {version}")} {quoted("Gateway of manhole covers")}',
        ".nh", ".ad l",
        ".SH NAME", f"{text(name)} \\- {text(sentence(root['abstract']))}",
        ".SH SYNOPSIS", ".nf", *(synopsis([name] + path, each, common) for path, each in commands(root)), ".fi",
        ".SH DESCRIPTION", text(root["abstract"]),
    ]
    if discussion:
        lines += [".PP", text(discussion)]
    lines += [".SH VERBS", *verbs([name], root, common)]
    where = ", before or behind it" if name == "gatewayctl" else ""
    lines += [".SH OPTIONS", text(f"Every verb takes these{where}.")]
    lines += entries([argument for argument in root.get("arguments", []) if argument.get("shouldDisplay", True)])
    lines.append(".SH EXIT STATUS")
    for code, meaning in codes:
        lines += [".TP", f"\\fB{code}\\fR", text(meaning)]
    lines.append(".SH FILES")
    for path, meaning in FILES[name]:
        lines += [".TP", f"\\fI{text(path)}\\fR", text(meaning)]
    lines.append(".SH EXAMPLES")
    for what, example in EXAMPLES[name]:
        lines += [text(what), ".PP", ".RS 4", ".nf", text(example), ".fi", ".RE", ".PP"]
    lines.pop()
    others = [".BR " + text(each.replace("(", " (")) for each in SEE_ALSO[name]]
    lines += [".SH SEE ALSO", " ,\n".join(others)]
    return "\n".join(lines) + "\n"


def commands(root: dict[str, Any]) -> list[tuple[list[str], dict[str, Any]]]:
    """The verbs that do something, with their path."""
    found: list[tuple[list[str], dict[str, Any]]] = []
    for each in shown(root):
        below = commands(each)
        found += [([each["commandName"]] + path, leaf) for path, leaf in below] or [([each["commandName"]], each)]
    return found


def leaves(root: dict[str, Any]) -> list[dict[str, Any]]:
    """The verbs that do something."""
    return [each for _, each in commands(root)]


def sentence(words: str) -> str:
    """Words for the line NAME: no capital, no full stop."""
    return (words[:1].lower() + words[1:]).rstrip(".")


def main() -> None:
    """Writes one page for each program."""
    if len(sys.argv) < 3:
        sys.exit("usage: scripts/man-pages.py FOLDER PROGRAM…")
    for program in sys.argv[2:]:
        dump = json.loads(run(program, "--experimental-dump-help"))
        name = dump["command"]["commandName"]
        folder = Path(sys.argv[1]) / f"man{SECTIONS[name]}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.{SECTIONS[name]}").write_text(page(program, run(program, "--version").strip(), dump), encoding="utf-8")


if __name__ == "__main__":
    main()
