"""A vote that is as it should be is kept, entered and counted; the attacks stand in tests/adversarial/approvals."""

from __future__ import annotations

import pytest

from include.contracts.errors import BadInput
from include.contracts.hold import Hold, HoldState
from include.holds.digest import digest_of, read_statement, read_view
from include.store import views
from include.store.database import Store
from tests.holds_kit import Kit
from tests.votes_kit import Ground

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ground(store: Store, kit: Kit) -> Ground:
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    return ground.propose()


def test_an_approval_is_kept_with_its_entry_and_moves_the_hold(ground: Ground, hold: Hold) -> None:
    signed = ground.vote(hold, "tomas", reason="Seen on the board.")
    moved = ground.cast(signed)
    digest = digest_of(read_statement(signed.statement))
    assert (moved.id, moved.state, moved.revision) == (hold.id, HoldState.APPROVED, 1)
    (_, vote) = ground.rows(hold)
    assert (vote.digest, vote.person, vote.signed()) == (digest, "tomas", signed)
    (_, cast, approved) = ground.entries(subject=hold.id)
    assert (cast.seq, cast.kind, cast.actor) == (vote.seq, "vote.cast", "tomas")
    assert (approved.kind, approved.actor) == ("hold.approved", "tomas")
    assert approved.payload == {"because": digest, "from": "proposed", "to": "approved", "revision": 1}


def test_the_page_that_was_voted_on_is_kept(ground: Ground, hold: Hold) -> None:
    signed = ground.vote(hold, "tomas")
    ground.sql("DELETE FROM view")  # it was made and shown by a process that may only read
    ground.cast(signed)
    vote = read_statement(signed.statement)
    with ground.store.read() as conn:
        view = read_view(views.get_body(conn, vote.view_digest))  # type: ignore[union-attr]
    assert view.plan == ground.plan(hold)


def test_the_quorum_moves_it_and_not_before(ground: Ground) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    assert ground.approve(hold, "tomas").state is HoldState.PROPOSED
    assert ground.approve(hold, "priya").state is HoldState.APPROVED


def test_one_more_approval_than_needed_moves_nothing(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    assert ground.approve(hold, "priya").revision == 1
    assert ground.judge(hold).approvals == ("priya", "tomas")


def test_a_rejection_ends_it_from_either_state(ground: Ground, hold: Hold) -> None:
    other = ground.propose()
    ground.approve(other, "tomas")
    for each in (hold, other):
        assert ground.reject(each, "priya").state is HoldState.REJECTED
    assert [entry.actor for entry in ground.entries(kind="hold.rejected")] == ["priya", "priya"]


def test_a_rejection_asks_for_neither_today_s_page_nor_callouts(ground: Ground, hold: Hold) -> None:
    assert ground.reject(hold, "priya", view_digest="0" * 64, callouts=()).state is HoldState.REJECTED


def test_who_contributed_may_reject_it_too(ground: Ground, hold: Hold) -> None:
    assert ground.reject(hold, "maya").state is HoldState.REJECTED


def test_a_rejection_says_why(ground: Ground, hold: Hold) -> None:
    with pytest.raises(BadInput, match="why"):
        ground.reject(hold, "priya", reason="")
    with pytest.raises(BadInput, match="secret"):
        ground.reject(hold, "priya", reason="password: hunter2hunter2")
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_after_a_vote_was_taken_back_its_person_may_vote_anew(ground: Ground, hold: Hold) -> None:
    from include.contracts.statement import Revoked

    ground.approve(hold, "tomas")
    vote = ground.rows(hold)[-1].digest
    assert ground.take_back("tomas", Revoked.VOTE, vote).state is HoldState.PROPOSED
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED
    assert ground.judge(hold).releasable
