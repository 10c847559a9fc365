"""Used twice, twice at once, denied at the last moment: barriers make them meet; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from include.contracts.errors import Refused
from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Signed
from include.holds import consume as consuming
from include.holds import votes
from include.holds.consume import consume
from include.holds.votes import cast
from include.store.database import Store
from tests.overlap import at_once, meet_after, servers
from tests.votes_kit import WRITER, Ground

pytestmark = pytest.mark.both_databases
ROUNDS = 4


def outcome(work: Callable[[], Any]) -> str:
    """What it came to: the hold's state, `attempt`, or the rule that refused."""
    try:
        found = work()
    except Refused as refusal:
        return refusal.rule
    return found.state.value if isinstance(found, Hold) else "attempt"


def taken(ground: Ground, store: Store, signed: Signed) -> str:
    return outcome(partial(cast, store, ground.kit.roots, signed))


def used(ground: Ground, store: Store, hold: Hold) -> str:
    return outcome(partial(consume, store, ground.kit.roots, hold.id, by=WRITER, outside={}))


def test_h03_an_approval_is_used_once(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    attempt = ground.consume(hold)
    assert (attempt.hold, attempt.plan_digest, attempt.opened_by) == (hold.id, hold.plan_digest, WRITER)
    assert ground.hold(hold).state is HoldState.EXECUTING
    ground.refused_release("single_use", hold)
    ground.put_state(hold, "approved")
    ground.refused_release("single_use", hold)
    ground.refused_vote("state" if ground.hold(hold).state is HoldState.EXECUTING else "single_use", ground.vote(hold, "priya"))


def test_h03_nor_again_where_the_attempt_was_taken_out(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.consume(hold)
    ground.sql("DELETE FROM attempt")
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_many_at_once_use_it_once(ground: Ground) -> None:
    for _ in range(ROUNDS):
        hold = ground.propose()
        ground.approve(hold, "tomas")
        with servers(ground.store, 4) as them:
            found = at_once(*(partial(used, ground, one, hold) for one in them))
        assert sorted(found) == ["attempt", *["single_use"] * 3]
    assert ground.count("attempt") == ROUNDS
    assert len(ground.entries(kind="hold.executing")) == ROUNDS
    assert len(ground.entries(kind="release.refused")) == 3 * ROUNDS


def test_h03_also_where_both_have_judged_before_either_writes(
    ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.approve(hold, "tomas")
    meet_after(monkeypatch, consuming, "judge")
    with servers(ground.store, 2) as them:
        assert sorted(at_once(*(partial(used, ground, one, hold) for one in them))) == ["attempt", "single_use"]


@pytest.mark.parametrize("wait", [False, True], ids=["as it comes", "both have looked"])
def test_h03_a_deny_racing_the_last_approval_wins(ground: Ground, monkeypatch: pytest.MonkeyPatch, wait: bool) -> None:
    if wait:
        meet_after(monkeypatch, votes, "incoming")
    for _ in range(1 if wait else ROUNDS):
        hold = ground.propose()
        yes = ground.vote(hold, "tomas")
        no = ground.vote(hold, "priya", decision="reject", reason="Not now.", callouts=())
        with servers(ground.store, 2) as (one, two):
            found = at_once(partial(taken, ground, one, yes), partial(taken, ground, two, no))
        # The deny comes second and takes the approval back, or first and keeps it out; there is no third way.
        assert found in (["approved", "rejected"], ["state", "rejected"])
        assert ground.hold(hold).state is HoldState.REJECTED
        ground.refused_release("deny", hold)


def test_h03_a_deny_racing_the_consumption_wins_or_comes_too_late(ground: Ground) -> None:
    for _ in range(ROUNDS):
        hold = ground.propose()
        ground.approve(hold, "tomas")
        no = ground.vote(hold, "priya", decision="reject", reason="Not now.", callouts=())
        with servers(ground.store, 2) as (one, two):
            found = at_once(partial(used, ground, one, hold), partial(taken, ground, two, no))
        assert found in (["attempt", "state"], ["deny", "rejected"])
        assert ground.hold(hold).state.value == ("executing" if found[0] == "attempt" else "rejected")


def test_h03_two_votes_of_one_person_at_once_count_once(ground: Ground) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    both = [ground.vote(hold, "tomas", reason=reason) for reason in ("One.", "Two.")]
    with servers(ground.store, 2) as them:
        found = at_once(*(partial(taken, ground, one, signed) for one, signed in zip(them, both, strict=True)))
    assert sorted(found) == ["proposed", "quorum"]


def test_h03_the_same_vote_at_once_is_kept_once(ground: Ground, hold: Hold) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    signed = ground.vote(hold, "tomas")
    with servers(ground.store, 2) as them:
        found = at_once(*(partial(taken, ground, one, signed) for one in them))
    assert sorted(found) == ["fresh", "proposed"]
