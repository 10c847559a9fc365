"""Holds move by compare-and-swap, each move with its ledger entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import true, update

from include.contracts.errors import Conflict, NotFound, StoreError
from include.contracts.hold import Hold, HoldState
from include.holds.move import move
from include.store import holds, ledger, plans
from include.store.database import Store
from include.store.tables.hold import hold as table
from tests.overlap import at_once, servers

pytestmark = pytest.mark.both_databases
START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def a_hold(number: int = 0, **fields: Any) -> Hold:
    at = START + timedelta(minutes=number)
    said: dict[str, Any] = {
        "id": f"hold_{number:026d}",
        "plan_id": f"plan_{number:026d}",
        "plan_digest": f"{number:064x}",
        "environment": "lab",
        "state": HoldState.PROPOSED,
        "revision": 0,
        "title": "Restart the orders service",
        "risk": "medium",
        "release_mode": "sensor",
        "proposed_at": at,
        "approve_by": at + timedelta(hours=1),
        "execute_by": at + timedelta(hours=2),
        "supersedes": None,
        "superseded_by": None,
        "run_id": None,
    }
    return Hold(**(said | fields))


def keep(store: Store, *items: Hold) -> None:
    with store.begin() as conn:
        ledger.lock(conn)
        for item in items:
            plans.add(conn, item.plan_id, item.plan_digest, "{}")
            holds.add(conn, item, ("shop-orders", "shop-frontend", "shop-orders"))


def test_a_hold_comes_back_as_it_was_kept(store: Store) -> None:
    keep(store, a_hold())
    with store.read() as conn:
        assert holds.get(conn, a_hold().id) == a_hold()
        assert holds.services_of(conn, a_hold().id) == ("shop-frontend", "shop-orders")
        assert plans.get_body(conn, a_hold().plan_id) == "{}"


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as conn:
        with pytest.raises(NotFound):
            holds.get(conn, "hold_" + "0" * 26)
        with pytest.raises(NotFound):
            plans.get_body(conn, "plan_" + "0" * 26)


def test_a_move_is_in_the_ledger_and_counts_the_revision(store: Store) -> None:
    keep(store, a_hold())
    with store.begin() as conn:
        ledger.lock(conn)
        moved = move(conn, a_hold(), HoldState.APPROVED, actor="maya", because={"votes": 1})
    assert (moved.state, moved.revision) == (HoldState.APPROVED, 1)
    with store.read() as conn:
        (entry,) = ledger.entries(conn, kind="hold.approved")
    assert (entry.actor, entry.subject) == ("maya", moved.id)
    assert entry.payload == {"votes": 1, "from": "proposed", "to": "approved", "revision": 1}


def test_a_move_that_the_table_does_not_have_is_not_made(store: Store) -> None:
    keep(store, a_hold(state=HoldState.REJECTED))
    with store.begin() as conn:
        ledger.lock(conn)
        with pytest.raises(Conflict, match="rejected and cannot become approved"):
            move(conn, a_hold(state=HoldState.REJECTED), HoldState.APPROVED, actor="maya")
        assert holds.get(conn, a_hold().id).state is HoldState.REJECTED


def test_of_two_moves_of_the_same_reading_one_wins(store: Store) -> None:
    keep(store, a_hold())

    def go(one: Store, to: HoldState) -> str:
        try:
            with one.begin() as conn:
                ledger.lock(conn)
                return move(conn, a_hold(), to, actor="maya").state.value
        except Conflict:
            return "late"

    with servers(store, 2) as (one, two):
        found = at_once(lambda: go(one, HoldState.APPROVED), lambda: go(two, HoldState.REJECTED))
    assert found.count("late") == 1
    with store.read() as conn:
        assert holds.get(conn, a_hold().id).revision == 1


def test_holds_are_listed_newest_first_page_by_page(store: Store) -> None:
    keep(store, *(a_hold(number) for number in range(5)))
    with store.read() as conn:
        first = holds.listed(conn, true(), limit=3)
        rest = holds.listed(conn, true(), after=(first[-1]["proposed_at"], first[-1]["id"]), limit=3)
        none = holds.listed(conn, table.c.environment == "production", limit=3)
    assert [holds.from_row(row).id for row in (*first, *rest)] == [a_hold(number).id for number in (4, 3, 2, 1, 0)]
    assert none == []


def test_what_waits_is_listed_by_the_end_of_its_time(store: Store) -> None:
    keep(store, a_hold(0, approve_by=START + timedelta(hours=2)), a_hold(1), a_hold(2, state=HoldState.REJECTED), a_hold(3))
    with store.read() as conn:
        first = holds.waiting(conn, true(), limit=2)
        rest = holds.waiting(conn, true(), after=(first[-1]["approve_by"], first[-1]["id"]), limit=2)
    assert [row["id"] for row in (*first, *rest)] == [a_hold(1).id, a_hold(3).id, a_hold(0).id]


def test_overdue_is_what_one_of_the_clocks_has_ended(store: Store) -> None:
    keep(store, a_hold(0), a_hold(1, state=HoldState.APPROVED), a_hold(2, state=HoldState.EXECUTING), a_hold(3))
    with store.read() as conn:
        assert [row["id"] for row in holds.overdue(conn, "2026-11-20T11:00:00.000000Z")] == [a_hold(0).id]
        assert [row["id"] for row in holds.overdue(conn, "2026-11-20T12:01:00.000000Z")] == [
            a_hold(0).id,
            a_hold(1).id,
            a_hold(3).id,
        ]


def test_a_row_by_another_hand_is_an_error_of_the_store(store: Store) -> None:
    keep(store, a_hold())
    with store.begin() as conn:
        conn.execute(update(table).values(state="blessed"))
        with pytest.raises(StoreError, match="another hand"):
            holds.get(conn, a_hold().id)
