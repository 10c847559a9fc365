"""Who decides: somebody else than who made it, each person once, with the role and the key of today."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.contracts.errors import Refused
from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Proposal, Revoked
from include.holds import rules
from include.holds.digest import body_of, digest_of, read_statement
from include.holds.outside.enter import enter
from include.holds.propose import propose
from include.store import holds, ledger, plans, statements
from tests.holds_kit import public_line, sign, signing_key
from tests.plans_kit import drafted, plan_of, proposal, request, step
from tests.votes_kit import Ground, an_outside_record

# -- Oneself -----------------------------------------------------------------------------------------------------------


def test_h03_who_proposed_it_does_not_approve_it(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("independence", ground.vote(hold, "maya"))


def test_h03_nor_with_another_key(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("independence", by_second_key(ground, hold, "maya"))


class FakeServiceNow:
    """Answers with the record that it is given, or raises it."""

    name = "servicenow"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def fetch(self, record: str) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def accept(ground: Ground, hold: Hold, person: str) -> Any:
    """An approval in ServiceNow by this person's account there, entered for the hold."""
    source = FakeServiceNow(an_outside_record(hold, f"sys-{person}", ground.now))
    enter(ground.store, ground.kit.roots, hold.id, source, source.answer.record, by="gated_change@service")
    return source


def with_service_now(ground: Ground) -> Hold:
    """Approvals in ServiceNow may stand for a vote in the lab; everybody has an account there."""
    accounts = {
        name: {"accounts": [{"system": "airflow", "id": name}, {"system": "servicenow", "id": f"sys-{name}"}]}
        for name in ("maya", "tomas", "priya", "ines")
    }
    ground.edit("people", **accounts)
    ground.edit("approvals", lab={"outside_sources": ["servicenow"]})
    return ground.propose()


def by_second_key(ground: Ground, hold: Hold, person: str) -> Any:
    """A vote with a second key that the catalogue gives the person."""
    second = Ed25519PrivateKey.generate()
    line = {"public": public_line(second), "environments": ["*"]}
    ground.kit.edit_people(lambda rows: rows[person]["ssh_keys"].append(line))
    vote = read_statement(ground.vote(hold, person, key=signing_key(person, second).id).statement)
    return sign(vote, second)


def test_h03_a_proposes_b_edits_a_votes(ground: Ground, hold: Hold) -> None:
    edited = ground.propose(person="tomas", supersedes=hold.id)
    ground.refused_vote("independence", ground.vote(edited, "maya"))
    ground.refused_vote("independence", ground.vote(edited, "tomas"))
    assert ground.approve(edited, "priya").state is HoldState.APPROVED


def test_h03_an_edit_that_forgets_its_author_is_not_taken(ground: Ground, hold: Hold) -> None:
    plan = drafted(ground.store, ground.kit, person="tomas", supersedes=hold.id)
    forgetful = plan.model_copy(update={"contributors": ("tomas",)})
    with pytest.raises(Refused) as refusal:
        propose(ground.store, ground.kit.roots, body_of(forgetful), proposal(ground.kit, forgetful, "tomas", ground.now))
    assert refusal.value.rule == "independence"


def put_edit(ground: Ground, hold: Hold) -> Hold:
    """An edit of a hold that is put into the store by hand, past `propose`, with a proposal that its signer really signed."""
    wanted = request(step(observed_by="tomas", observed_at=ground.now))
    plan = plan_of(ground.kit.catalogue, wanted, proposed_at=ground.now, contributors=["tomas"], supersedes=hold.id)
    signed = proposal(ground.kit, plan, "tomas", ground.now)
    statement = Proposal.model_validate_json(signed.statement)
    with ground.store.begin() as conn:
        ledger.lock(conn)
        plans.add(conn, plan.id, digest_of(plan), body_of(plan))
        same = ("environment", "title", "risk", "release_mode", "proposed_at", "approve_by", "execute_by", "supersedes")
        values = {name: getattr(plan, name) for name in same}
        row = Hold(
            id=plan.hold, plan_id=plan.id, plan_digest=digest_of(plan), state=HoldState.PROPOSED, revision=0,
            superseded_by=None, run_id=None, **values,
        )  # fmt: skip
        holds.add(conn, row, plan.services)
        statements.add(conn, statement, digest_of(statement), signed, "hold.proposed", plan.hold)
    return row


