"""What is asked becomes a brief, a change request or a person's task, on either database; and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from include.asking.preview import Way
from include.asking.submit import Asking, look, submit
from include.contracts.errors import BadInput, Conflict, Denied, NotFound
from include.contracts.incident import Intent
from include.delivery.reconcile import reconcile
from include.store import briefs, desk, dispatches, incidents, ledger
from include.store.database import Store
from include.store.tables.desk import comment, delivery, ticket
from include.store.tables.incident import dispatch, incident
from include.store.tables.triage import read
from include.store.verify import verify
from include.triage.begin import begin, classify
from include.triage.draft import draft_brief
from include.triage.escalate import escalate_briefing
from include.triage.runbooks import retrieve
from tests.briefing import RUN, endpoint
from tests.preparing import NOTES

pytestmark = pytest.mark.both_databases
VAGUE = "the thing from yesterday, /approve it @oncall"


def count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def entries(store: Store, subject: str) -> dict[str, Any]:
    with store.read() as conn:
        return {row.kind: row.payload for row in ledger.entries(conn, subject=subject)}


def test_a_question_is_read_about(store: Store, catalogue: Any) -> None:
    done = submit(store, catalogue, Asking("maya", "Why is checkout slow?", "shop-frontend"))
    assert done.way is Way.BRIEF
    with store.read() as conn:
        assert (dispatches.get(conn, done.id, 1) or {})["reason"] == "question"
    assert entries(store, done.id)["question.asked"]["chosen"] is None


def test_notes_are_prepared_as_a_change_and_nothing_else_happens(store: Store, catalogue: Any) -> None:
    done = submit(store, catalogue, Asking("maya", NOTES, environment="lab"))
    assert (done.way, done.id.startswith("chg_")) == (Way.CHANGE, True)
    assert [row.split(".")[0] for row in entries(store, done.id)] == ["change"]
    assert (count(store, ticket), count(store, delivery)) == (0, 0)


@pytest.mark.parametrize(("text", "chosen"), [(VAGUE, None), (f"Please restart shop-orders. {VAGUE}", Way.PERSON)])
def test_h10_a_persons_task_is_made_without_a_read_and_nobody_is_paged(
    store: Store, catalogue: Any, text: str, chosen: Way | None
) -> None:
    done = submit(store, catalogue, Asking("maya", text, "shop-orders"), chosen=chosen, run=RUN)
    assert (done.way, done.person) == (Way.PERSON, catalogue.service("shop-orders").owner)
    ids = {"incident_id": done.id, "briefing": 1, "run": RUN}
    assert begin(store, catalogue, **ids).read_ids == ()
    assert retrieve(store, catalogue, **ids) is None
    draft_brief(store, catalogue, **ids)
    for _ in range(2):
        told = escalate_briefing(store, catalogue, **ids, link="http://af/run", endpoints=endpoint)
        assert (told.delivery_id, told.sent) == (None, False)
    assert [count(store, table) for table in (ticket, comment, read, delivery)] == [1, 1, 0, 0]
    with store.read() as conn:
        row, made = desk.by_incident(conn, done.id), briefs.latest(conn, done.id)
        assert row is not None
        assert made is not None
        (said,) = desk.comments_of(conn, row["number"])
        (passed,) = ledger.entries(conn, subject=done.id, kind="question.passed_on")
        assert (dispatches.get(conn, done.id, 1) or {})["state"] == "briefed"
    assert passed.payload == {"ticket": f"DESK-{row['number']}", "to": done.person, "service": "shop-orders"}
    assert row["assignee"] == done.person
    assert "the thing from yesterday" in said["body"]
    for words in ("@oncall", "/approve"):
        assert words not in said["body"] + row["title"], "what we post mentions nobody and commands nothing (H11)"
    brief = briefs.read(made)
    assert "unclear" in brief.summary
    assert all("unclear" in gap.reason for gap in brief.missing)
    assert verify(store).ok


def test_h10_where_the_run_never_comes_reconcile_makes_the_task_and_pages_nobody(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(store, catalogue, Asking("maya", VAGUE, "shop-orders"))
    with store.begin() as conn:
        conn.execute(update(dispatch).values(created_at="2026-01-01T00:00:00.000000Z"))
    assert reconcile(store, catalogue, endpoint).escalated == 1
    assert [count(store, table) for table in (ticket, comment, delivery)] == [1, 1, 0]


def test_h13_without_a_service_whoever_raci_names_has_it(store: Store, catalogue: Any) -> None:
    done = submit(store, catalogue, Asking("jonas", VAGUE))
    assert done.person == "maya"


@pytest.mark.parametrize(
    ("text", "chosen", "kind"),
    [
        ("the thing from yesterday", Way.BRIEF, "question.asked"),
        ("the thing from yesterday", Way.CHANGE, "change.requested"),
        ("Please restart shop-orders", Way.BRIEF, "question.asked"),
        ("Please restart shop-orders", Way.PERSON, "question.asked"),
        ("Why is checkout slow?", Way.CHANGE, "change.requested"),
    ],
)
def test_what_was_chosen_otherwise_is_in_the_ledger(store: Store, catalogue: Any, text: str, chosen: Way, kind: str) -> None:
    done = submit(store, catalogue, Asking("maya", text, "shop-orders"), chosen=chosen)
    assert done.way is chosen
    assert entries(store, done.id)[kind]["chosen"] == chosen.value
    other = submit(store, catalogue, Asking("maya", text, "shop-orders"), chosen=done.preview.way)
    assert next(iter(entries(store, other.id).values()))["chosen"] is None


def test_an_unclear_question_that_a_person_wants_read_is_read(store: Store, catalogue: Any) -> None:
    done = submit(store, catalogue, Asking("maya", VAGUE, "shop-orders"), chosen=Way.BRIEF)
    assert begin(store, catalogue, incident_id=done.id, briefing=1, run=RUN).read_ids
    with store.read() as conn:
        assert classify(conn, incidents.get(conn, done.id), 1).intent is Intent.DIAGNOSE


@pytest.mark.parametrize(
    ("asking", "error"),
    [
        (Asking("nobody", "why?"), NotFound),
        (Asking("maya", "why?", "moon"), NotFound),
        (Asking("maya", "why?", "shop-orders", "moon"), BadInput),
        (Asking("maya", "why?", None, "moon"), BadInput),
        (Asking("maya", NOTES), BadInput),
        (Asking("maya", NOTES, None, "moon"), BadInput),
        (Asking("maya", ""), BadInput),
        (Asking("maya", "x" * 5_000_000), BadInput),
        (Asking("maya", "%PDF-1.7"), BadInput),
    ],
)
def test_what_cannot_be_taken_is_refused_at_the_look_and_nothing_is_kept(
    store: Store, catalogue: Any, asking: Asking, error: type[Exception]
) -> None:
    for attempt in (look, submit):
        with pytest.raises(error):
            attempt(store, catalogue, asking)
    assert [count(store, table) for table in (incident, dispatch, ticket)] == [0, 0, 0]


def test_long_notes_cannot_be_chosen_to_be_a_question(store: Store, catalogue: Any) -> None:
    for way in (Way.BRIEF, Way.PERSON):
        with pytest.raises(BadInput):
            submit(store, catalogue, Asking("maya", NOTES + "x" * 5_000, environment="lab"), chosen=way)
    assert count(store, incident) == 0


def test_h02_without_the_grant_no_task_is_made(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done = submit(store, catalogue, Asking("maya", VAGUE, "shop-orders"), run=RUN)
    monkeypatch.setattr("include.delivery.pass_on.WRITER", "nobody@service")
    ids = {"incident_id": done.id, "briefing": 1, "run": RUN}
    with pytest.raises(Denied):
        escalate_briefing(store, catalogue, **ids, link="http://af/run", endpoints=endpoint)
    assert count(store, ticket) == 0


def test_another_runs_question_is_not_taken_over(store: Store, catalogue: Any) -> None:
    done = submit(store, catalogue, Asking("maya", VAGUE, "shop-orders"), run=RUN)
    with pytest.raises(Conflict):
        escalate_briefing(
            store, catalogue, incident_id=done.id, briefing=1, run="other", link="http://af/run", endpoints=endpoint
        )
