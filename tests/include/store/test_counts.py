from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, update

from include.store import counts, deliveries, dispatches
from include.store.database import Store, now
from include.store.running_counts import EntryCounts, MinuteCounts
from include.store.tables.desk import delivery
from include.store.tables.incident import dispatch, incident
from include.store.tables.intake import counter
from include.store.times import shifted
from tests.briefing import open_incident
from tests.hold_rows import add_hold

pytestmark = pytest.mark.both_databases


def ask(store: Store, question: Any, *args: Any) -> Any:
    with store.read() as conn:
        return question(conn, *args)


def test_an_empty_store_has_nothing_of_anything(store: Store) -> None:
    for question in (counts.open_incidents, counts.waiting_briefings, counts.undelivered, counts.holds, counts.nearest_deadlines):
        assert ask(store, question) == {}
    assert ask(store, counts.oldest_briefing) is None
    assert ask(store, counts.oldest_delivery) is None
    assert ask(store, counts.overdue_briefings, 60) == 0


def test_incidents_and_briefings(store: Store, catalogue: Any) -> None:
    incident_id = open_incident(store, catalogue)
    assert ask(store, counts.open_incidents) == {"critical": 1}
    assert ask(store, counts.waiting_briefings) == {"pending": 1}
    assert ask(store, counts.overdue_briefings, 60) == 0
    with store.begin() as conn:
        long_ago = shifted(now(conn), seconds=-120)
        conn.execute(update(dispatch).values(created_at=long_ago))
    assert ask(store, counts.overdue_briefings, 60) == len(ask(store, dispatches.overdue, 60)) == 1
    assert ask(store, counts.oldest_briefing) == long_ago
    with store.begin() as conn:
        dispatches.finish(conn, incident_id, 1, "briefed")
        conn.execute(update(incident).values(status="resolved"))
    assert ask(store, counts.open_incidents) == ask(store, counts.waiting_briefings) == {}
    assert ask(store, counts.oldest_briefing) is None


def test_an_incident_that_nobody_closes_is_counted_for_some_weeks(store: Store, catalogue: Any) -> None:
    open_incident(store, catalogue)
    with store.begin() as conn:
        conn.execute(update(incident).values(opened_at=shifted(now(conn), seconds=-(counts.DAYS + 1) * 86_400)))
    assert ask(store, counts.open_incidents) == {}


def test_pages_that_did_not_arrive(store: Store, catalogue: Any) -> None:
    incident_id = open_incident(store, catalogue)
    said = {"incident_id": incident_id, "briefing": 1, "level": 0, "recipient": "maya", "channel": "log", "label": "internal"}
    with store.begin() as conn:
        for state in ("due", "sent", "failed", "gave_up"):
            made, _ = deliveries.add(conn, mark=state, subject="s", body="b", **said)
            conn.execute(update(delivery).where(delivery.c.id == made).values(state=state))
        first = conn.scalar(delivery.select().with_only_columns(delivery.c.created_at).where(delivery.c.state == "due"))
    assert ask(store, counts.undelivered) == {"due": 1, "failed": 1, "gave_up": 1}
    assert ask(store, counts.oldest_delivery) == first


def test_holds_and_the_clock_that_runs_out_next(store: Store) -> None:
    first, second = add_hold(store), add_hold(store)
    assert first
    assert second
    assert ask(store, counts.holds) == {"proposed": 2}
    (state,) = ask(store, counts.nearest_deadlines)
    assert state == "proposed"


def test_entries_are_counted_once_however_often_one_asks(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known, actors = EntryCounts("kind"), EntryCounts("actor")
    open_incident(store, catalogue)
    for expected in (1, 1):
        assert ask(store, lambda conn: known.count(conn, "incident.opened", counts.head(conn))) == expected
    open_incident(store, catalogue)
    assert ask(store, lambda conn: known.count(conn, "incident.attached", counts.head(conn))) == 1
    assert ask(store, lambda conn: actors.count(conn, "source:generic", counts.head(conn))) == 2
    # Another process, which counts a long ledger piece by piece, says the same, and nothing before it knows.
    other = EntryCounts("kind")
    monkeypatch.setattr("include.store.running_counts.PIECE", 1)
    head = ask(store, counts.head)
    said = [ask(store, other.count, "incident.attached", head) for _ in range(head)]
    assert said == [None] * (head - 1) + [1]
    # A store that was restored from a backup has fewer.
    assert ask(store, known.count, "incident.attached", 1) in (0, None)


def test_a_counter_by_the_minute_is_summed_once_and_its_newest_minutes_each_time(store: Store) -> None:
    totals = MinuteCounts()

    def put(minute: str, number: int, name: str = "unauthenticated:generic") -> None:
        with store.begin() as conn:
            conn.execute(counter.insert().values(name=name, minute=minute, count=number))

    put("2026-01-01T00:00", 3)
    put("2026-01-01T00:01", 4)
    put("2026-01-01T00:00", 100, "unauthenticated:other")
    assert ask(store, totals.total, "unauthenticated:generic") == 7
    with store.begin() as conn:
        this_minute = now(conn)[:16]
    put(this_minute, 5)
    for expected in (12, 12):
        assert ask(store, totals.total, "unauthenticated:generic") == expected
    with store.begin() as conn:
        conn.execute(update(counter).where(counter.c.minute == this_minute).values(count=6))
    assert ask(store, totals.total, "unauthenticated:generic") == 13
    assert ask(store, MinuteCounts().total, "unauthenticated:generic") == 13


def test_no_question_reads_a_table_from_end_to_end(store: Store, catalogue: Any) -> None:
    """Or a busy store would pay for each scrape with all that it ever kept. Holds are few, and counted by an index."""
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by size, and these tables are empty")
    open_incident(store, catalogue)
    asked: list[tuple[str, Any]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    for question in (counts.open_incidents, counts.waiting_briefings, counts.undelivered, counts.holds, counts.nearest_deadlines):
        ask(store, question)
    for question in (counts.oldest_briefing, counts.oldest_delivery, counts.head):
        ask(store, question)
    ask(store, counts.overdue_briefings, 60)
    ask(store, EntryCounts("kind").count, "tool.failed", 1)
    ask(store, EntryCounts("actor").count, "source:generic", 1)
    ask(store, MinuteCounts().total, "unauthenticated:generic")
    plans = []
    for statement, values in [each for each in asked if "FROM" in each[0]]:
        with store.engine.connect() as conn:
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        plans += [str(row[-1]) for row in rows]
    assert len(plans) >= 12
    scans = [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan]
    assert scans == []
