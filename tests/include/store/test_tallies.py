"""Counts made of the ledger: the same whether counted before or at once, remade when they are wrong, and never a secret's."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from include.store import tallies
from include.store.counted import COUNTS, PARTS, Lookup, Said, parts_of, seconds_between
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.ledger import Entry, append, append_many
from include.store.origins import GENERAL, Origin, Origins
from include.store.tables.fleet import tally
from tests.briefing import Stages, open_incident

FIRST, LAST = "0001-01-01", "9999-12-31"
KINDS = (*COUNTS, *PARTS, "store.migrated", "hold.proposed", "payload.erased", "no.such.kind")


def told(store: Store) -> dict[Any, int]:
    with store.read() as conn:
        return dict(tallies.counts(conn, KINDS, FIRST, LAST))


@pytest.fixture
def story(store: Store, catalogue: Any) -> str:
    """An incident, briefed, and a hold that names two services."""
    stages = Stages(store, catalogue, open_incident(store, catalogue))
    stages.collect(stages.begin()["get_service_status"])
    stages.draft()
    hold = new_id("hold")
    with store.begin() as conn:
        append(conn, actor="maya", kind="hold.proposed", subject=hold, payload={"services": ["shop-orders", "shop-payments"]})
        append(conn, actor="tomas", kind="vote.cast", subject=hold, payload={"decision": "approve"})
    return stages.incident_id


@pytest.mark.both_databases
def test_what_is_counted_before_is_what_is_counted_at_once(store: Store, story: str) -> None:
    at_once = told(store)
    assert sum(count for key, count in at_once.items() if key.kind == "tool.called") == 1
    assert tallies.catch_up(store) > 5
    assert told(store) == at_once
    with store.begin() as conn:
        append(conn, actor="tomas", kind="tool.failed", subject=story, payload={"tool": "query_logs", "error": "denied"})
    assert sum(told(store).values()) == sum(at_once.values()) + 1
    assert tallies.catch_up(store) == 1
    assert tallies.catch_up(store) == 0


@pytest.mark.both_databases
def test_counts_that_are_wrong_are_found_and_remade(store: Store, story: str) -> None:
    tallies.catch_up(store)
    right = told(store)
    with store.begin() as conn:
        conn.execute(update(tally).where(tally.c.kind == "tool.called").values(count=999))
        conn.execute(delete(tally).where(tally.c.kind == "vote.cast"))
        conn.execute(
            tally.insert().values(
                kind="vote.refused", day="2026-11-20", actor="eve", origin="x", labels="", name="", detail="", count=7
            )
        )
    assert told(store) != right
    assert tallies.rebuild(store) == 3
    assert told(store) == right
    assert tallies.rebuild(store) == 0


@pytest.mark.both_databases
def test_two_that_count_at_once_count_once(store: Store, story: str) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("maya", "vote.refused", story, payload={"rule": "fresh"})] * 1_200)
    right = told(store)
    errors: list[BaseException] = []

    def count() -> None:
        try:
            tallies.catch_up(store)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert told(store) == right
    assert tallies.rebuild(store) == 0


def test_what_was_erased_stays_counted_by_its_kind_and_rebuilding_forgets_its_name(store: Store, story: str) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="tomas", kind="tool.failed", subject=story, payload={"tool": "query_logs", "error": "denied"})
    tallies.catch_up(store)
    with store.begin() as conn:
        erase(conn, seq, "ruth", "request 7")
    assert [key.name for key in told(store) if key.kind == "tool.failed"] == ["query_logs"]
    assert tallies.rebuild(store) == 2
    assert [key.name for key in told(store) if key.kind == "tool.failed"] == [""]


def test_days_and_kinds_bound_what_is_told(store: Store, story: str) -> None:
    tallies.catch_up(store)
    with store.read() as conn:
        assert not tallies.counts(conn, KINDS, "2000-01-01", "2000-01-02")
        assert {key.kind for key in tallies.counts(conn, ("vote.cast",), FIRST, LAST)} == {"vote.cast"}
        assert not tallies.counts(conn, (), FIRST, LAST)
        assert conn.scalar(select(func.count()).select_from(tally))


GARBAGE: tuple[Any, ...] = (
    {},
    {"tool": None, "error": 7, "retrieved": 3},
    {"tool": ["a"], "retrieved": [None, {}, "x" * 500]},
    {"classification": "x", "decision": {"a": 1}, "statement": 4},
    {"brief": {"runbooks": [{"runbook": 1}]}, "retrieved": None, "used": 9},
    {"brief": {"runbooks": "text"}, "retrieved": ["ev_x"], "used": [[]]},
    {"about": None, "kind": 7, "version": "one"},
    {"about": "F1\u202e", "kind": "a\nb", "rule": "x" * 9_000},
    {"label": ["a"], "labels": "b"},
)


@pytest.mark.parametrize("kind", sorted(COUNTS))
@pytest.mark.parametrize("payload", GARBAGE)
def test_garbage_in_a_payload_counts_once_as_its_kind(store: Store, kind: str, payload: dict[str, Any]) -> None:
    with store.read() as conn:
        parts = parts_of(Said(1, "2026-11-20T10:00:00.000000Z", "eve", kind, "inc_x", payload), Lookup(conn, Origins(conn)))
    assert [part.kind for part in parts].count(kind) == 1
    assert parts[0].kind == kind
    assert all(len(part.name) <= 140 and part.name.isprintable() and part.detail.isprintable() for part in parts)


@pytest.mark.parametrize(
    ("until", "said"),
    [("10:00:00", "0"), ("10:00:09", "9"), ("10:01:39", "99"), ("10:02:05", "120"), ("12:46:40", "10000"), ("09:00:00", "0")],
)
def test_seconds_have_two_significant_digits(until: str, said: str) -> None:
    assert seconds_between("2026-11-20T10:00:00.000000Z", f"2026-11-20T{until}.000000Z") == said


@pytest.mark.parametrize("since", [None, "", "yesterday", "2026-11-20"])
def test_seconds_from_what_is_no_time_are_not_known(since: str | None) -> None:
    assert seconds_between(since, "2026-11-20T10:00:00.000000Z") == ""


def test_an_origin_is_read_back_and_what_is_none_is_general(store: Store, story: str) -> None:
    with store.read() as conn:
        origin = Origins(conn).of(story)
    assert origin.incident is not None
    assert (origin.incident.service, origin.incident.umbrella) == ("shop-orders", False)
    assert Origin.of_text(origin.text()) == origin
    for text in ("", "null", "[]", "[1,2,3,4]", "{}", '[["a"],[],[],false]', "[" * 5_000):
        assert Origin.of_text(text) == GENERAL
