"""A template that almost fits: each bound by itself keeps the plan out, and with that bound's rule off it would be released."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from include.contracts.hold import Hold, HoldState
from include.contracts.plan import PlanRequest, Window
from include.holds import template_fit as fit
from include.holds.rules import Check
from include.store.database import new_id
from tests.guards import off
from tests.plans_kit import request, step
from tests.standing_kit import ACCEPTED, Standing
from tests.votes_kit import Ground

both = pytest.mark.both_databases
"""What rests on the database; the rules themselves are the same on both."""


@dataclass
class Almost:
    """`bound` is named in the refusal; `template` and `edit` say what is otherwise, `wanted` the plan."""

    bound: str
    guards: tuple[Check, ...]
    template: dict[str, Any] = field(default_factory=dict)
    edit: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    wanted: Callable[[Ground], PlanRequest] = lambda ground: request()


def tool(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The template with its one tool otherwise, as no draft would make it."""
    return lambda body: {**body, "tools": [{**body["tools"][0], **fields}]}


def windowed(minutes: int) -> Callable[[Ground], PlanRequest]:
    def make(ground: Ground) -> PlanRequest:
        return request(window=Window(start=ground.now - timedelta(minutes=1), end=ground.now + timedelta(minutes=minutes)))

    return make


PROCESS = {"name": "process", "values": ["shop-orders"]}
ALMOST = {
    "another environment": Almost("environment", (fit.fits_environment,), edit=lambda b: {**b, "environment": "production"}),
    "a step more": Almost(
        "max_steps",
        (fit.fits_steps,),
        wanted=lambda ground: request(step(), step(after_step=1)),
        template={"callouts": [{"id": each} for each in (*ACCEPTED, "already-true-2", "already-true-3")], "max_risk": "high"},
    ),
    "the tool of then": Almost("tools", (fit.fits_tools,), edit=tool(tool_digest="0" * 64)),
    "the version of then": Almost("tools", (fit.fits_tools,), edit=tool(tool_version=2)),
    "another tool": Almost(
        "tools",
        (fit.fits_tools, fit.fits_services, fit.fits_targets, fit.fits_params, fit.fits_observed, fit.fits_undos),
        edit=tool(tool="stop_service"),
    ),
    "another service": Almost("services", (fit.fits_services,), edit=tool(services=["shop-payments"])),
    "another target": Almost("targets", (fit.fits_targets,), template={"tool": {"targets": ["supervisor:shop-payments"]}}),
    "a target by its beginning": Almost(
        "targets", (fit.fits_targets,), template={"tool": {"targets": ["supervisor:shop-order"]}}
    ),
    "another value": Almost(
        "params", (fit.fits_params,), template={"tool": {"params": [{**PROCESS, "values": ["shop-payments"]}]}}
    ),
    "a value of another kind": Almost(
        "params", (fit.fits_params,), template={"tool": {"params": [{**PROCESS, "values": [["shop-orders"]]}]}}
    ),
    "a number instead": Almost(
        "params", (fit.fits_params,), template={"tool": {"params": [{"name": "process", "least": 0, "most": 9}]}}
    ),
    "a parameter too many": Almost(
        "params", (fit.fits_params,), edit=tool(params=[PROCESS, {"name": "force", "values": [False]}])
    ),
    "no parameter at all": Almost("params", (fit.fits_params,), edit=tool(params=[])),
    "another undo": Almost("undos", (fit.fits_undos,), template={"tool": {"undos": ["stop"]}}),
    "no undo at all": Almost("undos", (fit.fits_undos,), template={"tool": {"undos": []}}),
    "in another state": Almost(
        "observed", (fit.fits_observed,), template={"tool": {"observed": [{"name": "state", "values": ["FATAL"]}]}}
    ),
    "a number out of bounds": Almost(
        "observed", (fit.fits_observed,), template={"tool": {"observed": [{"name": "pid", "least": 1, "most": 4216}]}}
    ),
    "a text for a number": Almost(
        "observed", (fit.fits_observed,), template={"tool": {"observed": [{"name": "pid", "values": ["4217", 4217.5, True]}]}}
    ),
    "less risk": Almost("max_risk", (fit.fits_risk,), template={"max_risk": "low"}),
    "a shorter clock": Almost("execute_within_minutes", (fit.fits_clock,), template={"execute_within_minutes": 299}),
    "no window": Almost("max_window_minutes", (fit.fits_window,), wanted=windowed(60)),
    "a window": Almost("max_window_minutes", (fit.fits_window,), template={"max_window_minutes": 60}),
    "a shorter window": Almost(
        "max_window_minutes", (fit.fits_window,), template={"max_window_minutes": 60}, wanted=windowed(60)
    ),
    **{
        f"without {left}": Almost(
            "callouts", (fit.fits_callouts,), template={"callouts": [{"id": each} for each in ACCEPTED if each != left]}
        )
        for left in ("in-flight", "runs-already", "dependants", "already-true-1")
    },
    "a callout in other words": Almost(
        "callouts",
        (fit.fits_callouts,),
        template={"callouts": [{"id": each, "says": "Nobody does" if each == "dependants" else None} for each in ACCEPTED]},
    ),
}