def test_h03_nor_does_it_help_to_put_that_edit_into_the_store(ground: Ground, hold: Hold) -> None:
    edited = put_edit(ground, hold)
    assert ground.plan(edited).contributors == ("tomas",)
    ground.refused_vote("independence", ground.vote(edited, "maya"))
    # Nor does it help to ask somebody who really did not contribute: the plan hides who made it.
    ground.refused_vote("independence", ground.vote(edited, "priya"))


def test_h03_nor_to_lose_what_it_supersedes(ground: Ground, hold: Hold) -> None:
    edited = ground.propose(person="tomas", supersedes=hold.id)
    ground.sql("UPDATE plan SET body = replace(body, '[\"maya\"]', '[\"ines\"]') WHERE id = :id", id=hold.plan_id)
    ground.refused_vote("independence", ground.vote(edited, "maya"))
    # Nobody knows any more who made it, so nobody is independent.
    ground.refused_vote("independence", ground.vote(edited, "priya"))


def test_h03_a_proposal_in_another_s_name_is_none(ground: Ground, hold: Hold) -> None:
    plan = drafted(ground.store, ground.kit, person="tomas")
    signed = proposal(ground.kit, plan, "tomas", ground.now, by="maya")
    with pytest.raises(Refused) as refusal:
        propose(ground.store, ground.kit.roots, body_of(plan), signed)
    assert refusal.value.rule == "signature"


# -- Each person once --------------------------------------------------------------------------------------------------


def two_must(ground: Ground) -> Hold:
    ground.edit("approvals", lab={"approvals": 2})
    return ground.propose()


def test_h03_one_person_counts_once(ground: Ground) -> None:
    hold = two_must(ground)
    assert ground.approve(hold, "tomas").state is HoldState.PROPOSED
    ground.refused_vote("quorum", ground.vote(hold, "tomas"))
    assert ground.approve(hold, "priya").state is HoldState.APPROVED
    assert ground.judge(hold).approvals == ("priya", "tomas")


def test_h03_also_with_two_keys(ground: Ground) -> None:
    hold = two_must(ground)
    ground.approve(hold, "tomas")
    ground.refused_vote("quorum", by_second_key(ground, hold, "tomas"))


def test_h03_who_votes_and_takes_back_for_ever_is_stopped_and_may_still_reject(ground: Ground) -> None:
    hold = ground.propose()
    for _ in range(rules.MAX_VOTES):
        ground.approve(hold, "tomas")
        ground.take_back("tomas", Revoked.VOTE, ground.rows(hold)[-1].digest)
    assert "too often" in ground.refused_vote("quorum", ground.vote(hold, "tomas")).message
    assert ground.approve(hold, "priya").state is HoldState.APPROVED
    assert ground.reject(hold, "tomas").state is HoldState.REJECTED


@pytest.mark.both_databases
def test_h03_also_where_the_second_vote_was_put_into_the_store(ground: Ground) -> None:
    hold = two_must(ground)
    ground.approve(hold, "tomas")
    ground.put_row(hold, by_second_key(ground, hold, "tomas"), entered=True)
    ground.put_state(hold, "approved", entered=True)
    assert ground.judge(hold).approvals == ("tomas",)
    ground.refused_release("quorum", hold)


# -- As it is today ----------------------------------------------------------------------------------------------------


