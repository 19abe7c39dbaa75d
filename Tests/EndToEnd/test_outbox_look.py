"""Looking into the outbox while the gateway works: export as a table and as JSON lines, on record; verify."""
from __future__ import annotations

import csv
import io
import json

from lab.bench import Bench, cover
from lab.ledger import READINGS
from lab.wait import until


def test_an_export_holds_what_waits_and_is_on_record(bench: Bench) -> None:
    line = bench.tcp(5)
    gateway = bench.gateway(line)
    bench.broker.stop()
    gateway.start()
    until(lambda: gateway.lane(READINGS)["waiting"] > 40, 30, "some readings wait")
    lines = gateway.ask("outbox", "export")
    assert lines.exit == 0, lines.err
    records = [json.loads(text) for text in lines.out.splitlines()]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1)) and len(records) > 40
    assert {"store", "lane", "boot", "cover", "value", "quality", "time"} <= set(records[0])
    table = gateway.ask("outbox", "export", as_json=False)
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert [int(row["seq"]) for row in rows][:len(records)] == [record["seq"] for record in records]
    for row, record in zip(rows, records):
        assert (row["cover"], row["time"], row["quality"]) == (record["cover"], record["time"], record["quality"])
        assert record["value"] is None and row["value"] == "" or float(row["value"]) == record["value"]

    # By cover and by time; into a file.
    file = gateway.folder / "export.csv"
    middle = records[20]["time"]
    asked = ["--cover", cover(2), "--from", middle, "--output", str(file)]
    assert gateway.ask("outbox", "export", *asked, as_json=False).exit == 0
    rows = list(csv.DictReader(file.open(newline="")))
    assert rows and {row["cover"] for row in rows} == {cover(2)} and min(row["time"] for row in rows) >= middle
    early = [json.loads(text) for text in gateway.ask("outbox", "export", "--to", middle).out.splitlines()]
    assert early and max(record["time"] for record in early) < middle

    exports = [row for row in gateway.ask("audit", "show").json["records"] if row["action"] == "export"]
    assert [row["detail"]["kind"] for row in exports] == ["outbox"] * 4
    assert exports[2]["detail"]["cover"] == cover(2) and exports[2]["subject"] == gateway.ask("status").json["store"]
    assert gateway.ask("outbox", "export", "--from", "yesterday").exit == 64
    assert gateway.ask("outbox", "verify").exit == 0
    checked = gateway.ask("outbox", "verify").json["lanes"]
    assert {lane["lane"]: lane["ok"] for lane in checked} == {"readings": True, "alarms": True}
    window = gateway.ask("status").json["outbox"]
    assert window["loss_window_seconds"] == 1.2 and window["written_bytes_per_day"] > 0
