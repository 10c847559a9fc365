"""Plans that never came through `propose`, and records taken out behind `enter`: what is asked there is asked at the release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.contracts.hold import Hold, HoldState
from include.holds.digest import body_of, digest_of, read_statement
from include.holds.outside.enter import enter
from include.holds.propose import _hold_of
from include.store import holds, ledger, plans, statements
from tests.plans_kit import plan_of, proposal, request, step
from tests.votes_kit import Ground, an_outside_record

pytestmark = pytest.mark.both_databases


def put(ground: Ground, plan: Any, person: str) -> Hold:
    """A plan with a real signature and its ledger entry, as a login of `holdpoint_vote` can insert it without asking."""
    signed = proposal(ground.kit, plan, person, ground.now)
    said = read_statement(signed.statement)
    with ground.store.begin() as conn:
        ledger.lock(conn)
        hold = _hold_of(plan, digest_of(plan))
        plans.add(conn, plan.id, digest_of(plan), body_of(plan))
        holds.add(conn, hold, plan.services)
        statements.add(conn, said, digest_of(said), signed, "hold.proposed", hold.id)
    return hold


def made(ground: Ground, person: str, at: Any) -> Any:
    wanted = request(step(observed_at=at - timedelta(minutes=2), observed_by=person))
    return plan_of(ground.kit.catalogue, wanted, contributors=[person], proposed_at=at, tools=ground.kit.roots.tools)


def test_what_is_put_in_as_it_should_be_is_taken(ground: Ground) -> None:
    hold = put(ground, made(ground, "maya", ground.now), "maya")
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED
    assert ground.judge(hold).releasable


def test_h02_a_proposer_without_a_grant_proposes_nothing(ground: Ground) -> None:
    hold = put(ground, made(ground, "ines", ground.now), "ines")
    ground.refused_vote("role", ground.vote(hold, "tomas"))
    assert "role" in {verdict.rule for verdict in ground.judge(hold).verdicts if not verdict.ok}


def test_h02_a_grant_that_was_taken_away_takes_its_plan_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.edit_people(lambda rows: rows["maya"].update(roles=["shop-owner"]))
    ground.refused_release("role", hold)


@pytest.mark.parametrize("away", [timedelta(days=300), timedelta(minutes=-45)], ids=["ahead", "back"])
def test_h03_who_dates_a_plan_at_will_does_not_set_its_clocks(ground: Ground, away: timedelta) -> None:
    hold = put(ground, made(ground, "maya", ground.now + away), "maya")
    ground.refused_vote("fresh", ground.vote(hold, "tomas"))
    assert "fresh" in {verdict.rule for verdict in ground.judge(hold).verdicts if not verdict.ok}


class Source:
    name = "servicenow"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def fetch(self, record: str) -> Any:
        return self.answer


@pytest.mark.parametrize("spoil", ["DELETE FROM outside_record", "UPDATE outside_record SET body = 'null'"])
def test_h03_an_outside_record_taken_out_before_it_is_asked_again_is_missed(ground: Ground, spoil: str) -> None:
    """Its approver has said no since, there; only who asks again learns of it."""
    accounts = {name: {"accounts": [{"system": "servicenow", "id": f"sys-{name}"}]} for name in ("tomas", "priya")}
    ground.edit("people", **accounts)
    ground.edit("approvals", lab={"outside_sources": ["servicenow"]})
    hold = ground.propose()
    ground.approve(hold, "tomas")
    source = Source(an_outside_record(hold, "sys-priya", ground.now))
    enter(ground.store, ground.kit.roots, hold.id, source, source.answer.record, by="gated_change@service")
    source.answer = source.answer.model_copy(update={"decision": "reject"})
    ground.refused_release("deny", hold, {"servicenow": source})
    ground.sql(spoil)
    ground.refused_release("complete_record", hold, {"servicenow": source})
