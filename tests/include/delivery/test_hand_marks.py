"""Tasks that somebody marked as successful in Airflow: entered once, under whoever it was, about what their run is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from include.contracts.errors import ReadFailed
from include.contracts.hand_mark import HandMark
from include.delivery.endpoints import from_environment
from include.delivery.hand_marks import MARKED, enter_marks
from include.delivery.reconcile import reconcile
from include.store.database import Store
from include.store.ledger import entries
from tests.briefing import open_incident

NOW = datetime.now(UTC)


def mark(run: str, **fields: Any) -> HandMark:
    values = {
        "record": 7,
        "event": "patch_task_instance",
        "at": NOW,
        "account": "maya",
        "dag": "incident_triage",
        "task": "draft_brief",
    }
    return HandMark(**(values | {"run": run} | fields))


def entered(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(entries(conn, kind=MARKED))


@pytest.mark.both_databases
def test_each_is_entered_once(store: Store, catalogue: Any) -> None:
    incident = open_incident(store, catalogue)
    found = [mark(f"{incident}.b1.run_x"), mark("manual__2026", task=None, account="a stranger", record=8)]
    since: list[datetime] = []

    def read(after: datetime, dags: frozenset[str]) -> Iterable[HandMark]:
        since.append(after)
        assert "incident_triage" in dags
        return found

    assert [enter_marks(store, catalogue, read) for _ in range(3)] == [2, 0, 0]
    first, second = entered(store)
    assert (first.subject, first.run, first.actor) == (incident, f"{incident}.b1.run_x", "reconcile@service")
    assert (first.payload["by"], first.payload["person"], first.payload["task"]) == ("maya", "maya", "draft_brief")
    assert (second.subject, second.payload["person"], second.payload["task"]) == ("run:incident_triage/manual__2026", None, None)
    assert since[1] == NOW - timedelta(hours=1)
    assert since[0] < NOW - timedelta(days=6)


def test_what_is_none_of_ours_is_not_entered(store: Store, catalogue: Any) -> None:
    assert enter_marks(store, catalogue, lambda *_: [mark("x", dag="somebody_elses")]) == 0
    assert entered(store) == []


def test_a_run_that_only_looks_like_ours_is_about_no_record(store: Store, catalogue: Any) -> None:
    runs = ["inc_x.b1", "inc_", "../inc_01jd3c4k7w8m9e2f5a6b7c8d9e", "x" * 250]
    assert enter_marks(store, catalogue, lambda *_: [mark(run, record=n) for n, run in enumerate(runs)]) == 4
    assert all(entry.subject.startswith("run:incident_triage/") for entry in entered(store))


def test_reconcile_says_whether_it_was_read(store: Store, catalogue: Any) -> None:
    def broken(*_: Any) -> Iterable[HandMark]:
        raise ReadFailed("airflow gave no usable answer: timeout.", next_step="look at it")

    done = reconcile(store, catalogue, from_environment, marks=broken)
    assert (done.airflow, done.marked, done.failed) == ("failed", 0, 1)
    done = reconcile(store, catalogue, from_environment, marks=lambda *_: [mark("x")])
    assert (done.airflow, done.marked, done.failed) == ("read", 1, 0)
    done = reconcile(store, catalogue, from_environment, without="skipped: there is no connection holdpoint_airflow")
    assert (done.airflow, done.failed) == ("skipped: there is no connection holdpoint_airflow", 0)
    assert reconcile(store, catalogue, from_environment).airflow.startswith("not asked")
