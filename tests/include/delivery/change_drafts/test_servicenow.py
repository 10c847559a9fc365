"""ServiceNow's own: what is sent, in which form, and how its silences are read."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.delivery.change_drafts.base import Lost
from include.delivery.change_drafts.registry import servicenow as make
from include.delivery.transports.base import Endpoint
from tests.change_systems import LOGIN, MARK, PASSWORD, ServiceNow, as_json, make_desk, make_draft


def test_what_is_sent(servicenow: ServiceNow, connect: Any) -> None:
    connect(servicenow).create(make_draft())
    (post,) = servicenow.writes()
    assert post.path == "/api/now/table/change_request"
    assert set(post.body) == {
        *("short_description", "description", "justification", "implementation_plan", "backout_plan", "test_plan"),
        *("risk_impact_analysis", "start_date", "end_date", "type", "correlation_id", "correlation_display"),
    }
    assert (post.body["start_date"], post.body["end_date"]) == ("2026-12-01 05:30:00", "2026-12-01 06:00:00")
    assert post.body["correlation_id"] == MARK
    assert "What will you look at afterwards?" in post.body["description"]
    assert "The shop's channel" in post.body["description"]
    assert post.headers["user-agent"].startswith("holdpoint/1 (machine")
    assert "sysparm_input_display_value" not in post.query  # so that times are taken as UTC
    (row,) = servicenow.records
    assert (row["state"], row["approval"]) == ("-5", "not requested")


@pytest.mark.parametrize(
    ("kind", "sent"), [("normal", "normal"), ("emergency", "emergency"), ("standard", None), ("unknown", None)]
)
def test_the_type_is_sent_only_where_a_person_could_have_chosen_it(
    servicenow: ServiceNow, connect: Any, kind: str, sent: str | None
) -> None:
    connect(servicenow).create(make_draft(type=kind))
    assert servicenow.writes()[0].body.get("type") == sent


def test_no_window_is_no_time(servicenow: ServiceNow, connect: Any) -> None:
    connect(servicenow).create(make_draft(start=None, end=None))
    assert servicenow.records[0]["start_date"] == ""


def test_what_servicenow_would_cut_in_silence_is_cut_visibly(servicenow: ServiceNow, connect: Any) -> None:
    draft = make_draft(
        description=f"DRAFT by Holdpoint {MARK}\n" + "word " * 790, questions=[f"Question {n}? " + "x" * 300 for n in range(20)]
    )
    system = connect(servicenow)
    ref = system.create(draft)
    sent = servicenow.writes()[0].body["description"]
    assert len(sent) <= 4_000
    assert sent.count("cut; the rest stands in the package") == 2
    assert "Question 0?" in sent
    found = system.fetch(ref)
    assert found is not None
    assert not found.edited


def test_a_path_that_is_cut_does_not_become_a_command_word(servicenow: ServiceNow, connect: Any) -> None:
    for room in range(30):
        text = f"DRAFT by Holdpoint {MARK}\n" + "x" * (3_600 - room) + " /approve/this/file " + "y" * 300
        connect(servicenow).create(make_draft(description=text[:4_000], questions=["q" * 300 + "?"]))
        assert " /approve\n" not in servicenow.writes()[-1].body["description"]
        assert " /approve " not in servicenow.writes()[-1].body["description"]


def test_a_mandatory_field_is_an_error_that_a_retry_does_not_cure(servicenow: ServiceNow, connect: Any) -> None:
    servicenow.mandatory = ("assignment_group",)
    with pytest.raises(ConfigError, match="403"):
        connect(servicenow).create(make_draft())


def test_a_token_asks_the_instance_who_we_are(servicenow: ServiceNow) -> None:
    servicenow.authorization = f"Bearer {PASSWORD}"
    system = make(make_desk("servicenow"), Endpoint(host=servicenow.url, password=PASSWORD))
    assert system.probe().state == "clear"
    assert "javascript:gs.getUserID()" in servicenow.asked[0].query["sysparm_query"]


def test_h02_roles_of_somebody_else_prove_nothing(servicenow: ServiceNow, connect: Any) -> None:
    rows = [{"role.name": "snc_internal", "user.user_name": "someone.else", "state": "active"}]
    servicenow.misbehave("GET", "sys_user_has_role", as_json(200, {"result": rows}))
    assert connect(servicenow).probe().state == "not_probed"


@pytest.mark.parametrize(
    "rows",
    [
        [{"role.name": "", "user.user_name": LOGIN}, {"role.name": "snc_internal", "user.user_name": LOGIN}],
        [{"user.user_name": LOGIN}],
        [{"role.name": "snc_internal"}],
        [{"role.name": None, "user.user_name": LOGIN}],
        [],
        None,
    ],
)
def test_h02_a_role_whose_name_is_hidden_may_be_any(servicenow: ServiceNow, connect: Any, rows: Any) -> None:
    servicenow.misbehave("GET", "sys_user_has_role", as_json(200, {"result": rows}))
    assert connect(servicenow).probe().state == "not_probed"


def test_h02_rows_that_were_left_out_may_be_any(servicenow: ServiceNow, connect: Any) -> None:
    rows = [{"role.name": "snc_internal", "user.user_name": LOGIN}]
    servicenow.misbehave("GET", "sys_user_has_role", as_json(200, {"result": rows}, **{"X-Total-Count": "2"}))
    assert connect(servicenow).probe().state == "not_probed"


def test_a_login_is_the_same_in_capitals(servicenow: ServiceNow, connect: Any) -> None:
    rows = [{"role.name": "snc_internal", "user.user_name": LOGIN.upper()}]
    servicenow.misbehave("GET", "sys_user_has_role", as_json(200, {"result": rows}))
    assert connect(servicenow).probe().state == "clear"


def test_a_number_that_is_none_is_not_passed_on(servicenow: ServiceNow, connect: Any) -> None:
    system = connect(servicenow)
    ref = system.create(make_draft())
    servicenow.records[0]["number"] = "CHG1\nApproved"
    with pytest.raises(ReadFailed):
        system.fetch(ref)


@pytest.mark.parametrize(
    "row", [{"sys_id": "a" * 32, "correlation_id": "another"}, {"sys_id": "x", "correlation_id": MARK}, {}, None]
)
def test_h06_an_answer_about_another_record_is_not_ours(servicenow: ServiceNow, connect: Any, row: Any) -> None:
    servicenow.misbehave("POST", "change_request", as_json(201, {"result": row}))
    with pytest.raises(Lost):
        connect(servicenow).create(make_draft())


def test_h02_a_query_that_is_not_kept_to_is_no_draft_of_ours(servicenow: ServiceNow, connect: Any) -> None:
    system = connect(servicenow)
    system.create(make_draft())
    servicenow.records[0]["correlation_id"] = "something else"
    rows = [dict(servicenow.records[0])]
    servicenow.misbehave("GET", "change_request", as_json(200, {"result": rows}))
    with pytest.raises(ReadFailed):
        system.find(MARK)


def test_a_copy_of_our_draft_is_not_taken_for_it(servicenow: ServiceNow, connect: Any) -> None:
    system = connect(servicenow)
    ref = system.create(make_draft())
    servicenow.records.insert(0, {**servicenow.records[0], "sys_id": "c" * 32, "sys_created_on": "2026-12-24 00:00:00"})
    found = system.find(MARK)
    assert found is not None
    assert found.id == ref


def test_a_mark_without_our_sign_is_a_persons(servicenow: ServiceNow, connect: Any) -> None:
    system = connect(servicenow)
    system.create(make_draft())
    servicenow.records[0]["correlation_display"] = "Our old tool"
    with pytest.raises(ConfigError):
        system.find(MARK)


@pytest.mark.parametrize("change", [{"approval": "requested"}, {"approval": "approved"}, {"state": "-2"}])
def test_what_waits_for_approval_is_no_draft(servicenow: ServiceNow, connect: Any, change: dict[str, str]) -> None:
    system = connect(servicenow)
    ref = system.create(make_draft())
    servicenow.records[0] |= change
    found = system.fetch(ref)
    assert found is not None
    assert not found.is_draft


@pytest.mark.parametrize("name", ["short_description", "description", "backout_plan", "start_date", "type"])
def test_an_edit_of_any_field_of_ours_shows(servicenow: ServiceNow, connect: Any, name: str) -> None:
    system = connect(servicenow)
    ref = system.create(make_draft())
    assert not system.fetch(ref).edited
    servicenow.records[0][name] = "2026-12-02 05:30:00"
    assert system.fetch(ref).edited


@pytest.mark.parametrize("body", [{}, {"result": None}, {"result": [{}]}, [], "x", {"result": [{"sys_id": 1}]}, None])
def test_garbage_is_a_failed_read(servicenow: ServiceNow, connect: Any, body: Any) -> None:
    for name in ("find", "fetch"):
        servicenow.misbehave("GET", "change_request", as_json(200, body))
        with pytest.raises(ReadFailed):
            getattr(connect(servicenow), name)(MARK if name == "find" else "a" * 32)


def test_an_id_that_is_none_is_not_asked_for(servicenow: ServiceNow, connect: Any) -> None:
    assert connect(servicenow).fetch("x^ORstate=3") is None
    assert servicenow.asked == []


def test_a_login_that_a_query_would_misread_is_refused(servicenow: ServiceNow) -> None:
    with pytest.raises(ConfigError):
        make(make_desk("servicenow"), Endpoint(host=servicenow.url, login="a^ORuser.user_name=b", password="p"))
