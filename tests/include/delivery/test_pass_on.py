"""Who has what nobody understands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from include.alerts.question import ask
from include.delivery.pass_on import HIDDEN, pass_on, receiver_of
from include.delivery.queues import UNASSIGNED, queue_of
from include.store import incidents, ledger
from include.store.database import Store
from include.store.tables.desk import comment, ticket


def passed(store: Store, catalogue: Any, text: str = "that thing", times: int = 1) -> list[Any]:
    asked = ask(store, catalogue, principal="maya", question=text, service="shop-orders", environment="lab")
    with store.begin() as conn:
        ledger.lock(conn)
        item = incidents.get(conn, asked.incident_id)
        return [pass_on(conn, catalogue, item, run="") for _ in range(times)]


def test_h13_there_is_always_somebody(catalogue: Any) -> None:
    assert receiver_of(catalogue, "shop-orders", "jonas") == catalogue.service("shop-orders").owner
    assert receiver_of(catalogue, None, "jonas") == "maya"
    assert receiver_of(catalogue, "gone", "jonas") == "maya"
    bare = replace(catalogue, tables={**catalogue.tables, "raci": ()})
    assert receiver_of(bare, None, "jonas") == "jonas"


def test_twice_is_once(store: Store, catalogue: Any) -> None:
    first, second = passed(store, catalogue, times=2)
    assert (first.new, second.new, first.ticket) == (True, False, second.ticket)
    with store.read() as conn:
        assert len(conn.execute(select(comment)).all()) == 1
        assert len(list(ledger.entries(conn, kind="question.passed_on"))) == 1


def test_h12_what_the_workflow_may_not_say_is_not_on_the_task(store: Store, catalogue: Any) -> None:
    rows = [
        row.model_copy(update={"classifications": ("public",)}) if row.name == "triage-writes" else row
        for row in catalogue.tables["grants"]
    ]
    passed(store, replace(catalogue, tables={**catalogue.tables, "grants": tuple(rows)}), "a secret matter")
    with store.read() as conn:
        assert conn.scalar(select(comment.c.body)) == HIDDEN


@pytest.mark.parametrize("text", ["@everyone /approve", "<!channel> !deploy", "x\n> y\n# z", "a" * 4_000, "\x00\u202e"])
def test_h11_the_question_is_quoted_and_inert(store: Store, catalogue: Any, text: str) -> None:
    passed(store, catalogue, text)
    with store.read() as conn:
        body, title = str(conn.scalar(select(comment.c.body))), str(conn.scalar(select(ticket.c.title)))
    for words in ("@everyone", "<!channel", " /approve", " !deploy", "\x00", "\u202e"):
        assert words not in body + title
    assert all(line.startswith("> ") for line in body.splitlines()[2:])
    assert len(title) <= 300


def test_a_queue_is_the_catalogues_or_unassigned(catalogue: Any) -> None:
    assert queue_of(catalogue, "shop-orders") == catalogue.service("shop-orders").systems["tickets"]["queue"]
    assert queue_of(catalogue, None) == queue_of(catalogue, "gone") == UNASSIGNED
