"""A review is asked for once, whatever says so how often."""

from __future__ import annotations

import pytest

from include.contracts.errors import BadInput
from include.reviewing.asking import ask_by_hand, ask_by_night, ask_for_pull
from include.store import script_reviews as reviews
from include.store.database import Store
from tests.reviewing import pull_request

HEAD, BASE = "a" * 40, "b" * 40


def test_each_night_asks_once_for_each_repository(store: Store) -> None:
    first = ask_by_night(store, ["shop", "infra"], night="scheduled__1")
    assert ask_by_night(store, ["shop", "infra"], night="scheduled__1") == first
    assert not set(ask_by_night(store, ["shop", "infra"], night="scheduled__2")) & set(first)
    with store.read() as conn:
        assert len(reviews.due(conn, 10)) == 4


def test_a_pull_request_told_twice_is_one_review_and_pushed_again_another(store: Store) -> None:
    first = ask_for_pull(store, pull_request(HEAD, BASE))
    assert ask_for_pull(store, pull_request(HEAD, BASE)) == first
    assert ask_for_pull(store, pull_request("c" * 40, BASE)) != first
    assert ask_for_pull(store, pull_request(HEAD, BASE, 8)) != first
    with store.read() as conn:
        found = reviews.get(conn, first)
    assert (found.pull, found.commit, found.base, found.state) == (7, HEAD, BASE, "asked")


def test_by_hand_the_run_that_asks_has_it(store: Store) -> None:
    review_id = ask_by_hand(store, "shop", person="maya", run="manual__1")
    with store.read() as conn:
        assert reviews.holds(conn, review_id, "manual__1")
        assert reviews.get(conn, review_id).asked_by == "maya"
        assert reviews.due(conn, 10) == [], "no other run is started for it"


@pytest.mark.parametrize("commit", ["", "main", "a" * 39, "A" * 40, "a" * 40 + "\n", "--upload-pack=x", "a" * 50])
def test_a_commit_is_a_whole_hash(store: Store, commit: str) -> None:
    with pytest.raises(BadInput):
        ask_by_hand(store, "shop", person="maya", run="manual__1", commit=commit)
