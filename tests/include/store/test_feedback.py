from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import BadInput
from include.store import briefs, feedback, ledger
from include.store.database import Store
from include.store.feedback import MAX_TEXT, FeedbackKind
from tests.briefing import Stages, open_incident

pytestmark = pytest.mark.both_databases


@pytest.fixture
def draft(store: Store, catalogue: Any) -> briefs.Version:
    stages = Stages(store, catalogue, open_incident(store, catalogue))
    stages.begin()
    stages.draft()
    with store.read() as conn:
        (head,) = briefs.heads(conn, [stages.incident_id])
    return head


def _add(store: Store, draft: briefs.Version, mark: str = "m", **changes: Any) -> tuple[str, bool]:
    values = {
        "kind": FeedbackKind.CORRECTION,
        "person": "maya",
        "about": "F1",
        "label": "internal",
        "text": "no",
    }
    with store.begin() as conn:
        return feedback.add(conn, mark=mark, draft=draft, actor="maya", **values | changes)


def _entries(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(ledger.entries(conn, kind="feedback.given"))


def test_it_is_kept_against_the_drafts_digest_and_entered(store: Store, draft: briefs.Version) -> None:
    given, created = _add(store, draft)
    assert created
    with store.read() as conn:
        (said,) = feedback.of_incident(conn, draft.incident_id)
        row = briefs.latest(conn, draft.incident_id)
    assert row is not None
    assert (said.id, said.kind, said.person, said.about, said.text) == (given, FeedbackKind.CORRECTION, "maya", "F1", "no")
    assert said.digest == row["content_digest"]
    (entry,) = _entries(store)
    assert (entry.actor, entry.subject) == ("maya", draft.incident_id)
    expected = {"feedback": given, "kind": "correction", "version": 1, "digest": said.digest, "text": "no", "about": "F1"}
    assert entry.payload == expected | {"person": "maya", "label": "internal"}


def test_the_same_mark_is_the_same_feedback_and_no_second_entry(store: Store, draft: briefs.Version) -> None:
    first, _ = _add(store, draft)
    assert _add(store, draft, text="something else") == (first, False)
    assert _add(store, draft, mark="another")[1]
    assert len(_entries(store)) == 2


def test_h09_secrets_are_taken_out_of_row_and_entry(store: Store, draft: briefs.Version) -> None:
    _add(store, draft, text="password=hunter2hunter2 is in the log")
    with store.read() as conn:
        (said,) = feedback.of_incident(conn, draft.incident_id)
    assert "hunter2" not in said.text + str(_entries(store)[0].payload)
    assert "redacted" in said.text


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (MAX_TEXT + 1), "zero\u200bwidth", "bell\a", "e\u0301", "a\rb", "\ud800"])
def test_words_that_cannot_be_shown_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        feedback.plain(text)


def test_words_come_as_a_form_sends_them() -> None:
    assert feedback.plain(" one\r\ntwo \r\n") == "one\ntwo"
    assert feedback.plain("a" * MAX_TEXT + "\r\n") == "a" * MAX_TEXT
