"""Another configuration by a command of the platform: it adds to the watch, on trial like any other, and takes nothing away."""
from __future__ import annotations

from typing import Any, Callable

from lab import judge
from lab.bench import Bench, cover
from lab.change import beside, digest, edited, records
from lab.desk import Desk
from lab.gateway import Gateway
from lab.preload import WallClock
from lab.wait import until

Edit = Callable[[dict[str, Any]], object]


def started(bench: Bench) -> tuple[Desk, Gateway, dict[str, Any]]:
    """A gateway that knows one of two sensors, and the cover of the other one."""
    platform, gateway = bench.platform(), bench.gateway(bench.tcp(2, every="200 ms"))
    WallClock(gateway)  # synchronised, whatever this machine is: commands need the time
    other = gateway.configuration["covers"].pop()
    gateway.write()
    gateway.start()
    until(lambda: gateway.ask("status").exit == 0 and platform.ledger.readings(), 30, lambda: f"all is well\n{gateway.child.tail()}")
    return Desk(bench, platform, gateway), gateway, other


def order(desk: Desk, identity: str, edit: Edit, **more: Any) -> str:
    """Sends a changed copy of the configuration; returns its text."""
    text = edited(desk.gateway, edit).read_text(encoding="utf-8")
    desk.send(identity, "config", **{"yaml": text, "hash": digest(text), "by": "李", **more})
    return text


def refusal(desk: Desk, identity: str, word: str) -> str:
    """What is said with a refusal."""
    reply = desk.reply(identity)
    assert reply["ok"] is False and reply["error"] == word, reply
    return reply["message"]


def test_the_platform_adds_a_cover_and_hears_that_it_has_proved_itself(bench: Bench) -> None:
    desk, gateway, other = started(bench)
    old, process = gateway.file.read_text(encoding="utf-8"), gateway.child.pid

    def more(configuration: dict[str, Any]) -> None:
        configuration["covers"].append(other)
        configuration["covers"][0]["name"] = "长安路1号井"

    new = order(desk, "c1", more)
    reply = desk.reply("c1")
    assert reply["ok"] and reply["result"] == {"outcome": "confirmed", "hash": digest(new), "before": digest(old)}, reply
    assert gateway.file.read_text(encoding="utf-8") == new and beside(gateway, ".previous").read_text(encoding="utf-8") == old
    assert gateway.child.pid == process and gateway.ask("status").json["configuration"]["hash"] == digest(new)
    until(lambda: [row for row in desk.platform.ledger.readings() if row["cover"] == cover(2)], 20, "the new cover is read")
    applied = records(gateway, "configuration.apply")[0]
    assert (applied["actor"], applied["via"], applied["subject"]) == ("李 via city", "platform", digest(new)), applied
    desk.send("c1", "config", yaml=new, hash=digest(new))
    assert desk.reply("c1", 2)["error"] == "used-before", "also over the change of the composition"
    desk.send("c2", "config", yaml=new, hash=digest(new))
    assert desk.reply("c2")["result"]["outcome"] == "unchanged"
    commented = new + "\n# a word\n"
    desk.send("c3", "config", yaml=commented, hash=digest(commented))
    assert desk.reply("c3")["result"] == {"outcome": "unchanged", "hash": digest(new), "before": digest(new)}

    def again(configuration: dict[str, Any]) -> None:
        more(configuration)
        configuration["covers"][0]["name"] = "长安路2号井"

    order(desk, "c4", again)
    message = refusal(desk, "c4", "conflict")
    assert "less than 10 min ago" in message and " s" in message, message
    assert gateway.file.read_text(encoding="utf-8") == new and len(records(gateway, "configuration.apply")) == 1
    judge.delivered(gateway, desk.platform, 30)
    judge.faultless(desk.platform.ledger, bench.buses)


def test_a_technician_takes_back_what_the_platform_wanted_and_the_platform_hears_it(bench: Bench) -> None:
    desk, gateway, other = started(bench)
    old = gateway.file.read_text(encoding="utf-8")
    new = order(desk, "c1", lambda configuration: configuration["covers"].append(other))

    def runs() -> bool:
        answer = gateway.ask("status")
        return answer.exit in (0, 1) and answer.json["configuration"]["hash"] == digest(new)

    until(runs, 20, "it runs on trial", every=0.05)
    assert gateway.ask("config", "rollback", "--yes").exit == 0
    assert "root took it back" in refusal(desk, "c1", "rolled-back")
    assert gateway.ask("status").json["configuration"]["hash"] == digest(old)
    assert gateway.file.read_text(encoding="utf-8") == old


def test_what_takes_away_or_goes_elsewhere_is_changed_at_the_gateway_only(bench: Bench) -> None:
    desk, gateway, other = started(bench)
    old = gateway.file.read_text(encoding="utf-8")

    def elsewhere(configuration: dict[str, Any]) -> None:
        configuration["uplinks"]["city"]["links"][0]["host"] = "192.0.2.1"

    def rarer(configuration: dict[str, Any]) -> None:
        configuration["covers"][0]["sensors"]["ch4"]["every"] = "60 s"

    def looser(configuration: dict[str, Any]) -> None:
        configuration["alarms"]["rules"][0]["when"]["above"] = "90 %LEL"

    def silencing(configuration: dict[str, Any]) -> None:
        rules = configuration["alarms"]["rules"]
        rules.append({**rules[0], "id": "silencing", "suppresses": ["methane-high"]})

    def gone(configuration: dict[str, Any]) -> None:
        configuration["covers"][0] = other

    def wrong(configuration: dict[str, Any]) -> None:
        configuration["gateway"]["colour"] = "red"
        configuration["covers"][0]["sensors"]["ch4"]["every"] = "5 parsecs"

    for number, (edit, said) in enumerate([
        (elsewhere, "uplink city changed"), (rarer, f"sensor {cover(1)}/ch4 changed (every)"), (looser, "rule methane-high changed"),
        (silencing, "rule silencing added"), (gone, f"cover {cover(1)} removed"),
    ]):
        order(desk, f"c{number}", edit)
        message = refusal(desk, f"c{number}", "conflict")
        assert said in message and "gatewayctl config apply" in message, message
    order(desk, "wrong", wrong)
    message = refusal(desk, "wrong", "invalid")
    assert "2 error(s)" in message and "gateway.colour" in message and "5 parsecs" in message, message
    order(desk, "torn", lambda configuration: configuration["covers"].append(other), hash=digest("another text"))
    assert "not args.hash" in refusal(desk, "torn", "invalid")
    assert gateway.file.read_text(encoding="utf-8") == old and not beside(gateway, ".trial").exists()
    assert records(gateway, "configuration.apply") == []
    until(lambda: gateway.ask("status").exit == 0, 20, lambda: f"all is well\n{gateway.ask('status', as_json=False).out}")
    assert len(records(gateway, "command.refused")) == 7
