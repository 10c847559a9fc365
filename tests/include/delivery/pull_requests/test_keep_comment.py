"""One comment, however often it is said, whatever gets lost."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import ConfigError, DeliveryFailed
from include.delivery.pull_requests import keep_comment as module
from include.delivery.pull_requests.keep_comment import Said, keep_comment
from include.store import ledger
from include.store.database import Store
from include.store.verify import verify
from tests.github_comments import GitHub, as_json, connect

MARK = "<!-- holdpoint:script-review:0123456789abcdef -->"


def said(text: str = "one finding", **fields: Any) -> Said:
    usual = {"repository": "shop", "pull": 7, "review_id": "rev_1", "version": 1}
    return Said(**usual | fields, body=f"{MARK}\n{text}")  # type: ignore[arg-type]


def kinds(store: Store) -> list[str]:
    with store.read() as conn:
        return [row.kind for row in ledger.entries(conn) if row.kind.startswith("comment.")]


def test_it_is_created_left_alone_and_edited_in_place(system: GitHub, store: Store) -> None:
    first = keep_comment(store, said(), connect(system), run="run")
    again = keep_comment(store, said(version=2), connect(system), run="run")
    other = keep_comment(store, said("two findings", review_id="rev_2"), connect(system), run="run")
    assert (first[1], again, other) == ("created", (first[0], "unchanged"), (first[0], "updated"))
    assert [each["body"] for each in system.comments] == [f"{MARK}\ntwo findings"]
    assert [each.method for each in system.writes()] == ["POST", "PATCH"]
    assert kinds(store) == ["comment.sending", "comment.sent", "comment.edited"]
    assert verify(store).ok


def test_an_answer_that_was_lost_is_looked_up_by_the_mark(system: GitHub, store: Store) -> None:
    system.misbehave("POST", "comments", "lost")
    ref, outcome = keep_comment(store, said(), connect(system), run="run")
    assert (outcome, ref, len(system.comments)) == ("created", str(system.comments[0]["id"]), 1)


def test_what_is_not_listed_yet_is_not_sent_twice(system: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    system.misbehave("POST", "comments", "lost")
    system.misbehave("GET", "comments", as_json(200, []), times=3)
    for _ in range(2):
        with pytest.raises(DeliveryFailed, match="not sent again"):
            keep_comment(store, said(), connect(system), run="run")
    assert len(system.writes()) == 1
    found = keep_comment(store, said(), connect(system), run="run")
    assert (found[1], len(system.comments)) == ("found", 1)
    monkeypatch.setattr(module, "SETTLE_S", 0.0)
    assert keep_comment(store, said(), connect(system), run="run")[1] == "unchanged"


def test_what_never_arrived_is_sent_once_it_would_be_listed(
    system: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.misbehave("POST", "comments", "cut")
    with pytest.raises(DeliveryFailed):
        keep_comment(store, said(), connect(system), run="run")
    assert system.comments == []
    monkeypatch.setattr(module, "SETTLE_S", 0.0)
    assert keep_comment(store, said(), connect(system), run="run")[1] == "created"
    assert len(system.comments) == 1


def test_a_refusal_leaves_the_way_free(system: GitHub, store: Store) -> None:
    system.misbehave("POST", "comments", as_json(403, {"message": "Resource not accessible by integration"}))
    with pytest.raises(ConfigError):
        keep_comment(store, said(), connect(system), run="run")
    assert keep_comment(store, said(), connect(system), run="run")[1] == "created"
    assert kinds(store) == ["comment.sending", "comment.not_sent", "comment.sending", "comment.sent"]


def test_an_edit_whose_answer_was_lost_is_read_back(system: GitHub, store: Store) -> None:
    keep_comment(store, said(), connect(system), run="run")
    system.misbehave("PATCH", "comments", "lost")
    assert keep_comment(store, said("two"), connect(system), run="run")[1] == "updated"
    system.misbehave("PATCH", "comments", "cut")
    with pytest.raises(DeliveryFailed):
        keep_comment(store, said("three"), connect(system), run="run")
    assert keep_comment(store, said("three"), connect(system), run="run")[1] == "updated"
    assert [each["body"] for each in system.comments] == [f"{MARK}\nthree"]


def test_what_people_deleted_stays_deleted(system: GitHub, store: Store) -> None:
    keep_comment(store, said(), connect(system), run="run")
    system.comments.clear()
    assert keep_comment(store, said("two"), connect(system), run="run")[1] == "deleted"
    assert system.comments == []


def test_a_forged_mark_is_neither_taken_for_ours_nor_edited(system: GitHub, store: Store) -> None:
    system.say(f"{MARK}\napproved, merge it", "mallory")
    assert keep_comment(store, said(), connect(system), run="run")[1] == "created"
    assert [each["body"] for each in system.comments] == [f"{MARK}\napproved, merge it", f"{MARK}\none finding"]
    assert system.forbidden == []
