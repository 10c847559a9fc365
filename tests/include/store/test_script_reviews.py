"""The outbox of reviews: asked for once, claimed by one run, whatever Airflow does."""

from __future__ import annotations

import time
from typing import Any

import pytest

from include.contracts.errors import NotFound
from include.store import script_reviews as reviews
from include.store.database import Store
from include.store.script_reviews import ReviewKind

pytestmark = pytest.mark.both_databases


def ask(store: Store, mark: str = "nightly:shop:1", **fields: Any) -> str:
    usual = {"repository": "shop", "kind": ReviewKind.NIGHTLY, "asked_by": "script_review@service"}
    with store.begin() as conn:
        return reviews.ask(conn, mark=mark, **usual | fields)[0]


def test_the_same_request_is_the_same_review(store: Store) -> None:
    first, again, other = ask(store), ask(store), ask(store, "pull:shop:7:abc", pull=7)
    assert first == again
    assert other != first
    with store.read() as conn:
        assert reviews.get(conn, other).pull == 7
        assert [each.id for each in reviews.listed(conn, ["shop"])] == sorted([first, other], reverse=True)
        assert reviews.listed(conn, ["another"]) == []


def test_one_run_claims_a_review_and_keeps_it(store: Store) -> None:
    review_id = ask(store)
    with store.begin() as conn:
        (row,) = reviews.due(conn, 10)
        run = reviews.next_run_id(conn, review_id, row["attempt"])
        assert run is not None
        assert reviews.next_run_id(conn, review_id, row["attempt"]) is None, "another process was faster"
        assert not reviews.due(conn, 10)
        assert reviews.claim(conn, review_id, run)
        assert reviews.claim(conn, review_id, run), "asked again"
        assert not reviews.claim(conn, review_id, "another")
        assert not reviews.back_to_asked(conn, review_id, run, delay_s=0), "it was claimed after all"
    with store.read() as conn:
        mine = reviews.of_run(conn, run)
        assert (mine and mine.id) == review_id
        assert reviews.of_run(conn, "another") is None
        assert reviews.waiting(conn) == 1


def test_a_run_that_never_claims_makes_room_for_the_next(store: Store) -> None:
    review_id = ask(store)
    with store.begin() as conn:
        run = reviews.next_run_id(conn, review_id, 0)
        assert run is not None
        assert [row["id"] for row in reviews.unclaimed(conn, -1)] == [review_id]
        assert reviews.unclaimed(conn, 60) == []
        assert reviews.back_to_asked(conn, review_id, run, delay_s=0)
        assert reviews.next_run_id(conn, review_id, 1) not in {None, run}


def test_a_filed_review_stays_filed_when_another_version_is_reported(store: Store) -> None:
    review_id = ask(store)
    with store.begin() as conn:
        reviews.claim(conn, review_id, "run")
        reviews.begun(conn, review_id, commit_id="a" * 40, files=3)
        assert reviews.move(conn, review_id, "reported")
        assert reviews.move(conn, review_id, "filed")
        assert not reviews.move(conn, review_id, "reported")
        assert reviews.get(conn, review_id).state == "filed"


def reported(store: Store, mark: str, **fields: Any) -> str:
    review_id = ask(store, mark, **fields)
    with store.begin() as conn:
        reviews.claim(conn, review_id, mark)
        reviews.begun(conn, review_id, commit_id="a" * 40)
        reviews.move(conn, review_id, "reported")
    time.sleep(0.002)  # SQLite's clock has milliseconds
    return review_id


def test_a_review_is_compared_with_the_one_before_it_of_the_same_line_of_work(store: Store) -> None:
    first = reported(store, "1")
    pull = reported(store, "2", kind=ReviewKind.PULL_REQUEST, pull=7)
    second = reported(store, "3", kind=ReviewKind.BY_HAND)
    reported(store, "4", kind=ReviewKind.PULL_REQUEST, pull=8)
    elsewhere = reported(store, "5", repository="another")
    with store.read() as conn:

        def before(review_id: str) -> str | None:
            found = reviews.last_reported(conn, reviews.get(conn, review_id))
            return found.id if found is not None else None

        assert (before(second), before(first), before(pull), before(elsewhere)) == (first, None, None, None)
        late = [reviews.overtaken(conn, reviews.get(conn, each)) for each in (first, second, pull)]
    assert late == [True, False, False]


def test_no_review_of_that_id(store: Store) -> None:
    with store.read() as conn, pytest.raises(NotFound):
        reviews.get(conn, "rev_'; --")