def prepared(standing: Standing, almost: Almost) -> Hold:
    """The hold as a hand in the database moves it to where the release is asked for."""
    ground = standing.ground
    template = standing.draft(**almost.template)
    if almost.edit is not None:
        template = type(template).model_validate_json(json.dumps(almost.edit(template.to_json())))
        standing.put(template)
    else:
        for person in ("tomas", "priya"):
            standing.sign(template, person)
    hold = standing.claim(template, almost.wanted(ground))
    assert ground.hold(hold).state is HoldState.PROPOSED, "it does not fit, so it waits for people"
    ground.put_state(hold, "approved", entered=True)
    return hold


@pytest.mark.parametrize("name", ALMOST)
def test_h02_a_plan_that_almost_fits_is_refused_and_without_that_bound_s_rule_it_would_not_be(
    standing: Standing, name: str
) -> None:
    """The refusal names the bound; each bound stands on a rule of its own, so the test can fail."""
    ground, almost = standing.ground, ALMOST[name]
    hold = prepared(standing, almost)
    assert f"the bound {almost.bound}" in ground.refused_release("fit", hold).message
    with off(*almost.guards):
        assert ground.consume(hold).hold == hold.id


@both
def test_h02_it_fits_and_nobody_votes(standing: Standing) -> None:
    hold = standing.claim(standing.filed())
    assert standing.ground.hold(hold).state is HoldState.APPROVED
    standing.ground.consume(hold)
    (entry,) = standing.ground.entries(kind="hold.executing")
    assert (entry.payload or {})["way"] == "standard"
    assert (entry.payload or {})["approvals"] == []


def test_what_almost_fits_is_released_by_votes_as_any_plan(standing: Standing) -> None:
    ground = standing.ground
    hold = standing.claim(standing.filed(max_risk="low"))
    ground.approve(hold, "tomas")
    assert ground.approve(hold, "priya").state is HoldState.APPROVED
    ground.consume(hold)
    assert ground.entries(kind="template.used") == []


def test_h03_a_deny_wins_over_a_template(standing: Standing) -> None:
    hold = standing.claim(standing.filed())
    standing.ground.reject(hold, "priya")
    standing.ground.put_state(hold, "approved", entered=True)
    refusal = standing.ground.judge(hold)
    assert refusal.denies == ("priya",)
    assert not refusal.releasable


def test_h02_a_plan_claims_no_template_that_is_not_there(standing: Standing) -> None:
    from include.contracts.errors import NotFound

    missing = standing.draft().model_copy(update={"id": new_id("tmpl")})
    with pytest.raises(NotFound):
        standing.claim(missing)


def test_h03_the_claim_is_part_of_what_is_signed(standing: Standing) -> None:
    """The row's plan changed to claim a template is no plan that anybody proposed."""
    ground, template = standing.ground, standing.filed()
    hold = ground.propose()
    claim = f'"template":"{template.id}"'
    ground.sql(
        "UPDATE plan SET body = replace(body, :old, :new) WHERE id = :id", old='"template":null', new=claim, id=hold.plan_id
    )
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("plan_intact", hold)


def test_h02_a_freeze_binds_standard_changes_too(standing: Standing) -> None:
    ground = standing.ground
    hold = standing.claim(standing.filed())
    ground.edit(
        "freezes",
        stop={
            "owner": "ruth",
            "services": ["*"],
            "environments": ["lab"],
            "start": (ground.now - timedelta(hours=1)).isoformat(),
            "end": (ground.now + timedelta(hours=1)).isoformat(),
            "allows": "none",
            "reason": "Now",
        },
    )
    found = [verdict.rule for verdict in ground.judge(hold).verdicts if not verdict.ok]
    assert "freeze" in found
    ground.refused_release("freeze", hold)
