"""A plan is made of a request, never taken at its word: complete, deterministic, and refused where no rule allows it."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.errors import BadInput, HoldpointError, Refused
from include.contracts.plan import Plan, PlanRequest, Risk, Window
from include.contracts.production import ToolEntry, ToolManifest
from include.holds.derive import derive, rederive, request_of, require_derived
from include.holds.digest import body_of, digest_of, read_plan
from include.holds.manifest import manifest_of
from tests.plans_kit import AT, plan_of, request, step

CATALOGUE = load_catalogue(EXAMPLE, "")
LAB = manifest_of("lab")
HOUR = timedelta(hours=1)


def changed(catalogue: Catalogue, table: str, name: str, **fields: Any) -> Catalogue:
    """The catalogue with fields of one row replaced; the whole row left out where there are none."""
    rows = [
        row.model_copy(update=fields) if row.name == name else row
        for row in catalogue.tables[table]
        if fields or row.name != name
    ]
    return dataclasses.replace(catalogue, tables={**catalogue.tables, table: tuple(rows)})


def refused(rule: str, says: str, catalogue: Catalogue, wanted: PlanRequest, **fields: Any) -> None:
    with pytest.raises(Refused, match=says) as caught:
        plan_of(catalogue, wanted, **fields)
    assert caught.value.rule == rule


# -- What it is made of ------------------------------------------------------------------------------------------------


def test_h03_a_plan_says_everything(catalogue: Any) -> None:
    plan = plan_of(catalogue)
    (first,) = plan.steps
    assert first.says == "Restart the process shop-orders of shop-orders under its supervisor"
    assert first.target == "supervisor:shop-orders"
    assert {field.field: field.value for field in first.guard} == {
        "pid": 4217,
        "since": "2026-11-20T09:00:00Z",
        "state": "RUNNING",
    }
    assert first.undo.action == "start"
    assert [(each.field, each.already_true) for each in first.expectations] == [("state", True), ("pid", False), ("since", False)]
    assert first.tool_digest == LAB.tools[0].digest
    assert [(entry.kind, entry.name) for entry in plan.entries] == [("service", "shop-orders"), ("tool", "restart_service")]
    assert (plan.risk, plan.quorum.approvals, plan.quorum.roles) == (Risk.MEDIUM, 1, ("shop-owner",))
    assert plan.contributors == ("maya",)
    assert (plan.approve_by - AT, plan.execute_by - plan.approve_by) == (timedelta(minutes=240), timedelta(minutes=60))


def test_h07_what_holds_already_is_called_out(catalogue: Any) -> None:
    ids = [callout.id for callout in plan_of(catalogue).callouts]
    assert ids == ["step-1.already-true-1", "step-1.dependants", "step-1.in-flight", "step-1.runs-already"]
    stopped = plan_of(catalogue, request(step(state="STOPPED", pid=0)))
    assert [callout.id for callout in stopped.callouts] == ["step-1.dependants", "step-1.in-flight"]


def test_h08_a_step_without_an_undo_says_why(catalogue: Any) -> None:
    plan = plan_of(catalogue, request(step(state="FATAL", pid=0)))
    (why,) = [callout for callout in plan.callouts if callout.id == "step-1.no-undo"]
    assert why.says == plan.steps[0].undo.says
    assert "FATAL" in why.says


def test_an_observation_of_long_ago_is_called_out(catalogue: Any) -> None:
    for age, told in ((HOUR, False), (HOUR + timedelta(seconds=1), True)):
        plan = plan_of(catalogue, request(step(observed_at=AT - age)))
        assert ("step-1.observed-long-ago" in {callout.id for callout in plan.callouts}) is told


def test_dependants_are_all_named_however_many(catalogue: Any) -> None:
    many = [
        CATALOGUE.service("shop-frontend").model_copy(update={"name": f"{'a-service-with-a-long-name-' * 2}{i:03}"})
        for i in range(40)
    ]
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": (*catalogue.tables["services"], *many)})
    told = [callout for callout in plan_of(c).callouts if ".dependants" in callout.id]
    assert len({callout.id for callout in told}) == len(told) > 5
    assert all(any(service.name in callout.says for callout in told) for service in many)


def test_dependants_of_another_environment_are_not_there(catalogue: Any) -> None:
    c = changed(catalogue, "services", "shop-frontend", environments=("production",))
    assert not [callout for callout in plan_of(c).callouts if "dependants" in callout.id]


def test_h03_a_step_after_another_on_the_same_target(catalogue: Any) -> None:
    plan = plan_of(catalogue, request(step(), step("shop-payments"), step(after_step=1)))
    assert {field.after_step for field in plan.steps[2].guard} == {1}
    assert all(field.value is None for field in plan.steps[2].guard)
    assert [each.already_true for each in plan.steps[2].expectations] == [True]  # not known: it would prove nothing
    assert any("nothing would show that it worked" in reason for reason in plan.risk_reasons)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (step(), "Step 1 changes supervisor:shop-orders"),
        (step(after_step=1, observed={"pid": 1}), "both observed and after_step"),
        (step(after_step=2), "after_step names a step"),
        (step("shop-payments", after_step=1), "after_step names a step"),
    ],
)
def test_h03_a_guard_is_observed_or_left_by_the_last_step_on_its_target(catalogue: Any, second: Any, says: str) -> None:
    with pytest.raises(BadInput, match=f"Step 2: .*{says}"):
        plan_of(catalogue, request(step(), second))


@pytest.mark.parametrize(
    "observed",
    [
        {},
        {"state": "RUNNING", "pid": 4217},
        {"state": "RUNNING", "pid": 4217.0, "since": None},
        {"state": "RUNNING", "pid": True, "since": None},
        {"state": "RUNNING", "pid": "4217", "since": None},
        {"state": "RUNNING", "pid": 2**53 + 1, "since": None},
        {"state": "RUNNING", "pid": -1, "since": None},
        {"state": "RUNNING\u202e", "pid": 1, "since": None},
        {"state": "Cafe\u0301", "pid": 1, "since": None},
        {"state": "RUNNING", "pid": 1, "since": "2026-11-20T09:00:00"},
        {"state": "RUNNING", "pid": 1, "since": 1_763_600_000},
        {"state": "RUNNING", "pid": 1, "since": None, "uid": 0},
        {"state": ["RUNNING"], "pid": 1, "since": None},
    ],
)
def test_h03_an_observation_that_is_not_the_guards_is_refused(catalogue: Any, observed: Any) -> None:
    with pytest.raises(BadInput, match=r"Step 1: .*observed"):
        plan_of(catalogue, request(step(observed=observed)))


@pytest.mark.parametrize("params", [{}, {"process": "shop-payments"}, {"process": "shop-orders", "force": True}, {"process": 1}])
def test_h03_parameters_that_are_not_the_tools_are_refused(catalogue: Any, params: Any) -> None:
    with pytest.raises(BadInput, match="Step 1: "):
        plan_of(catalogue, request(step(params=params)))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"observed_by": "priya"}, "somebody who did not contribute"),
        ({"observed_by": None}, "somebody who did not contribute"),
        ({"observed_at": AT + timedelta(minutes=6)}, "after the plan was proposed"),
    ],
)
def test_who_observed_and_when_must_fit(catalogue: Any, fields: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        plan_of(catalogue, request(step(**fields)))


# -- H2: what no rule allows -------------------------------------------------------------------------------------------


def test_h02_a_tool_that_is_unknown_or_changes_nothing(catalogue: Any) -> None:
    for name in ("restart_everything", "query_logs", "open_ticket"):
        refused("derived", f"{name} is no tool that changes production", catalogue, request(step(tool=name)))


def test_h02_without_the_writers_manifest_there_is_no_plan(catalogue: Any) -> None:
    with pytest.raises(Refused, match="no signed tool manifest"):
        derive(catalogue, None, request(), **_INPUTS)


def test_h03_only_what_the_writer_has_exactly_so(catalogue: Any) -> None:
    (entry,) = LAB.tools
    others = ToolEntry(name="reboot_host", version=1, digest="0" * 64)
    for tools, says in (
        ((others,), "does not have restart_service"),
        ((entry.model_copy(update={"digest": "0" * 64}),), "another restart_service"),
        ((entry.model_copy(update={"version": 2}),), "another restart_service"),
    ):
        refused("derived", says, catalogue, request(), tools=ToolManifest(environment="lab", tools=tools))


def test_h03_of_the_writer_of_the_plans_environment(catalogue: Any) -> None:
    refused("environment", "that of production, not of lab", catalogue, request(), tools=manifest_of("production"))
    moon = ToolManifest(environment="moon", tools=LAB.tools)
    refused("environment", "does not act in moon", catalogue, request(environment="moon"), tools=moon)


def test_h02_a_service_that_is_not_there_or_has_no_change_role(catalogue: Any) -> None:
    refused("derived", "moon is no service", catalogue, request(step("moon")))
    only = changed(catalogue, "services", "shop-orders", environments=("production",))
    refused("environment", "shop-orders is not in lab", only, request())
    unowned = changed(catalogue, "services", "shop-orders", change_role=None)
    refused("role", "Nobody may release changes of shop-orders", unowned, request())


def test_h02_what_no_approval_rule_covers(catalogue: Any) -> None:
    none = dataclasses.replace(catalogue, tables={**catalogue.tables, "approvals": ()})
    refused("quorum", "No rule says who releases a plan of medium risk in lab", none, request())
    other = changed(catalogue, "approvals", "lab", risks=("low", "high"))
    refused("quorum", "medium risk in lab", other, request())


# -- Risk, quorum, clocks ----------------------------------------------------------------------------------------------


def test_risk_is_raised_and_says_why(catalogue: Any) -> None:
    production = plan_of(catalogue, request(environment="production"))
    assert (production.risk, production.quorum.approvals) == (Risk.HIGH, 2)
    assert production.risk_reasons == ("restart_service is of medium risk at the least", "shop-orders: tier 1 in production")
    assert "step-1.tier-1" in {callout.id for callout in production.callouts}
    second = changed(catalogue, "services", "shop-orders", tier=2)
    assert plan_of(second, request(environment="production")).risk is Risk.MEDIUM
    two = plan_of(catalogue, request(step(), step("shop-payments")))
    assert (two.risk, two.risk_reasons[-1]) == (Risk.HIGH, "It touches 2 services")
    many = plan_of(catalogue, request(step(), *(step(after_step=number) for number in range(1, 6))))
    assert "It has more than 5 steps" in many.risk_reasons


def test_h03_the_most_demanding_of_the_matching_rules_counts(catalogue: Any) -> None:
    (usual,) = [row for row in catalogue.approvals if row.name == "production-ordinary"]
    strict = usual.model_copy(
        update={
            "name": "strict",
            "environments": ("*",),
            "approvals": 3,
            "approve_within_minutes": 30,
            "execute_within_minutes": 480,
            "outside_sources": (),
        }
    )
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "approvals": (*catalogue.approvals, strict)})
    c = changed(c, "services", "shop-orders", tier=2)
    plan = plan_of(c, request(environment="production"))
    assert (plan.quorum.approvals, plan.quorum.outside_sources) == (3, ())
    assert (plan.approve_by - AT, plan.execute_by - plan.approve_by) == (timedelta(minutes=30), timedelta(minutes=240))


def test_h01_where_a_machine_had_a_hand_in_it_one_more_approves(catalogue: Any) -> None:
    c = changed(catalogue, "services", "shop-orders", tier=2)
    hands = ["change_request@service", "maya"]
    assert plan_of(c, request(environment="production")).quorum.approvals == 1
    assert plan_of(c, request(environment="production"), contributors=hands).quorum.approvals == 2
    assert plan_of(c, contributors=hands).quorum.approvals == 1  # the lab


def test_the_role_of_every_touched_service_is_needed(catalogue: Any) -> None:
    c = changed(catalogue, "services", "shop-payments", change_role="payments-owner")
    plan = plan_of(c, request(step(), step("shop-payments")))
    assert plan.quorum.roles == ("payments-owner", "shop-owner")


def test_clocks_are_whole_seconds_of_utc(catalogue: Any) -> None:
    there = datetime(2026, 11, 20, 11, 30, 0, 123456, tzinfo=ZoneInfo("Europe/Berlin"))
    plan = plan_of(catalogue, proposed_at=there)
    assert '"proposed_at":"2026-11-20T10:30:00.123456Z"' in body_of(plan)
    assert '"approve_by":"2026-11-20T14:30:00Z"' in body_of(plan)


def window(start: timedelta, end: timedelta) -> PlanRequest:
    return request(window=Window(start=AT + start, end=AT + end))


def test_a_window_bounds_the_clocks(catalogue: Any) -> None:
    plan = plan_of(catalogue, window(HOUR, 2 * HOUR))
    assert (plan.approve_by, plan.execute_by) == (AT + 2 * HOUR, AT + 2 * HOUR)
    late = plan_of(catalogue, window(4 * HOUR, 24 * HOUR))
    assert (late.approve_by, late.execute_by) == (AT + 4 * HOUR, AT + 5 * HOUR)


def test_a_window_that_is_over_or_comes_too_late(catalogue: Any) -> None:
    refused("window", "before the plan was proposed", catalogue, window(-2 * HOUR, timedelta(0)))
    refused("window", "starts after the plan expires", catalogue, window(5 * HOUR, 6 * HOUR))


def test_a_window_that_a_freeze_reaches_into(catalogue: Any) -> None:
    c = changed(catalogue, "freezes", "year-end", environments=("lab",), start=AT + 2 * HOUR, end=AT + 4 * HOUR)
    for start, end in ((2, 3), (1, 3), (3, 5), (1, 5)):
        refused("freeze", "year-end reaches into the window", c, window(start * HOUR, end * HOUR))
    assert plan_of(c, window(HOUR, 2 * HOUR)).window is not None
    allowed = changed(c, "freezes", "year-end", allows="medium")
    assert plan_of(allowed, window(2 * HOUR, 3 * HOUR)).window is not None


def test_a_plan_that_a_freeze_leaves_no_moment(catalogue: Any) -> None:
    whole = changed(catalogue, "freezes", "year-end", environments=("lab",), start=AT, end=AT + 5 * HOUR)
    refused("freeze", "until the plan has expired", whole, request())
    part = changed(whole, "freezes", "year-end", end=AT + 5 * HOUR - timedelta(seconds=1))
    assert plan_of(part)


# -- Too much, and nonsense --------------------------------------------------------------------------------------------


def test_a_plan_of_10000_steps_is_refused() -> None:
    with pytest.raises(ValidationError, match="at most 50"):
        request(*[step()] * 10_000)


def test_more_callouts_than_anybody_reads_are_refused(catalogue: Any) -> None:
    steps = [step(state="BACKOFF", observed_at=AT - 2 * HOUR)]
    steps += [step(after_step=number, observed_at=AT - 2 * HOUR) for number in range(1, 50)]
    assert len(plan_of(catalogue, request(*steps)).callouts) < 200
    noisy = [CATALOGUE.service("shop-frontend").model_copy(update={"name": "n" * 60 + f"{i:03}"}) for i in range(200)]
    c = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": (*catalogue.tables["services"], *noisy)})
    with pytest.raises(BadInput, match="callouts"):
        plan_of(c, request(*steps))


# -- The same inputs, the same bytes -----------------------------------------------------------------------------------

_INPUTS: dict[str, Any] = {
    "plan_id": "plan_01jd3c4k7w8m9e2f5a6b7c8d9e",
    "hold_id": "hold_01jd3c4k7w8m9e2f5a6b7c8d9e",
    "supersedes": None,
    "contributors": ["maya"],
    "proposed_at": AT,
}
_TEXT = st.text(st.characters(codec="utf-8", categories=["Ll", "Lu", "Nd", "Po"]), min_size=1, max_size=40)
_TIMES = st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 20), timezones=st.timezones())  # noqa: DTZ001
_STATES = st.sampled_from(["RUNNING", "STARTING", "STOPPING", "BACKOFF", "STOPPED", "EXITED", "FATAL", "UNKNOWN"])


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    steps, last = [], {}
    for number, service in enumerate(draw(st.lists(st.sampled_from(sorted(CATALOGUE.services)), min_size=1, max_size=8)), 1):
        since = draw(st.none() | _TIMES.map(datetime.isoformat))
        fields: dict[str, Any] = {"state": draw(_STATES), "pid": draw(st.integers(0, 2**22)), "since": since}
        if service in last:
            fields = {"after_step": last[service]}
        steps.append(step(service, observed_at=draw(_TIMES), **fields))
        last[service] = number
    title = draw(_TEXT.filter(_nfc))
    return request(
        *steps, title=title, reason=draw(_TEXT.filter(_nfc)), release_mode=draw(st.sampled_from(["sensor", "on_approval"]))
    )


def _nfc(text: str) -> bool:
    import unicodedata

    return unicodedata.is_normalized("NFC", text)


@settings(max_examples=150, deadline=None)
@given(requests(), st.sets(st.sampled_from(["maya", "tomas", "change_request@service"]), max_size=3))
def test_h03_a_plan_is_what_its_request_makes_again(wanted: PlanRequest, others: set[str]) -> None:
    plan = plan_of(CATALOGUE, wanted, contributors=["maya", *others])
    body = body_of(plan)
    assert read_plan(body) == plan
    assert body_of(rederive(plan, CATALOGUE, LAB)) == body
    assert body_of(plan_of(CATALOGUE, wanted, contributors=[*sorted(others, reverse=True), "maya"])) == body
    again = plan_of(CATALOGUE, request_of(plan), contributors=plan.contributors)
    assert body_of(again) == body
    require_derived(plan, CATALOGUE, LAB)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each value of a JSON document that is not a container, and each container that is empty."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for key, each in items for leaf in _leaves(each, (*path, key))]
    yield from below or [(path, value)]


def _others(value: Any) -> list[Any]:
    """Values of the same kind and others that look like it."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, max(1, value - 1)]
    if isinstance(value, str):
        times = [value.replace("T13:30", other) for other in ("T13:00", "T13:59")]
        return [value + "x", value[:-1], value.replace("1", "2"), *times, *_WORDS]
    return [*_WORDS, 1, [], *([word] for word in _WORDS), {"a": 1}]


