"""A review without a report in time: its owner hears of it once, and a late report still comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.delivery import reconcile as module
from include.delivery.reconcile import reconcile
from include.delivery.report_task import find_task
from include.store import desk, script_reviews
from include.store.database import Store
from include.store.verify import verify
from tests.reviewing import BAD, REPOSITORY, Memory, Reviewing

pytestmark = pytest.mark.both_databases


@pytest.fixture
def reviewing(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> Reviewing:
    monkeypatch.setattr(module, "DEADLINE_S", -1.0)
    git = Memory()
    git.commit({"a.ps1": BAD})
    return Reviewing(store, catalogue, git)


def state(reviewing: Reviewing) -> str:
    with reviewing.store.read() as conn:
        return script_reviews.get(conn, reviewing.review_id).state


def passed(reviewing: Reviewing) -> int:
    return reconcile(reviewing.store, reviewing.catalogue, lambda _: None).escalated  # type: ignore[arg-type,return-value]


def test_the_owner_hears_of_it_once_and_a_late_report_still_comes(reviewing: Reviewing, store: Store) -> None:
    reviewing.batches(reviewing.ask())
    assert (passed(reviewing), passed(reviewing), state(reviewing)) == (1, 0, "overdue")
    with store.read() as conn:
        number = find_task(conn, REPOSITORY, "tomas")
        assert number is not None
        (said,) = desk.comments_of(conn, number)
    assert reviewing.review_id in said["body"]
    assert reviewing.compile().new
    assert reviewing.file().version == 1
    assert (state(reviewing), passed(reviewing)) == ("filed", 0)
    assert verify(store).ok


def test_one_that_no_run_has_taken_up_can_still_be(reviewing: Reviewing, store: Store) -> None:
    from include.reviewing.asking import ask_by_night

    reviewing.runs += 1
    (reviewing.review_id,) = ask_by_night(store, [REPOSITORY], night=reviewing.run)
    assert (passed(reviewing), state(reviewing)) == (1, "overdue")
    assert reviewing.begin().batches == (1,)
    assert state(reviewing) == "claimed"


def test_of_a_repository_that_is_gone_whoever_answers_for_the_workflow_hears(reviewing: Reviewing, store: Store) -> None:
    reviewing.ask()
    reviewing.catalogue = replace(reviewing.catalogue, tables={**reviewing.catalogue.tables, "repositories": ()})
    assert passed(reviewing) == 1
    with store.read() as conn:
        assert find_task(conn, REPOSITORY, "maya") is not None


def test_one_in_time_is_left_alone(reviewing: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE_S", 60.0)
    reviewing.ask()
    assert (passed(reviewing), state(reviewing)) == (0, "claimed")
