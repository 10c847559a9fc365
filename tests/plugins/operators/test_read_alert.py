"""A question typed into Airflow's form: a brief for whoever fills it in, a task where nobody understands it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from sqlalchemy import func, select

from include.contracts.incident import Intent
from include.store import dispatches, incidents
from include.store.database import Store
from include.store.tables.desk import delivery, ticket
from include.store.tables.incident import incident
from include.triage.begin import classify
from plugins.operators.low_impact_write import EscalateOperator
from plugins.operators.read_alert import ReadAlertOperator

RUN = "manual__2026-11-20T10:00:00+00:00"


@pytest.fixture(autouse=True)
def _store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))


def context(question: str, user: str = "maya", **params: Any) -> dict[str, Any]:
    run = SimpleNamespace(run_id=RUN, triggering_user_name=user)
    usual = {"incident": None, "briefing": 1, "question": question, "service": "shop-orders", "environment": None}
    return {"dag_run": run, "params": usual | params, "ti": SimpleNamespace(xcom_push=lambda key, value: None)}


def read(question: str, **more: Any) -> list[str]:
    return ReadAlertOperator(task_id="read_alert").execute(context(question, **more))


def intent_of(store: Store) -> Intent:
    with store.read() as conn:
        row = dispatches.of_run(conn, RUN)
        assert row is not None
        return classify(conn, incidents.get(conn, row["incident_id"]), 1).intent


def test_a_question_is_read_about_and_asked_once(store: Store) -> None:
    assert read("Why is checkout slow?")
    assert read("Why is checkout slow?"), "a second try of the task"
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(incident)) == 1


def test_what_asks_for_a_change_stays_a_brief_that_says_so(store: Store) -> None:
    assert read("Please restart shop-orders")
    assert intent_of(store) is Intent.CHANGE
    with store.read() as conn:
        assert list(conn.scalars(select(incident.c.kind))) == ["question"]


def test_h10_what_is_unclear_is_not_read_about_and_is_a_persons_task(store: Store) -> None:
    assert read("that thing") == []
    assert intent_of(store) is Intent.UNCLEAR
    done = EscalateOperator(task_id="escalate").execute(context("that thing"))
    assert done == {"ticket": "DESK-1", "delivery": None, "sent": False}
    with store.read() as conn:
        assert conn.scalar(select(ticket.c.assignee)) == "tomas"
        assert conn.scalar(select(func.count()).select_from(delivery)) == 0


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("", {}),
        ("x" * 300_000, {}),
        ("%PDF-1.7", {}),
        ("why?", {"user": "nobody"}),
        ("why?", {"service": "moon"}),
        ("why?", {"environment": "moon"}),
    ],
)
def test_garbage_in_the_form_fails_the_task_and_keeps_nothing(store: Store, question: str, more: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException):
        read(question, **more)
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(incident)) == 0