_WORDS = ("low", "ne", "eq", "tomas", "tool", "service", "on_approval", "2026-11-20T09:00:00Z")
_WORDS += tuple(f"{prefix}_01jd3c4k7w8m9e2f5a6b7c8d9f" for prefix in ("inc", "hold", "plan", "ev", "tmpl"))


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    edited = copy.deepcopy(document)
    inner = edited
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return edited


WHOLE = plan_of(
    CATALOGUE,
    request(step(), step("shop-payments", state="FATAL", pid=0), step(after_step=1), window=Window(start=AT, end=AT + 3 * HOUR)),
    contributors=["change_request@service", "maya"],
)


def _edits() -> Iterator[tuple[str, Plan]]:
    """Every plan that differs from `WHOLE` in one value, and is a plan at all."""
    document = WHOLE.to_json()
    for path, value in _leaves(document):
        for other in _others(value):
            try:
                yield ".".join(map(str, path)), Plan.model_validate_json(json.dumps(_with(document, path, other)))
            except ValidationError:
                continue


def test_h03_any_edit_of_any_field_is_another_digest_and_is_not_derived() -> None:
    touched = set()
    asked = (
        "title",
        "reason",
        "release_mode",
        "incident",
        "evidence",
        "id",
        "hold",
        "supersedes",
        "window",
        "contributors",
        "template",
    )
    for path, edited in _edits():
        if edited == WHOLE:
            continue
        assert digest_of(edited) != digest_of(WHOLE), path
        touched.add(path)
        if not path.startswith(asked) and ".observed_" not in path and ".guard." not in path:
            with pytest.raises(Refused) as caught:
                require_derived(edited, CATALOGUE, LAB)
            assert caught.value.rule == "derived", path
    everything = {".".join(map(str, path)) for path, _ in _leaves(WHOLE.to_json())} - {"format"}
    unedited = {path for path in everything - touched if ".guard." not in path}
    # The numbers of steps, and the parameters of no undo, are what they are; all else was edited at least once.
    assert unedited <= {"steps.0.number", "steps.1.number", "steps.2.number", "steps.1.undo.params"}, unedited


