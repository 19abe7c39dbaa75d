"""A gateway that speaks Chinese, on the built programs: what the technician sees, and what they are refused."""
from __future__ import annotations

import http.client
import re
import socket
import unicodedata
from datetime import datetime, timedelta, timezone

from lab.bench import Bench, cover
from lab.bus import Bus
from lab.gateway import Answer, Gateway
from lab.platform import Platform
from lab.preload import WallClock
from lab.wait import until

from test_commands import Desk

PLACE = cover(188)
GAS, TILT = f"{PLACE}/ch4/gas", f"{PLACE}/tilt/tilt"
NAME, WHERE = "人民路56号井", "人民路与长安路口东南角"
START = ("--order", "W-17", "--crew", "B2", "--reason", "更换水泵")
ENGLISH = re.compile(r"\b(the|is|are|not|and|of|with|until|no|by)\b", re.I)


def english(text: str) -> bool:
    """Whether there are English words, beside those in paths of this machine."""
    return bool(ENGLISH.search(re.sub(r"/[^ ，]+", "", text)))


def start(bench: Bench, platform: Platform | None = None) -> tuple[Gateway, Bus]:
    """A gateway of a Chinese city; one that a platform commands has a clock that is synchronised."""
    line = bench.rtu()
    gateway = bench.gateway(line)
    gateway.configuration["gateway"]["language"] = "zh"
    gateway.write()
    if platform:
        WallClock(gateway)
    platform = platform or bench.platform()
    gateway.start()
    until(lambda: gateway.ask("status").json["healthy"], 30, "all is well")
    return gateway, line


def people(gateway: Gateway, *verb: str, exit: int = 0) -> str:
    """What a person sees on standard output."""
    answer = gateway.ask(*verb, as_json=False)
    assert answer.exit == exit, answer
    assert not english(answer.out), answer.out
    return answer.out


def refused(answer: Answer, status: int, *parts: str) -> None:
    """A refusal in Chinese."""
    assert answer.exit == status and all(part in answer.err for part in parts), answer
    assert not english(answer.err), answer.err