def test_h03_who_lacks_the_role_does_not_decide(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("role", ground.vote(hold, "ines"))
    ground.refused_vote("role", ground.vote(hold, "ines", decision="reject", reason="No.", callouts=()))


def test_h03_a_role_that_was_taken_away_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.edit_people(lambda rows: rows["tomas"]["roles"].remove("shop-owner"))
    ground.refused_release("role", hold)
    # Somebody else's approval makes up for it.
    assert ground.approve(hold, "priya").state is HoldState.APPROVED
    assert [item.person for item in ground.judge(hold).discounted] == ["tomas"]
    ground.consume(hold)


def test_h03_a_key_that_was_taken_away_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.edit_people(lambda rows: rows["tomas"].pop("ssh_keys"))
    ground.refused_release("key", hold)


def test_h03_a_key_revoked_outside_the_store_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.revoke_outside(keys=[ground.kit.key_id("tomas")])
    ground.refused_release("key", hold)
    ground.refused_vote("key", ground.vote(hold, "tomas"))


def test_h03_a_key_revoked_in_the_store_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.revoke_key("tomas")
    ground.refused_release("key", hold)
    # Who takes the revocation out of the store again does not get the vote back.
    ground.sql("DELETE FROM statement WHERE type = 'holdpoint.revocation.v1'")
    ground.refused_release("complete_record", hold)


def test_h03_a_person_revoked_outside_the_store_takes_the_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.revoke_outside(people=["tomas"])
    ground.refused_release("person", hold)
    ground.refused_vote("person", ground.vote(hold, "tomas"))


def test_h03_a_key_whose_environments_were_narrowed_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.edit_people(lambda rows: rows["tomas"]["ssh_keys"][0].update(environments=["production"]))
    ground.refused_release("key", hold)


def test_h03_a_proposer_whose_key_was_taken_away_takes_the_plan_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.revoke_outside(keys=[ground.kit.key_id("maya")])
    ground.refused_release("key", hold)


def test_h03_a_service_s_new_role_takes_old_votes_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.edit("services", shop_orders={"change_role": "payments-owner"})
    ground.refused_release("derived", hold)


# -- Taking back -------------------------------------------------------------------------------------------------------


def digest_of_vote(ground: Ground, hold: Hold, person: str) -> str:
    return next(row.digest for row in ground.rows(hold) if row.person == person and row.type == "holdpoint.vote.v1")


def test_h03_one_s_own_vote_is_taken_back(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    assert ground.take_back("tomas", Revoked.VOTE, digest_of_vote(ground, hold, "tomas")).state is HoldState.PROPOSED
    ground.refused_release("state", hold)
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("quorum", hold)


def test_h03_nobody_else_takes_it_back(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    vote = digest_of_vote(ground, hold, "tomas")
    ground.refused_statement("person", lambda: ground.take_back("priya", Revoked.VOTE, vote))
    ground.refused_statement("signature", lambda: ground.take_back("tomas", Revoked.VOTE, vote, by="priya"))
    assert ground.hold(hold).state is HoldState.APPROVED


def test_h03_a_rejection_is_not_taken_back(ground: Ground, hold: Hold) -> None:
    assert ground.reject(hold, "priya").state is HoldState.REJECTED
    ground.refused_statement("state", lambda: ground.take_back("priya", Revoked.VOTE, digest_of_vote(ground, hold, "priya")))
    ground.refused_vote("state", ground.vote(hold, "tomas"))


def test_h03_who_has_no_part_in_it_does_not_revoke_a_hold(ground: Ground, hold: Hold) -> None:
    ground.refused_statement("role", lambda: ground.take_back("ines", Revoked.HOLD, hold.id))
    assert ground.take_back("maya", Revoked.HOLD, hold.id).state is HoldState.REVOKED
    ground.refused_statement("state", lambda: ground.take_back("tomas", Revoked.HOLD, hold.id))


def test_h03_a_revoked_hold_is_not_released_whatever_its_row_says(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.take_back("priya", Revoked.HOLD, hold.id)
    ground.refused_release("state", hold)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


# -- Approvals kept elsewhere ------------------------------------------------------------------------------------------


def test_h03_an_outside_record_by_the_author_s_account_does_not_count(ground: Ground) -> None:
    hold = with_service_now(ground)
    with pytest.raises(Refused) as refusal:
        accept(ground, hold, "maya")
    assert refusal.value.rule == "independence"


def test_h03_an_outside_record_counts_only_as_fetched_again(ground: Ground) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = with_service_now(ground)
    source = accept(ground, hold, "priya")
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED
    ground.refused_release("outside", hold)
    withdrawn = Refused("nobody has decided", next_step="wait", rule="outside")
    ground.refused_release("outside", hold, {"servicenow": FakeServiceNow(withdrawn)})
    for changes in ({"plan_digest": "0" * 64}, {"account": "sys-maya"}, {"account": "sys-nobody"}):
        changed = source.answer.model_copy(update=changes)
        with pytest.raises(Refused):
            ground.consume(hold, {"servicenow": FakeServiceNow(changed)})
    denied = source.answer.model_copy(update={"decision": "reject"})
    ground.refused_release("deny", hold, {"servicenow": FakeServiceNow(denied)})
    assert ground.count("attempt") == 0
    ground.consume(hold, {"servicenow": source})


def test_h03_a_person_counts_once_there_and_here(ground: Ground) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = with_service_now(ground)
    accept(ground, hold, "tomas")
    ground.refused_vote("quorum", ground.vote(hold, "tomas"))


def test_h03_an_outside_record_acknowledges_nothing(ground: Ground) -> None:
    hold = with_service_now(ground)
    source = accept(ground, hold, "tomas")
    assert ground.hold(hold).state is HoldState.PROPOSED
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("callouts", hold, {"servicenow": source})