def test_h03_an_edited_guard_makes_another_plan_of_its_other_fields() -> None:
    for value in ({"value": "STOPPED"}, {"value": "FATAL"}):
        document = WHOLE.to_json()
        (position,) = [i for i, field in enumerate(document["steps"][0]["guard"]) if field["field"] == "state"]
        document["steps"][0]["guard"][position] |= value
        with pytest.raises(Refused):
            require_derived(Plan.model_validate_json(json.dumps(document)), CATALOGUE, LAB)


@pytest.mark.parametrize("table", ["callouts", "risk_reasons", "entries", "steps"])
def test_h03_a_plan_with_a_row_less_is_not_derived(table: str) -> None:
    document = WHOLE.to_json()
    for position in range(len(document[table])):
        rows = [row for i, row in enumerate(document[table]) if i != position]
        with pytest.raises((Refused, ValidationError)):
            require_derived(Plan.model_validate_json(json.dumps(document | {table: rows})), CATALOGUE, LAB)


@pytest.mark.parametrize(
    ("table", "name", "fields"),
    [
        ("services", "shop-orders", {"owner": "ines"}),
        ("services", "shop-orders", {"change_role": "security"}),
        ("services", "shop-payments", {"tier": 3}),
        ("services", "shop-payments", {"environments": ("production",)}),
        ("services", "shop-frontend", {"depends_on": ()}),
        ("approvals", "lab", {"approvals": 2}),
        ("approvals", "lab", {"execute_within_minutes": 1}),
        ("approvals", "lab", {}),
    ],
)
def test_h03_a_plan_ends_with_what_it_rests_on(catalogue: Any, table: str, name: str, fields: Any) -> None:
    plan = plan_of(catalogue, request(step(), step("shop-payments")))
    require_derived(plan, catalogue, LAB)
    with pytest.raises(Refused) as caught:
        require_derived(plan, changed(catalogue, table, name, **fields), LAB)
    assert caught.value.rule == "derived"


def test_h03_a_plan_does_not_depend_on_what_it_does_not_rest_on(catalogue: Any) -> None:
    plan = plan_of(catalogue)
    for table, name, fields in (
        ("services", "shop-payments", {"owner": "ines"}),
        ("approvals", "production-high", {"approvals": 5}),
        ("people", "tomas", {"roles": ()}),
    ):
        require_derived(plan, changed(catalogue, table, name, **fields), LAB)


def test_every_refusal_is_one_of_ours(catalogue: Any) -> None:
    with pytest.raises(HoldpointError):
        plan_of(catalogue, request(), proposed_at=datetime(1, 1, 1, tzinfo=UTC))
