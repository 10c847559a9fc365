"""Each question of Fleet over a ledger of 1,000,000 entries ÷ the same question over 10,000: at most 3.

Three stores. The short one holds 10,000 entries in the last 28 days, the period that is asked about when nobody names one.

- *long ledger*: 1,000,000 entries over as many days as that takes at the same pace, so that the period holds the same 10,000.
  This is the ratio with a limit: does a question cost more because the ledger is old?
- *all within*: 1,000,000 entries within the 28 days. To know: does it cost more because much has happened?

Entries are appended as ever, with their time set; then counted as `reconcile` counts them (`counted_per_s`), which is no
part of a question. `uncounted_ms` is one question to the short store before anything was counted. Stores take turns; nothing is
kept between rounds.

    python -m benchmarks.bench_fleet [--entries 1000000] [--rounds 15] [--folder DIR]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert

from benchmarks.bench_console import BATCH, TOOLS, TRIAGE, _digest, _row
from benchmarks.result import Result
from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.fleet.period import DEFAULT_DAYS
from include.fleet.registry import QUESTIONS, answer
from include.store import database, ledger, tallies
from include.store.database import Store, new_id
from include.store.ledger import Entry, append_many
from include.store.location import home
from include.store.tables.incident import incident
from include.store.tables.triage import evidence
from include.store.times import to_text

SHORT = 10_000
LIMIT = 3.0
READER = "ruth"
PEOPLE = ("maya", "tomas", "priya")
_BAR = float("inf")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Fleet's questions over a long ledger against a short one.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=home(), help="on the disk that the store would be on")
    options = parser.parse_args(argv)
    options.folder.mkdir(parents=True, exist_ok=True)
    catalogue = load_catalogue(EXAMPLE, "")
    with tempfile.TemporaryDirectory(prefix="bench-fleet-", dir=options.folder) as name:
        folder, days = Path(name), DEFAULT_DAYS - 1
        short = _filled(folder / "short.db", SHORT, days)
        uncounted = _took(short, catalogue, "tools")
        facts = {"entries": options.entries, "uncounted_ms": round(1_000 * uncounted, 1)}
        tallies.catch_up(short)
        results = []
        for label, span_days, limit in (("long ledger", days * options.entries // SHORT, LIMIT), ("all within", days, _BAR)):
            long = _filled(folder / f"{label}.db", options.entries, span_days)
            began = time.perf_counter()
            tallies.catch_up(long, limit=2 * options.entries)
            rate = round(options.entries / (time.perf_counter() - began))
            results += _measure(label, long, short, catalogue, options.rounds, limit, {**facts, "counted_per_s": rate})
            long.dispose()
        short.dispose()
    for result in results:
        result.print()
    return 0 if all(result.ok for result in results) else 1


def _filled(path: Path, entries: int, days: int) -> Store:
    """A store of so many entries, evenly over so many days up to now."""
    store = Store.open(f"sqlite:///{path}")
    store.migrate()
    begin = datetime.now(UTC) - timedelta(days=days)
    step = timedelta(days=days) / entries
    done, batch = 0, max(1, min(BATCH, entries // (2 * days)))  # a time for each batch: half a day's entries, or fewer
    while done < entries:
        found: list[Entry] = []
        rows: list[dict[str, Any]] = []
        kept: list[dict[str, Any]] = []
        while len(found) < batch:
            rows.append(_row(new_id("inc"), done + len(found)))
            found += _story(rows[-1]["id"], done + len(found), kept)
        with _at(begin + done * step), store.begin() as conn:
            append_many(conn, found)
            conn.execute(insert(incident), rows)
            conn.execute(insert(evidence), kept)
        done += len(found)
    return store


class _at:
    """Entries are made at this time; the store's own clock stays as it is."""

    def __init__(self, at: datetime) -> None:
        with patch.dict(database.CLOCK, {"sqlite": f"'{to_text(at)}'"}):
            self._patch = patch.dict(ledger._SQL, {"sqlite": ledger._statements("sqlite", "?")})

    def __enter__(self) -> None:
        self._patch.start()

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