def width(text: str) -> int:
    """Cells of a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def straight(table: str, title: str, cell: str) -> None:
    """A column stands under its title."""
    lines = [line for line in table.splitlines() if title in line or cell in line]
    assert len(lines) > 1, table
    assert len({width(line[: line.index(title if title in line else cell)]) for line in lines}) == 1, table


def test_the_technician_of_a_chinese_city_reads_chinese(bench: Bench) -> None:
    gateway, line = start(bench)
    status = people(gateway, "status")
    assert status.startswith("gw-500111-0007 正常\n") and "时钟" in status and "上行" in status, status
    assert "没有报警。" in people(gateway, "alarms") and "没有正在进行的维护" in people(gateway, "maintenance")

    begun = people(gateway, "maintenance", "start", PLACE, *START, "--for", "1h")
    assert begun.startswith(f"{NAME} {PLACE}（{WHERE}）：维护已开始，至 "), begun
    listed = people(gateway, "maintenance", "list")
    straight(listed, "工单", "W-17")
    assert all(part in listed for part in (PLACE, NAME, WHERE, "更换水泵")), listed
    assert f"{NAME} {PLACE}（{WHERE}）" in people(gateway, "status")
    tested = people(gateway, "calibration", "start", GAS, "--reason", "通气测试")
    assert tested.startswith(f"{NAME} {GAS}（{WHERE}）：标定已开始，至 ") and "不监测甲烷" in tested, tested
    assert "暂不监测" in people(gateway, "maintenance")
    assert "标定中" in people(gateway, "status")

    line.set(3, methane=35.0)
    until(lambda: "methane-high" in gateway.ask("alarms", as_json=False).out, 40, "the alarm of the test")
    alarms = people(gateway, "alarms")
    straight(alarms, "规则", "methane-high")
    assert all(part in alarms for part in (GAS, NAME, WHERE, "未确认 unacknowledged（测试）")), alarms
    alarm = next(row for row in gateway.ask("alarms").json["alarms"] if row["rule"] == "methane-high")
    assert alarm["state"] == "unacknowledged" and alarm["place"] == WHERE, "JSON keeps the contract's words"
    refused(gateway.ask("alarms", "close", alarm["alarm"], "--note", "x"), 1, f"{NAME} {PLACE}（{WHERE}）的报警", "仍然存在")
    assert f"{NAME} {PLACE}（{WHERE}）：报警 {alarm['alarm']} 现为 已确认" in people(gateway, "alarms", "ack", alarm["alarm"])
    refused(gateway.ask("alarms", "ack", alarm["alarm"]), 1, "已由 root 确认")
    refused(gateway.ask("alarms", "shelve", alarm["alarm"], "--reason", "x", "--for", "2h"), 1, "不得搁置")
    refused(gateway.ask("calibration", "start", TILT, "--reason", "x"), 64, f"{NAME} {TILT}（{WHERE}） 测量倾角，不是气体")
    refused(gateway.ask("alarms", "ack", "none"), 64, "报警 none 不存在或已关闭")

    until(lambda: gateway.ask("read", GAS).json["readings"][0]["value"], 20, "a reading of the test gas")
    done = people(gateway, "calibration", "stop", GAS, "--applied", "35", "%LEL", "--passed")
    assert done.startswith(f"{NAME} {GAS}（{WHERE}）：合格，") and "标准气 35 %LEL" in done, done
    log = people(gateway, "calibration", "log")
    straight(log, "结果", "合格")
    assert "未到期 later" in people(gateway, "calibration", "due")
    over = people(gateway, "maintenance", "stop", PLACE)
    assert over.startswith(f"{NAME} {PLACE}（{WHERE}）：维护已结束"), over
    refused(gateway.ask("maintenance", "stop", PLACE), 1, f"{NAME} {PLACE}（{WHERE}）的维护没有在进行")
    refused(gateway.ask("maintenance", "start", PLACE, *START, "--for", "9h"), 64, "最长 8 h")
    refused(gateway.ask("calibration", "stop", GAS), 1, f"{NAME} {GAS}（{WHERE}）的标定没有在进行")
    shown = people(gateway, "commission", "show", PLACE)
    assert "尚待完成：" in shown and "寄存器值" in shown and "未经验证：请与仪器比对" in shown, shown
    checked = gateway.ask("commission", "check", PLACE, "--scanned", "7", as_json=False)
    assert checked.exit == 1 and checked.out.startswith(f"{PLACE}：不是\n") and "请勿继续" in checked.out, checked


def test_the_bus_verbs_speak_chinese(bench: Bench) -> None:
    gateway, line = start(bench)
    here = f"{NAME} {PLACE}（{WHERE}）"
    stats = people(gateway, "bus", "stats")
    assert "已连接" in stats and here in stats and "可信应答" in stats, stats
    straight(stats, "传感器", f"{PLACE}/ch4")
    raw = people(gateway, "bus", "raw", "rs485-1", "3", "holding", "2")
    assert "设备 3：读 holding 2 至 3（2 个寄存器）" in raw and here in raw, raw
    assert max(width(row) for row in raw.splitlines()) <= 80, raw
    gone = gateway.ask("bus", "raw", "rs485-1", "9", "holding", "2", as_json=False)
    assert gone.exit == 1 and "没有值：无应答 timeout：no reply" in gone.out, "what the bus saw stands in its own words"
    read = people(gateway, "read", GAS)
    straight(read, "质量", "可信 good")
    assert WHERE in read and "甲烷" in read, read
    assert WHERE in people(gateway, "sensors")
    trace = gateway.ask("bus", "trace", "rs485-1", "--seconds", "3", as_json=False)
    assert trace.exit == 0 and "读 holding" in trace.out and "正在跟踪 rs485-1" in trace.err and " 帧" in trace.err, trace
    refused(gateway.ask("bus", "scan", "rs485-1", "--stop"), 64, "没有扫描过总线 rs485-1")
    refused(gateway.ask("bus", "raw", "none", "3", "holding", "2"), 64, "没有总线 none")
    refused(gateway.ask("bus", "raw", "rs485-1", "3", "holding", "2", "999"), 64, "一次可读 1 至 125 个寄存器")
    refused(gateway.ask("bus", "raw", "rs485-1", "300", "holding", "2"), 64, "设备地址为 1 至 247")
    refused(gateway.ask("bus", "write", "rs485-1", "3", "holding", "26", "4"), 64, "写入需要 --yes", "holding 26 写入 4", here)
    refused(gateway.ask("read", "x"), 64, "x 不是测点")
    refused(gateway.ask("read", f"{PLACE}/no/gas"), 64, f"没有测点 {PLACE}/no/gas")
    refused(gateway.ask("sensors", "--cover", "1"), 64, "没有井盖 1")


def test_the_gateway_itself_is_shown_in_chinese(bench: Bench) -> None:
    gateway, _ = start(bench)
    stats = people(gateway, "outbox")
    assert "报警 alarms" in stats and "已送达至" in stats, stats
    until(lambda: gateway.ask("uplink").json["uplinks"][0]["last_ack"], 20, "the platform has something")
    assert "已连接 connected" in people(gateway, "uplink") and "已确认" in people(gateway, "uplink")
    assert "报警 alarms：完好：记录 " in people(gateway, "outbox", "verify")
    assert "没有配置 gpio 总线" in people(gateway, "gpio")
    people(gateway, "maintenance", "start", PLACE, *START, "--for", "1h")
    shown = people(gateway, "audit")
    straight(shown, "途径", "local")
    assert "完好：记录 1 至 " in people(gateway, "audit", "verify")
    refused(gateway.ask("audit", "verify", "--seq", "9999", "--head", "0" * 64, as_json=False), 1)
    comments = gateway.ask("config", as_json=False).out.splitlines()[:2]
    assert re.match(r"# 自 \S+ \S+ UTC 起采用", comments[0]) and comments[1].startswith("# 读自 "), comments
    watched = people(gateway, "watch")
    assert watched.startswith("gw-500111-0007 正常\n") and "报警 alarms" in watched and "已连接 connected" in watched, watched
    refused(gateway.ask("outbox", "export", "--from", "soon", as_json=False), 64, "时间按 UTC 书写")


def test_the_platform_is_refused_in_chinese(bench: Bench) -> None:
    platform = bench.platform()
    gateway, _ = start(bench, platform)
    desk = Desk(bench, platform, gateway)
    soon = (datetime.now(timezone.utc) + timedelta(seconds=60)).isoformat()
    for verb, args, words in (
        ("open", {}, "没有这个动作"), ("ack", {}, "缺少 args.alarm"), ("config", {}, "缺少 args.yaml"),
        ("replay", {}, "还不能执行"),
        ("sampling", {"cover": PLACE, "every": "100 ms", "until": soon}, "不能按此周期读取"),
    ):
        reply = desk.ask(f"c-{verb}", verb, **args)
        assert not reply["ok"] and words in reply["message"] and not english(reply["message"]), reply


def test_every_answer_names_its_language(bench: Bench) -> None:
    gateway, _ = start(bench)
    for path, language in (("/v1/status", "zh"), ("/v1/doctor?language=en", "en"), ("/v1/sensors?cover=1", "zh")):
        connection = http.client.HTTPConnection("gatewayd")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(gateway.socket))
        connection.request("GET", path)
        assert connection.getresponse().getheader("content-language") == language, path


def test_who_reaches_nobody_is_told_in_both_languages(bench: Bench) -> None:
    answer = bench.gateway(bench.rtu()).ask("status")
    assert answer.exit == 69 and "没有套接字" in answer.err and "no socket at" in answer.err, answer
