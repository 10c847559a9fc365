"""A draft says what it is and does nothing where it is shown; what is otherwise does not load."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.contracts.base import clean_text
from include.contracts.change_draft import ChangeDraft
from include.contracts.inert import inert_text
from tests.change_systems import MARK, make_desk, make_draft

HOSTILE = [
    "@here",
    "@[Maya]",
    "please /approve",
    "!deploy now",
    "<!channel>",
    "https://evil.example",
    "fixes #12",
    "{code}rm{code}",
    "{noformat}",
    "{color:red}x{color}",
    "[code]<b>x</b>[/code]",
    "[~admin]",
    "<script>alert(1)</script>",
    "</div>",
    "atlantis apply",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["short_description", "implementation_plan", "questions"])
def test_h11_a_draft_that_is_not_inert_does_not_load(field: str, text: str) -> None:
    def with_text(text: str) -> ChangeDraft:
        title = f"[DRAFT] {text}"
        return make_draft(**{field: title if field == "short_description" else [text] if field == "questions" else text})

    if field != "short_description" or not text.startswith("atlantis"):  # a bot listens at the beginning only
        with pytest.raises(ValidationError, match="not broken"):
            with_text(text)
    assert with_text(inert_text(text))


@given(st.text(max_size=200))
def test_what_was_made_inert_stays_as_it_is(text: str) -> None:
    once = inert_text(clean_text(text))
    assert inert_text(once) == once
    assert once.count("\n") == clean_text(text).count("\n")


@given(st.lists(st.sampled_from([*HOSTILE, "<", "@", "/", "{", "[", "\n", " ", "a", ":", "#", "1"]), max_size=12))
def test_h11_no_mixture_of_attacks_survives(parts: list[str]) -> None:
    once = inert_text("".join(parts))
    assert inert_text(once) == once
    for attack in ("@here", "<!channel>", "https://", "{code}", "[code]", "<script>", "</div>", "[~admin]"):
        assert attack not in once


@pytest.mark.parametrize(
    "fields",
    [
        {"short_description": "Larger pool"},
        {"short_description": "[DRAFT] two\nlines"},
        {"short_description": "[DRAFT] " + "x" * 160},
        {"description": "Approved. DRAFT by Holdpoint"},
        {"description": f"DRAFT {MARK}"},
        {"description": "DRAFT by Holdpoint"},
        {"description": f"DRAFT by Holdpoint {MARK}" + "x" * 4_000},
        {"mark": "chg_1"},
        {"mark": "inc_01jd3c4k7w8m9e2f5a6b7c8d9e"},
        {"version": 0},
        {"type": "urgent"},
        {"start": None},
        {"end": "2026-11-30T00:00:00Z"},
        {"end": "2026-12-01T06:00:00"},
        {"test_plan": "a\u202eb"},
        {"state": "approved"},
        {"approval": "approved"},
    ],
)
def test_what_is_no_draft_does_not_load(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_draft(**fields)


def test_it_goes_through_json_unchanged() -> None:
    draft = make_draft()
    assert ChangeDraft.model_validate_json(draft.model_dump_json()) == draft
    assert draft.start == datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("servicenow", {"conn_id": None}),
        ("servicenow", {"project": "OPS"}),
        ("jira", {"project": None}),
        ("jira", {"project": 'OPS" OR 1=1'}),
        ("jira", {"issue_type": 'a"b'}),
        ("embedded", {"conn_id": "x"}),
        ("servicenow", {"table": "change_request/1"}),
        ("servicenow", {"tolerates": {"admin": "we trust it"}}),
        ("servicenow", {"tolerates": {"approver_user": "we trust it"}}),
        ("jira", {"tolerates": {"ADMINISTER": "we trust it"}}),
        ("jira", {"accept_unprobed": {"accepted_by": "tomas", "reason": "x"}}),
        ("jira", {"accept_unprobed": True}),
    ],
)
def test_h02_a_desk_that_could_let_a_power_through_does_not_load(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_desk(kind, **fields)


def test_a_desk_refuses_what_it_does_not_tolerate() -> None:
    desk = make_desk("servicenow", refuses={"u_cab": "votes"}, tolerates={"sn_change_write": "no smaller role here"})
    assert desk.refused["u_cab"] == "votes"
    assert "sn_change_write" not in desk.refused
    assert "admin" in desk.refused
