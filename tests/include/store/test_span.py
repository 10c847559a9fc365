"""Entries of a span of time, found by number."""

from __future__ import annotations

import pytest

from include.store.database import Store, now
from include.store.ledger import append, entries
from include.store.span import first_at, span
from include.store.times import shifted
from tests.clock import Clock, clock  # noqa: F401  - a fixture


@pytest.mark.both_databases
def test_a_span_has_the_entries_of_its_time(store: Store, clock: Clock) -> None:  # noqa: F811
    for day in range(-5, 1):
        clock.move(day * 86_400)
        with store.begin() as conn:
            for _ in range(3):
                append(conn, actor="maya", kind="a.kind", subject="x")
    with store.read() as conn:
        at = now(conn)
        every = [(entry.seq, entry.at) for entry in entries(conn) if entry.kind == "a.kind"]
        for back in (6.5, 4.5, 3.5, 0.5, -1):
            since, until = shifted(at, seconds=-86_400 * back), shifted(at, seconds=60)
            first, last = span(conn, since, until)
            found = [seq for seq, when in every if since <= when < until]
            assert [seq for seq in range(first, last + 1) if seq >= every[0][0]] == [seq for seq in found if seq >= first]
            assert len(found) == sum(first <= seq <= last for seq, _ in every)


def test_before_all_and_after_all(store: Store) -> None:
    with store.read() as conn:
        count = len(list(entries(conn)))
        assert first_at(conn, "0001-01-01T00:00:00.000000Z") == 1
        assert span(conn, "9998-01-01T00:00:00.000000Z", "9999-01-01T00:00:00.000000Z") == (count + 1, count)
        assert span(conn, "9999-01-01T00:00:00.000000Z", "9998-01-01T00:00:00.000000Z") == (count + 1, count)
