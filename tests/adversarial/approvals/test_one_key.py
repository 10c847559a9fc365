"""Whoever holds one key that counts, an ordinary person's: it speaks for nobody else, and stops nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Revocation, Vote
from include.holds import enrolment, votes
from include.holds.revoke import revoke
from tests.keys_kit import Keys
from tests.votes_kit import Ground

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("thief", ["maya", "priya"])
def test_h03_a_key_in_somebody_else_s_name_is_not_witnessed_by_who_made_it(ground: Ground, hold: Hold, thief: str) -> None:
    """Enrolled as tomas's, signed with itself, witnessed with the thief's own: then tomas would have approved."""
    keys = Keys(ground.kit, ground.store)
    made = keys.key("tomas")
    digest = keys.enrol(made)
    ground.refused_statement("role", lambda: keys.vouch(digest, "tomas", by=thief))
    vote = Vote(**_vote(ground, hold) | keys.stated(made))
    ground.refused_vote("key", keys.signed(vote))
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_h03_nor_where_the_witness_was_put_into_the_store(ground: Ground, hold: Hold) -> None:
    """With its entry: what a witness must be is asked each time, not only when it comes in."""
    keys = Keys(ground.kit, ground.store)
    made = keys.key("tomas")
    digest = keys.enrol(made)
    keys.vouch(digest, "tomas", by="ines")
    assert keys.ring().find(made.id)
    ground.kit.edit_people(lambda rows: rows["ines"].update(roles=["sre"]))
    assert keys.ring().find(made.id) is None
    ground.refused_vote("key", keys.signed(Vote(**_vote(ground, hold) | keys.stated(made))))


def _vote(ground: Ground, hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold.id,
        "environment": hold.environment,
        "plan_digest": hold.plan_digest,
        "view_digest": ground.page(hold),
        "decision": "approve",
        "callouts": tuple(sorted(callout.id for callout in ground.plan(hold).callouts)),
    }


def test_h10_enrolments_without_end_are_not_taken(ground: Ground) -> None:
    """It takes no key at all: each is signed with itself, and read for every vote."""
    keys = Keys(ground.kit, ground.store)
    for _ in range(enrolment.MAX_WAITING):
        last = keys.key("jonas")
        keys.enrol(last)
    ground.refused_statement("key", lambda: keys.enrol(keys.key("jonas")))
    keys.enrol(keys.key("ruth"))
    keys.revoke(last.id)
    keys.enrol(keys.key("jonas"))


def test_h12_who_did_not_sign_learns_nothing_and_locks_nothing(
    ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is true of the hold, what is nobody's is refused before it is looked at, and outside of the lock."""
    over = ground.propose()
    ground.reject(over, "tomas")
    monkeypatch.setattr(votes, "gather", None)  # verifies the chain, under the lock
    for each in (hold, over, hold.model_copy(update={"id": "hold_" + "0" * 26})):
        forged = ground.kit.sign(Vote(**_vote(ground, hold) | {"hold": each.id} | ground.kit.stated("priya", ground.now)), "ines")
        ground.refused_vote("signature", forged)
        said = Revocation(**ground.kit.stated("priya", ground.now), what="hold", subject=each.id, reason="x")
        ground.refused_statement(
            "signature", lambda said=said: revoke(ground.store, ground.kit.roots, ground.kit.sign(said, "ines"))
        )
