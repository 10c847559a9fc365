"""The page of a hold: whole, in words, the same for the same facts, and nothing on it grows older."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from include.contracts.errors import NotFound, Refused
from include.contracts.hold import Observation
from include.contracts.plan import Window
from include.holds.digest import body_of, digest_of, read_view
from include.holds.view import at_words, current_view, keep_view, make_view
from include.store import observations, views
from include.store.database import Store
from include.store.tables.hold import plan as plan_table
from tests.holds_kit import Kit
from tests.plans_kit import AT, RUNS, plan_of, proposed, request, step


def seen(number: int = 1, minutes: int = 5, problem: str | None = None, **fields: Any) -> Observation:
    at, told = AT + timedelta(minutes=minutes), {} if problem else RUNS | fields
    return Observation(step=number, observed_at=at, observed_by="gated_change@service", fields=told, problem=problem)


def test_the_page_says_what_is_done_undone_expected_and_whose_it_is(catalogue: Any) -> None:
    plan = plan_of(catalogue)
    view = make_view(plan, catalogue, [])
    (shown,) = view.steps
    assert (shown.says, shown.undo, shown.owner) == (plan.steps[0].says, plan.steps[0].undo.says, "tomas")
    assert (shown.expectations, view.callouts, view.risk_reasons) == (
        plan.steps[0].expectations,
        plan.callouts,
        plan.risk_reasons,
    )
    assert (view.plan, view.plan_digest) == (plan, digest_of(plan))
    assert view.observed_at is None
    assert {each.changed for each in view.differences} == {None}


def test_the_page_is_the_same_for_the_same_facts_and_comes_back_from_its_bytes(catalogue: Any) -> None:
    plan = plan_of(catalogue)
    one, other = (make_view(plan, catalogue, [seen()]) for _ in range(2))
    assert body_of(one) == body_of(other)
    assert digest_of(read_view(body_of(one))) == digest_of(one)
    assert digest_of(make_view(plan, catalogue, [seen(pid=1)])) != digest_of(one)


def test_each_guard_is_told_apart_as_it_was_and_as_it_is(catalogue: Any) -> None:
    wanted = request(step(), step("shop-payments"), step(after_step=1), step("shop-frontend"))
    observed = [
        seen(1, minutes=9, pid=4300, since="2026-11-20T10:00:00+01:00"),
        seen(2, minutes=5, problem="supervisor: no answer"),
        seen(3, minutes=7),
    ]
    view = make_view(plan_of(catalogue, wanted), catalogue, observed)
    told = {(each.step, each.field): (each.planned, each.now, each.changed, each.problem) for each in view.differences}
    assert told[1, "pid"] == (4217, 4300, True, None)
    assert told[1, "state"] == ("RUNNING", "RUNNING", False, None)
    assert told[1, "since"][2] is False  # the same instant in another spelling
    assert told[2, "pid"] == (4217, None, None, "supervisor: no answer")
    assert told[3, "pid"] == (None, 4217, None, None)  # step 1 will change it
    assert told[4, "pid"] == (4217, None, None, None)
    assert view.observed_at == AT + timedelta(minutes=5)  # the oldest of what is shown


def test_a_field_that_was_not_read_is_not_unchanged(catalogue: Any) -> None:
    partial = Observation(step=1, observed_at=AT, observed_by="maya", fields={"state": "RUNNING"})
    view = make_view(plan_of(catalogue), catalogue, [partial])
    assert {each.field: each.changed for each in view.differences} == {"state": False, "pid": None, "since": None}


def test_an_observation_of_a_step_that_is_not_there_is_left_out(catalogue: Any) -> None:
    assert make_view(plan_of(catalogue), catalogue, [seen(7)]) == make_view(plan_of(catalogue), catalogue, [])


def test_the_page_says_who_decides_and_who_may_not(catalogue: Any) -> None:
    plan = plan_of(catalogue, request(environment="production"), contributors=["maya"])
    assert make_view(plan, catalogue, []).deciders == (
        "2 different people must approve, each holding shop-owner",
        "Who may: Priya Raman (priya), Tomás Lindqvist (tomas)",
        "Who may not, having contributed: maya",
    )
    revoked = make_view(plan, catalogue, [], revoked_people=["tomas"]).deciders
    assert revoked[1] == "That cannot be reached: only 1 of those who hold the role did not contribute"
    assert revoked[2] == "Who may: Priya Raman (priya)"


def test_the_page_says_what_may_stand_for_a_vote(catalogue: Any) -> None:
    rows = tuple(row.model_copy(update={"tier": 2}) for row in catalogue.tables["services"])
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
    deciders = make_view(plan_of(c, request(environment="production")), c, []).deciders
    assert deciders[0] == "1 person must approve, each holding shop-owner"
    assert deciders[-1] == "A person's own approval there may stand for a vote: servicenow"


def test_nobody_is_left_off_the_page_however_many_they_are(catalogue: Any) -> None:
    priya = catalogue.person("priya")
    crowd = [priya.model_copy(update={"name": f"p{i}", "full_name": "Priya " * 20 + str(i)}) for i in range(60)]
    crowd += [priya.model_copy(update={"name": "long", "full_name": "x" * 300})]
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "people": (*catalogue.tables["people"], *crowd)})
    view = make_view(plan_of(c), c, [])
    assert all(any(f"({person.name})" in line or " long" in line for line in view.deciders) for person in crowd)


def test_the_clocks_are_absolute_and_name_the_freeze(catalogue: Any) -> None:
    rows = tuple(
        row.model_copy(update={"environments": ("lab",), "start": AT + timedelta(hours=4), "end": AT + timedelta(days=2)})
        for row in catalogue.freezes
    )
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "freezes": rows})
    window = Window(start=AT + timedelta(hours=1), end=AT + timedelta(hours=3))
    assert make_view(plan_of(catalogue, request(window=window)), catalogue, []).clocks == (
        "Proposed 2026-11-20 10:30:00 UTC",
        "To be approved before 2026-11-20 13:30:00 UTC",
        "To be executed before 2026-11-20 13:30:00 UTC",
        "Runs only from 2026-11-20 11:30:00 UTC to 2026-11-20 13:30:00 UTC",
    )
    frozen = make_view(plan_of(c), c, []).clocks
    assert frozen[-1] == "Frozen (year-end) from 2026-11-20 14:30:00 UTC to 2026-11-22 10:30:00 UTC: nothing runs then"
    assert at_words(AT) == "2026-11-20 10:30:00 UTC"


def test_a_service_that_left_the_catalogue_has_no_page(catalogue: Any) -> None:
    plan = plan_of(catalogue)
    gone = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": ()})
    with pytest.raises(NotFound):
        make_view(plan, gone, [])


# -- In the store ------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_todays_page_is_made_of_the_last_observation_and_kept_whole(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit)
    with store.read() as conn:
        before, digest = current_view(conn, kit.roots, hold.id)
        assert (digest, before.plan) == (digest_of(before), plan)
        assert current_view(conn, kit.roots, hold.id)[1] == digest
    with store.begin() as conn:
        assert keep_view(conn, before) == digest
        observations.add(conn, hold.id, seen(pid=4300))
    with store.read() as conn:
        assert current_view(conn, kit.roots, hold.id)[1] != digest
        assert read_view(views.get_body(conn, digest)) == before


@pytest.mark.both_databases
def test_h03_of_a_plan_that_was_changed_in_the_store_there_is_no_page(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit)
    other = body_of(plan.model_copy(update={"title": "Something else"}))
    for body in (other, other + " ", "{}", ""):
        with store.begin() as conn:
            conn.execute(update(plan_table).values(body=body))
        with store.read() as conn, pytest.raises(Refused) as caught:
            current_view(conn, kit.roots, hold.id)
        assert caught.value.rule == "plan_intact"


def test_of_no_hold_there_is_no_page(store: Store, kit: Kit) -> None:
    with store.read() as conn, pytest.raises(NotFound):
        current_view(conn, kit.roots, "hold_01jd3c4k7w8m9e2f5a6b7c8d9e")
