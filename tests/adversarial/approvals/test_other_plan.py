"""A vote is for one plan, one page, one hold, one environment: whatever changes, it is void."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from include.contracts.hold import Hold, HoldState, Observation
from include.contracts.plan import Plan, Risk
from include.contracts.production import ToolEntry
from include.contracts.statement import Signed
from include.holds.digest import body_of, digest_of
from include.store import ledger, observations
from include.store.database import now
from include.store.tables.hold import hold as hold_table
from include.store.tables.hold import plan as plan_table
from include.store.tables.hold import statement as statement_table
from include.store.times import from_text
from tests.plans_kit import request
from tests.votes_kit import Ground, sign_bytes


def rewrite(ground: Ground, hold: Hold, *, row_too: bool, **changes: Any) -> str:
    """Another plan under the same id, as a hand in the database writes it; its digest."""
    plan: Plan = ground.plan(hold).model_copy(update=changes)
    with ground.store.begin() as conn:
        conn.execute(update(plan_table).where(plan_table.c.id == plan.id).values(body=body_of(plan), digest=digest_of(plan)))
        if row_too:
            fields = {"plan_digest": digest_of(plan), "title": plan.title}
            conn.execute(update(hold_table).where(hold_table.c.id == hold.id).values(**fields))
    return digest_of(plan)


@pytest.mark.both_databases
def test_h03_a_plan_edited_after_the_vote_is_not_released(ground: Ground, hold: Hold) -> None:
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED
    rewrite(ground, hold, row_too=False, reason="Something else.")
    ground.refused_release("plan_intact", hold)


def test_h03_nor_where_the_row_was_made_to_fit(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    rewrite(ground, hold, row_too=True, reason="Something else.")
    # The row fits the plan now, but nobody has signed that plan.
    ground.refused_release("plan_intact", ground.hold(hold))


def test_h03_the_row_s_clocks_are_not_believed(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.sql("UPDATE hold SET execute_by = '2099-01-01T00:00:00.000000Z' WHERE id = :id", id=hold.id)
    ground.refused_release("plan_intact", hold)


def test_h03_a_vote_for_the_plan_before_the_edit_is_void(ground: Ground, hold: Hold) -> None:
    before = ground.vote(hold, "tomas")
    edited = ground.propose(person="priya", supersedes=hold.id)
    ground.refused_vote("state", before)
    # Moved over by its signer's own hand, but for the plan as it was:
    ground.refused_vote("plan_intact", ground.vote(edited, "tomas", plan_digest=hold.plan_digest))


def test_h03_a_forged_digest_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("plan_intact", ground.vote(hold, "tomas", plan_digest="0" * 64))


def test_h03_a_vote_for_a_plan_rewritten_in_the_store_is_refused(ground: Ground, hold: Hold) -> None:
    honest = ground.vote(hold, "tomas")
    rewrite(ground, hold, row_too=True, reason="Something else.")
    ground.refused_vote("plan_intact", honest)


def test_h03_a_vote_on_a_rewritten_plan_itself_is_refused(ground: Ground, hold: Hold) -> None:
    rewrite(ground, hold, row_too=True, risk=Risk.LOW)
    ground.refused_vote("plan_intact", ground.vote(hold, "tomas", view_digest="0" * 64))


def test_h03_what_today_s_catalogue_would_make_otherwise_is_not_released(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.edit("approvals", lab={"approvals": 2})
    ground.refused_release("derived", hold)
    ground.refused_vote("derived", ground.vote(hold, "priya"))


def test_h03_a_tool_that_was_replaced_after_the_vote_is_another_tool(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.kit.seal_tools(tools=[ToolEntry(name="restart_service", version=1, digest="0" * 64)])
    ground.refused_release("derived", hold)


def test_h03_a_request_that_lay_about_is_stale(ground: Ground, hold: Hold, clock: Any) -> None:
    signed = ground.vote(hold, "tomas")
    clock.move(60 * ground.kit.catalogue.settings.statement_minutes + 5)
    ground.refused_vote("fresh", signed)


def test_h03_a_vote_from_the_future_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("fresh", ground.vote(hold, "tomas", at=ground.now + timedelta(minutes=1)))


def test_h03_what_changed_between_render_and_click_is_seen_first(ground: Ground, hold: Hold) -> None:
    signed = ground.vote(hold, "tomas")
    with ground.store.begin() as conn:
        ledger.lock(conn)
        found = {"state": "RUNNING", "pid": 99, "since": "2026-11-20T09:00:00Z"}
        at = from_text(now(conn))
        seen = Observation(step=1, observed_at=at, observed_by="gated_change@service", fields=found)
        observations.add(conn, hold.id, seen)
    ground.refused_vote("view", signed)
    assert ground.approve(hold, "tomas").state is HoldState.APPROVED


def test_h03_a_page_that_was_never_shown_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("view", ground.vote(hold, "tomas", view_digest="0" * 64))


def test_h03_another_hold_s_page_is_refused(ground: Ground, hold: Hold) -> None:
    other = ground.propose()
    ground.refused_vote("view", ground.vote(hold, "tomas", view_digest=ground.page(other)))


def test_h03_a_page_taken_out_of_the_record_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.sql("DELETE FROM view")
    ground.refused_release("view", hold)


def test_h03_a_page_rewritten_in_the_record_takes_its_vote_along(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.sql("UPDATE view SET body = replace(body, 'pool is exhausted', 'pool is fine')")
    ground.refused_release("view", hold)


def test_h03_every_callout_is_acknowledged_by_itself(ground: Ground, hold: Hold) -> None:
    wanted = tuple(sorted(callout.id for callout in ground.plan(hold).callouts))
    assert len(wanted) > 1
    for said in ((), wanted[1:], wanted[:-1], tuple(reversed(wanted)), (*wanted, "one-more"), (*wanted, wanted[-1])):
        ground.refused_vote("callouts", ground.vote(hold, "tomas", callouts=said))


def test_h03_a_vote_is_not_replayed(ground: Ground, hold: Hold) -> None:
    ground.edit("approvals", lab={"approvals": 2})
    hold = ground.propose()
    signed = ground.vote(hold, "tomas")
    assert ground.cast(signed).state is HoldState.PROPOSED
    ground.refused_vote("fresh", signed)
    # The signature's armor has more than one spelling; the statement is the same.
    ground.refused_vote("fresh", signed.model_copy(update={"signature": signed.signature.strip()}))


@pytest.mark.both_databases
def test_h03_a_vote_is_not_replayed_on_another_hold(ground: Ground, hold: Hold) -> None:
    other = ground.propose()
    ground.approve(hold, "tomas")
    vote = next(row for row in ground.rows(hold) if row.type == "holdpoint.vote.v1")
    ground.put_row(other, vote.signed(), entered=True, digest=vote.digest[::-1])
    ground.refused_release("complete_record", other)
    ground.refused_vote("complete_record", ground.vote(other, "tomas"))


def test_h03_a_row_filed_under_another_hold_is_missed_in_both(ground: Ground, hold: Hold) -> None:
    other = ground.propose()
    ground.approve(hold, "tomas")
    with ground.store.begin() as conn:
        vote = statement_table.c.type == "holdpoint.vote.v1"
        conn.execute(update(statement_table).where(vote).values(subject=other.id))
    ground.refused_release("complete_record", hold)
    ground.refused_release("complete_record", other)


def test_h03_a_vote_for_another_environment_is_refused(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("environment", ground.vote(hold, "tomas", environment="production"))


def test_h03_a_lab_key_decides_nothing_elsewhere(ground: Ground) -> None:
    ground.kit.seal_tools("production")
    hold = ground.propose(request(environment="production"))
    ground.kit.edit_people(lambda rows: rows["tomas"]["ssh_keys"][0].update(environments=["lab"]))
    ground.refused_vote("key", ground.vote(hold, "tomas"))


def test_h03_a_hold_in_the_lab_cannot_be_relabelled(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.sql("UPDATE hold SET environment = 'production' WHERE id = :id", id=hold.id)
    ground.refused_release("plan_intact", hold)


# -- Text that is not what it looks like -------------------------------------------------------------------------------

LOOK_ALIKES = {
    "another alphabet": "t\u043emas",
    "decomposed": "toma\u0301s",
    "composed": "tomás",
    "turned round": "tomas\u202e",
    "invisible": "to\u200bmas",
    "capital": "Tomas",
    "a blank": "tomas ",
    "a line feed": "tomas\n",
}


@pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_h03_a_look_alike_is_nobody(ground: Ground, hold: Hold, name: str) -> None:
    bent(ground, hold, lambda said: said.update(person=name))


def test_h03_a_reason_with_a_trap_in_it_is_refused(ground: Ground, hold: Hold) -> None:
    for trap in ("approve\u202edetcejer", "in\u200bvisible", "e\u0301"):
        bent(ground, hold, lambda said, trap=trap: said.update(reason=trap))


def test_h03_one_statement_has_one_spelling(ground: Ground, hold: Hold) -> None:
    body = ground.vote(hold, "tomas").statement
    said = json.loads(body)
    refused(ground, body[:-1] + ',"decision":"reject"}', "twice")
    refused(ground, body.replace('"decision":"approve"', '"decision":"reject","decision":"approve"'), "twice")
    refused(ground, body.replace(":", ": ", 1), "canonical form")
    refused(ground, json.dumps(said, separators=(",", ":")).replace("tomas", "tom\\u0061s"), "canonical form")
    refused(ground, json.dumps(dict(reversed(said.items())), separators=(",", ":")), "canonical form")
    refused(ground, body[:-1] + ',"more":1}', "Extra")
    refused(ground, body.replace('"reason":""', '"reason":"\\ud800"'), "")


@pytest.mark.parametrize("number", ["9007199254740993", "-9007199254740993", "1e400", "NaN", "1" * 5000])
def test_h03_numbers_that_two_readers_read_differently_are_refused(ground: Ground, hold: Hold, number: str) -> None:
    body = ground.vote(hold, "tomas").statement
    refused(ground, body[:-1] + f',"more":{number}}}', "")


def bent(ground: Ground, hold: Hold, bend: Any) -> None:
    said = json.loads(ground.vote(hold, "tomas").statement)
    bend(said)
    refused(ground, json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False), "")


def refused(ground: Ground, body: str, why: str) -> None:
    """It is no statement, whoever signed it."""
    signed = sign_bytes(body, ground.kit.private["tomas"])
    before = ground.count("statement")
    error = ground.refused_statement("signature", lambda: ground.cast(signed))
    assert why in str(error)
    assert ground.count("statement") == before


def test_h03_what_no_request_can_carry_is_no_statement_either() -> None:
    for fields in ({"method": "airflow"}, {"statement": "x" * 200_001}, {"signature": ""}, {"token": "eyJ"}):
        with pytest.raises(ValueError, match="validation error"):
            Signed.model_validate({"statement": "{}", "method": "ssh", "signature": "x" * 20, **fields})


def test_h03_a_hold_that_is_not_there_takes_no_vote(ground: Ground, hold: Hold) -> None:
    ground.refused_vote("state", ground.vote(hold, "tomas", hold="hold_" + "0" * 26))