def _story(incident_id: str, number: int, kept: list[dict[str, Any]]) -> Iterator[Entry]:
    """Forty entries: an incident with its reads, its brief and what people said of it; a hold with its votes."""
    run, hold = f"{incident_id}.b1.{new_id('run')}", new_id("hold")
    yield Entry("source:generic", "incident.opened", incident_id, payload={"source": "generic", "severity": "warning"})
    classification = {"intent": "diagnose", "risk": "read"}
    yield Entry(TRIAGE, "briefing.begun", incident_id, run, {"briefing": 1, "classification": classification})
    names = [new_id("ev") for _ in TOOLS]
    for tool, name in zip(TOOLS, names, strict=True):
        kept.append(_evidence(name, incident_id, tool))
        said = {
            "tool": tool,
            "params": {"service": "shop-orders"},
            "evidence": name,
            "label": "internal",
            "digest": _digest(name),
        }
        yield Entry(TRIAGE, "tool.called", incident_id, run, said)
    yield Entry(TRIAGE, "tool.failed", incident_id, run, {"tool": "get_metrics", "params": {}, "error": "read_failed"})
    drafted = {"briefing": 1, "version": 1, "drafter": "extractive/1", "label": "internal", "retrieved": names, "used": names[:2]}
    yield Entry(TRIAGE, "brief.drafted", incident_id, run, drafted)
    yield Entry(TRIAGE, "incident.escalated", incident_id, run, {"ticket": f"DESK-{10_000 + number}", "version": 1})
    yield Entry("delivery@service", "delivery.sent", incident_id, payload={"recipient": PEOPLE[number % 3], "channel": "log"})
    said = {"kind": "misleading", "about": f"evidence:{names[0]}", "version": 1, "label": "internal", "text": "It was not that."}
    yield Entry(PEOPLE[number % 3], "feedback.given", incident_id, payload=said)
    service = ("shop-orders", "shop-payments", "shop-frontend")[number % 3]
    yield Entry("maya", "hold.proposed", hold, payload={"hold": hold, "services": [service]})
    yield Entry("tomas", "vote.cast", hold, payload={"hold": hold, "decision": "approve"})
    yield Entry("tomas", "hold.approved", hold, payload={"from": "proposed", "to": "approved"})
    yield Entry("holds@service", "vote.refused", hold, payload={"rule": "fresh", "reason": "too old"})
    for _ in range(23):
        yield Entry("source:generic", "incident.attached", incident_id)


def _evidence(name: str, incident_id: str, tool: str) -> dict[str, Any]:
    texts = dict.fromkeys(("params", "principal", "place", "digest", "text", "output"), "")
    return {"id": name, "incident_id": incident_id, "tool": tool, "label": "internal", "collected_at": "", **texts}


def _took(store: Store, catalogue: Catalogue, question: str) -> float:
    began = time.perf_counter()
    with store.read() as conn:
        found = answer(conn, catalogue, catalogue.person(READER), question)
    took = time.perf_counter() - began
    assert found.chart.bars, question
    return took


def _measure(
    label: str, long: Store, short: Store, catalogue: Catalogue, rounds: int, limit: float, facts: dict[str, Any]
) -> list[Result]:
    results = []
    for question in QUESTIONS:
        times = [(_took(long, catalogue, question), _took(short, catalogue, question)) for _ in range(rounds + 1)][1:]
        ours, floor = (statistics.median(column) * 1_000 for column in zip(*times, strict=True))
        absolutes = {"long_ms": round(ours, 2), "short_ms": round(floor, 2), **facts}
        ratio = statistics.median(mine / bare for mine, bare in times)
        results.append(Result(f"fleet: {question}, {label} ÷ short", ratio, limit, absolutes=absolutes))
    return results


if __name__ == "__main__":
    sys.exit(main())
