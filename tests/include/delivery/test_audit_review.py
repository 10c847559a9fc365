"""The audit review's ticket: one a week, for whom RACI names."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import select

from include.contracts.errors import Denied
from include.delivery.audit_review import DUE, open_review
from include.delivery.endpoints import from_environment
from include.delivery.reconcile import reconcile
from include.store.database import Store
from include.store.ledger import append, entries
from include.store.tables.desk import ticket
from tests.clock import Clock, clock  # noqa: F401  - a fixture


def tickets(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(ticket).where(ticket.c.queue == "audit")).mappings())


@pytest.fixture
def past(store: Store, clock: Clock) -> None:  # noqa: F811
    clock.move(7 * 86_400)
    with store.begin() as conn:
        append(conn, actor="maya", kind="record.opened", subject="x")
    clock.move(14 * 86_400)


@pytest.mark.both_databases
def test_a_week_that_is_over_has_one_ticket(store: Store, catalogue: Any, past: None, clock: Clock) -> None:  # noqa: F811
    assert [open_review(store, catalogue) for _ in range(3)] == [1, 0, 0]
    (made,) = tickets(store)
    assert made["assignee"] == "ruth"
    assert "./holdpoint audit sample --week 20" in made["title"]
    with store.read() as conn:
        (entry,) = entries(conn, kind=DUE)
    assert entry.payload is not None
    assert entry.payload["ticket"] == f"DESK-{made['number']}"
    clock.move(21 * 86_400)
    assert open_review(store, catalogue) == 1
    assert len(tickets(store)) == 2


def test_a_week_without_an_entry_has_none(store: Store, catalogue: Any, clock: Clock) -> None:  # noqa: F811
    clock.move(30 * 86_400)
    assert open_review(store, catalogue) == 0
    assert tickets(store) == []


def test_reconcile_opens_it_and_counts(store: Store, catalogue: Any, past: None) -> None:
    done = reconcile(store, catalogue, from_environment)
    assert (done.reviews, done.failed) == (1, 0)
    assert done.counted > 2
    assert reconcile(store, catalogue, from_environment).reviews == 0


def test_h02_without_a_grant_nothing_is_written_and_the_pass_says_so(store: Store, catalogue: Any, past: None) -> None:
    none = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": ()})
    with pytest.raises(Denied):
        open_review(store, none)
    assert tickets(store) == []
    assert reconcile(store, none, from_environment).failed == 1
