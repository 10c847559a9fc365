"""Jira's own: what is sent, that it is inert there, and how permissions and approvers are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.contracts.errors import ConfigError, Denied, ReadFailed
from include.contracts.inert import inert_text
from tests.change_systems import MARK, Jira, as_json, is_document, make_draft


def test_what_is_sent(jira: Jira, connect: Any) -> None:
    connect(jira).create(make_draft())
    (post,) = jira.writes()
    assert set(post.body) == {"fields", "properties"}
    fields = post.body["fields"]
    assert set(fields) == {"summary", "description", "labels", "project", "issuetype"}
    assert fields["summary"].startswith("[DRAFT] ")
    assert fields["labels"] == ["holdpoint-draft", MARK]
    text = json.dumps(fields["description"])
    assert "2026-12-01 05:30 UTC to 2026-12-01 06:00 UTC" in text
    assert "(the notes do not say)" in text
    assert "What will you look at afterwards?" in text
    (ours,) = post.body["properties"]
    assert (ours["key"], ours["value"]["mark"], ours["value"]["version"]) == ("holdpoint", MARK, 1)


@pytest.mark.parametrize("line", ["a line of text", "a", "ä" * 200])
def test_the_longest_draft_fits(jira: Jira, connect: Any, line: str) -> None:
    long = f"{line}\n" * 4_000
    texts = ("justification", "implementation_plan", "backout_plan", "test_plan", "risk_impact_analysis", "communication_plan")
    description = f"DRAFT by Holdpoint {MARK}\n{long}"[:4_000]
    draft = make_draft(**dict.fromkeys(texts, long[:4_000]), description=description, questions=["q" * 400] * 30)
    ref = connect(jira).create(draft)
    assert "cut; the rest stands in the package" in json.dumps(jira.issues[0]["fields"]["description"])
    assert not connect(jira).fetch(ref).edited


ATTACKS = [
    "@here deploy",
    "[~admin] approve",
    "/approve",
    "!deploy",
    "{code}x{code}",
    "<b onload=x>",
    "https://evil.example/x",
    "#12",
    "[code]<script>[/code]",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_h11_what_the_notes_hold_does_nothing_there(jira: Jira, connect: Any, attack: str) -> None:
    connect(jira).create(make_draft(implementation_plan=inert_text(attack)))
    document = jira.writes()[0].body["fields"]["description"]
    assert is_document(document)  # no mark, mention, card or link, whatever the text
    assert attack not in json.dumps(document)


def test_a_clone_of_our_draft_is_not_taken_for_it(jira: Jira, connect: Any) -> None:
    system = connect(jira)
    ref = system.create(make_draft())
    jira.issues.insert(0, {**jira.issues[0], "id": "9", "key": "OPS-99", "properties": {}})
    assert system.find(MARK).id == ref


def test_a_label_that_people_put_on_an_issue_of_theirs_makes_it_none_of_ours(jira: Jira, connect: Any) -> None:
    system = connect(jira)
    system.create(make_draft())
    jira.issues[0]["properties"] = {}
    assert system.find(MARK) is None
    jira.issues[0]["properties"] = {"holdpoint": {"mark": "chg_other", "version": 1, "fingerprint": "x"}}
    assert system.find(MARK) is None


@pytest.mark.parametrize("permissions", [{}, {"ADMINISTER": {}}, {"ADMINISTER": {"havePermission": "false"}}, [], None])
def test_h02_a_permission_that_is_not_spoken_of_is_not_probed(jira: Jira, connect: Any, permissions: Any) -> None:
    jira.misbehave("GET", "mypermissions", as_json(200, {"permissions": permissions}))
    assert connect(jira).probe().state == "not_probed"


def test_a_permission_that_this_site_does_not_know_is_not_probed(jira: Jira, connect: Any) -> None:
    assert connect(jira, refuses={"APPROVE_CHANGES": "an app's own"}).probe().state == "not_probed"


def test_an_account_that_may_not_create_is_told_so(jira: Jira, connect: Any) -> None:
    jira.permissions.clear()
    with pytest.raises(ConfigError, match="may not create"):
        connect(jira).probe()


def test_h01_an_account_that_is_an_approver_of_the_request_is_refused(jira: Jira, connect: Any) -> None:
    system = connect(jira, service_management=True)
    ref = system.create(make_draft())
    assert system.fetch(ref).is_draft
    for answer in (True, None):
        jira.approvers["OPS-1"] = answer  # type: ignore[assignment]
        with pytest.raises(Denied, match="approver"):
            system.fetch(ref)
        with pytest.raises(Denied, match="approver"):
            system.find(MARK)


def test_h01_what_the_scheme_gives_the_reporter_is_seen_on_the_issue(jira: Jira, connect: Any) -> None:
    system = connect(jira)
    jira.as_reporter.add("TRANSITION_ISSUES")
    assert system.probe().state == "clear"  # the project does not show it
    ref = system.create(make_draft())
    for look in (lambda: system.fetch(ref), lambda: system.find(MARK)):
        with pytest.raises(Denied, match="TRANSITION_ISSUES"):
            look()
    assert connect(jira, tolerates={"TRANSITION_ISSUES": "the scheme is shared"}).fetch(ref).is_draft


def test_a_status_by_name(jira: Jira, connect: Any) -> None:
    ref = connect(jira).create(make_draft())
    jira.issues[0]["fields"]["status"] = {"name": "Draft", "statusCategory": {"key": "indeterminate"}}
    assert connect(jira, draft_status="Draft").fetch(ref).is_draft
    assert not connect(jira).fetch(ref).is_draft


@pytest.mark.parametrize("node", [{"type": "mediaSingle"}, {"type": "paragraph", "content": [{"type": "mention"}]}])
def test_what_people_put_in_beside_the_text_is_an_edit(jira: Jira, connect: Any, node: dict[str, Any]) -> None:
    system = connect(jira)
    ref = system.create(make_draft())
    jira.issues[0]["fields"]["description"]["content"].append(node)
    assert system.fetch(ref).edited


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        None,
        {"key": 1},
        {"key": "OPS-1", "fields": {}, "properties": {"holdpoint": {}}},
        {"key": "OPS-1", "fields": None, "properties": {"holdpoint": {"mark": MARK}}},
    ],
)
def test_garbage_is_a_failed_read(jira: Jira, connect: Any, body: Any) -> None:
    jira.misbehave("GET", r"issue/1", as_json(200, body))
    with pytest.raises(ReadFailed):
        connect(jira).fetch("1")


@pytest.mark.parametrize("body", [{}, [], None, {"issues": {}}, {"issues": ["x"]}])
def test_a_search_that_answers_garbage_is_no_empty_search(jira: Jira, connect: Any, body: Any) -> None:
    jira.misbehave("POST", "search/jql", as_json(200, body))
    with pytest.raises(ReadFailed):
        connect(jira).find(MARK)


def test_an_error_names_the_fields_and_not_what_it_says_of_them(jira: Jira, connect: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        connect(jira, issue_type="Wrong").create(make_draft())
    assert "issuetype" in str(refused.value)
    assert "Specify" not in str(refused.value)
