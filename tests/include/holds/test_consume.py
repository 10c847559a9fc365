"""Consuming an approval opens one attempt and moves the hold, or does neither."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import NotFound, ReadFailed
from include.contracts.hold import Hold, HoldState
from include.holds.consume import consume
from include.store import attempts, outside_records
from include.store.database import Store
from tests.holds_kit import Kit
from tests.votes_kit import WRITER, Ground, an_outside_record

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ground(store: Store, kit: Kit) -> Ground:
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    found = ground.propose()
    ground.approve(found, "tomas")
    return found


def test_an_attempt_names_exactly_what_was_approved(ground: Ground, hold: Hold) -> None:
    attempt = ground.consume(hold)
    with ground.store.read() as conn:
        assert attempts.of_hold(conn, hold.id) == attempt
    assert (attempt.plan_digest, attempt.opened_by, attempt.execute_by) == (hold.plan_digest, WRITER, hold.execute_by)
    assert ground.hold(hold).state is HoldState.EXECUTING
    (entry,) = ground.entries(kind="hold.executing")
    assert (entry.actor, entry.subject) == (WRITER, hold.id)
    assert entry.payload == {
        "attempt": attempt.id,
        "plan_digest": hold.plan_digest,
        "way": "ordinary",
        "approvals": ["tomas"],
        "outside": [],
        "from": "approved",
        "to": "executing",
        "revision": 2,
    }


def test_what_is_not_there_is_not_consumed(ground: Ground) -> None:
    with pytest.raises(NotFound):
        consume(ground.store, ground.kit.roots, "hold_" + "0" * 26, by=WRITER, outside={})
    with ground.store.read() as conn:
        assert attempts.of_hold(conn, "hold_" + "0" * 26) is None


def test_a_source_that_does_not_answer_leaves_everything_as_it_was(ground: Ground, hold: Hold) -> None:
    class Away:
        name = "servicenow"

        def fetch(self, record: str) -> Any:
            raise ReadFailed("It did not answer.", next_step="try again")

    with ground.store.begin() as conn:
        outside_records.add(conn, hold.id, an_outside_record(hold, "sys-priya", ground.now), "priya")
    with pytest.raises(ReadFailed):
        ground.consume(hold, {"servicenow": Away()})
    assert ground.hold(hold).state is HoldState.APPROVED
    assert ground.entries(kind="release.refused") == []
    # It was not needed for the quorum; but it may have become a rejection, so it is not passed over.
    ground.refused_release("outside", hold)


def test_an_attempt_that_another_hand_opened_is_one(ground: Ground, hold: Hold) -> None:
    ground.sql(
        "INSERT INTO attempt (hold_id, id, plan_digest, opened_at, opened_by, execute_by) VALUES (:h, 'x', 'x', 'x', 'x', 'x')",
        h=hold.id,
    )
    ground.refused_release("single_use", hold)


def test_the_table_itself_keeps_out_a_second_attempt(ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the look before it were blind."""
    from include.holds import release, rules

    blind = [
        rule for rule in release.BEFORE_VOTES.children if rule not in (rules.single_use, rules.approved, rules.complete_record)
    ]
    monkeypatch.setattr(release.BEFORE_VOTES, "children", blind)
    ground.consume(hold)
    ground.refused_release("single_use", hold)
