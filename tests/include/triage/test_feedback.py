"""Feedback: who may say what of which draft, and that the draft itself never changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from include.contracts.errors import BadInput, Conflict, NotFound
from include.retrieval.loader import load_runbooks
from include.retrieval.quarantine import held_back
from include.store import briefs, ledger
from include.store import feedback as kept
from include.store.database import Store
from include.triage import feedback, reading
from include.triage.runbooks import retrieve
from tests.briefing import Stages, open_incident

pytestmark = pytest.mark.both_databases


@pytest.fixture
def stages(store: Store, catalogue: Any) -> Stages:
    made = Stages(store, catalogue, open_incident(store, catalogue))
    planned = made.begin()
    made.collect(planned["get_service_status"])
    retrieve(store, catalogue, **made.ids)
    made.draft()
    return made


@pytest.fixture
def conn(store: Store, stages: Stages) -> Iterator[Connection]:
    with store.begin() as connection:
        yield connection


def _who(conn: Connection, catalogue: Any, name: str = "maya") -> reading.Reader:
    return reading.reader(conn, catalogue, catalogue.person(name))


def _draft(conn: Connection, who: reading.Reader, stages: Stages, version: int = 1) -> feedback.Draft:
    row = briefs.of_version(conn, stages.incident_id, version)
    assert row is not None
    return feedback.draft_of(conn, who, stages.incident_id, version=version, digest=row["content_digest"])


def _classified(conn: Connection, stages: Stages) -> None:
    """A second version, which used something labelled above what the service desk may read."""
    ledger.lock(conn)
    row = briefs.latest(conn, stages.incident_id)
    assert row is not None
    second = briefs.read(row).model_copy(update={"version": 2, "label": "security", "labels": ("internal", "security")})
    briefs.add(conn, second, briefing=1, run_id="r")


def test_a_correction_stands_beside_the_draft_and_the_draft_stays(conn: Connection, catalogue: Any, stages: Stages) -> None:
    who = _who(conn, catalogue)
    before = dict(briefs.latest(conn, stages.incident_id) or {})
    draft = _draft(conn, who, stages)
    feedback.correct(conn, who, draft, claim="F1", text="It began an hour earlier.")
    feedback.edit_summary(conn, who, draft, text="A deploy broke it.\r\nRolled back.")
    assert dict(briefs.latest(conn, stages.incident_id) or {}) == before
    said = feedback.given(conn, who, draft.incident, [draft.head])
    assert [(each.kind, each.person, each.about, each.text) for each in said] == [
        ("correction", "maya", "F1", "It began an hour earlier."),
        ("summary", "maya", "summary", "A deploy broke it.\nRolled back."),
    ]
    assert {each.digest for each in said} == {before["content_digest"]}
    assert [entry.actor for entry in ledger.entries(conn, kind="feedback.given")] == ["maya", "maya"]


def test_the_same_words_by_the_same_person_count_once(conn: Connection, catalogue: Any, stages: Stages) -> None:
    maya, priya = _who(conn, catalogue), _who(conn, catalogue, "priya")
    for who in (maya, maya, priya):
        feedback.correct(conn, who, _draft(conn, who, stages), claim="F1", text="No.")
    feedback.correct(conn, maya, _draft(conn, maya, stages), claim="F1", text="No!")
    draft = _draft(conn, maya, stages)
    assert [each.person for each in feedback.given(conn, maya, draft.incident, [draft.head])] == ["maya", "priya", "maya"]


def test_a_misleading_runbook_is_out_of_use_and_a_second_voice_is_kept(conn: Connection, catalogue: Any, stages: Stages) -> None:
    runbooks, _ = load_runbooks(None, catalogue)
    who = _who(conn, catalogue)
    draft = _draft(conn, who, stages)
    name = draft.brief.runbooks[0].runbook
    for person in ("maya", "tomas"):
        who = _who(conn, catalogue, person)
        feedback.mark_misleading(conn, who, draft, runbooks, kind="runbook", name=name, text=f"Step 2 is wrong, says {person}.")
    assert name in held_back(conn)
    assert len(list(ledger.entries(conn, kind="source.quarantined"))) == 1
    assert [each.about for each in feedback.given(conn, who, draft.incident, [draft.head])] == [f"runbook:{name}"] * 2


def test_misleading_evidence_is_recorded_and_takes_nothing_away(conn: Connection, catalogue: Any, stages: Stages) -> None:
    who = _who(conn, catalogue)
    draft = _draft(conn, who, stages)
    name = draft.brief.retrieved[-1]
    feedback.mark_misleading(conn, who, draft, (), kind="evidence", name=name, text="The clock of that host is off.")
    assert held_back(conn) == frozenset()
    assert [each.about for each in feedback.given(conn, who, draft.incident, [draft.head])] == [f"evidence:{name}"]


@pytest.mark.parametrize("claim", ["", "F0", "F99", "f1", "H77", "summary", "F1 ", "runbook"])
def test_what_the_draft_does_not_claim_cannot_be_corrected(conn: Connection, catalogue: Any, stages: Stages, claim: str) -> None:
    who = _who(conn, catalogue)
    with pytest.raises(BadInput, match="no such claim"):
        feedback.correct(conn, who, _draft(conn, who, stages), claim=claim, text="x")


@pytest.mark.parametrize(("kind", "name"), [("runbook", "nope"), ("runbook", "F1"), ("evidence", "ev_1"), ("evidence", "")])
def test_a_source_that_the_draft_does_not_have_cannot_be_marked(
    conn: Connection, catalogue: Any, stages: Stages, kind: Any, name: str
) -> None:
    who = _who(conn, catalogue)
    with pytest.raises(BadInput, match="no such source"):
        feedback.mark_misleading(conn, who, _draft(conn, who, stages), (), kind=kind, name=name, text="x")


def test_words_that_cannot_be_kept_leave_nothing(store: Store, catalogue: Any, stages: Stages) -> None:
    runbooks, _ = load_runbooks(None, catalogue)
    for text in ("", "\u202e", "x" * 5_000):
        with store.begin() as conn:
            who = _who(conn, catalogue)
            draft = _draft(conn, who, stages)
            hit = draft.brief.runbooks[0].runbook
            with pytest.raises(BadInput):
                feedback.mark_misleading(conn, who, draft, runbooks, kind="runbook", name=hit, text=text)
    with store.read() as conn:
        assert held_back(conn) == frozenset()
        assert not list(ledger.entries(conn, kind="feedback.given"))


def test_feedback_is_bound_to_the_draft_that_was_seen(conn: Connection, catalogue: Any, stages: Stages) -> None:
    who = _who(conn, catalogue)
    with pytest.raises(Conflict, match="not the draft"):
        feedback.draft_of(conn, who, stages.incident_id, version=1, digest="0" * 64)


def test_h12_what_a_person_may_not_read_they_cannot_speak_of_nor_see_spoken_of(
    conn: Connection, catalogue: Any, stages: Stages
) -> None:
    _classified(conn, stages)
    maya, jonas = _who(conn, catalogue), _who(conn, catalogue, "jonas")
    with pytest.raises(NotFound, match="none that you may read"):
        _draft(conn, jonas, stages, 2)
    second = _draft(conn, maya, stages, 2)
    feedback.edit_summary(conn, maya, second, text="An account was attacked.")
    feedback.edit_summary(conn, maya, _draft(conn, maya, stages), text="It was slow.")
    item = second.incident
    of_jonas = feedback.given(conn, jonas, item, reading.versions(conn, jonas, item))
    assert [each.text for each in of_jonas] == ["It was slow."]
    assert len(feedback.given(conn, maya, item, reading.versions(conn, maya, item))) == 2
    # What is said on a ticket may bear a higher label than the draft it is about.
    (first,) = reading.versions(conn, jonas, item)
    values = {"kind": kept.FeedbackKind.TICKET_EDIT, "person": "Ines", "about": "DESK-1", "actor": "reconcile@service"}
    kept.add(conn, mark="x", draft=first, label="security", text="The account was jonas's.", **values)
    assert [each.text for each in feedback.given(conn, jonas, item, [first])] == ["It was slow."]
    assert len(feedback.given(conn, maya, item, [first])) == 2


def test_an_incident_that_is_not_there_and_one_that_is_hidden_look_alike(
    conn: Connection, catalogue: Any, stages: Stages
) -> None:
    who = _who(conn, catalogue)
    nobody = reading.Reader(catalogue, who.person.model_copy(update={"name": "stranger"}), who.today)
    with pytest.raises(NotFound) as hidden:
        reading.incident(conn, nobody, stages.incident_id)
    with pytest.raises(NotFound) as missing:
        reading.incident(conn, nobody, "inc_nothing")
    assert str(hidden.value) == str(missing.value)
    assert reading.listed(conn, nobody, after=None, limit=10) == []
