"""What people do on a ticket becomes feedback on the draft that was there, once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, update

from include.delivery.reconcile import reconcile
from include.delivery.ticket_edits import LIMIT, count_edits
from include.store import briefs, desk, feedback, ledger
from include.store.database import Store, now
from include.store.tables.desk import comment, ticket
from tests.briefing import Stages, endpoint, open_incident

pytestmark = pytest.mark.both_databases


@pytest.fixture
def stages(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Stages]:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    made = Stages(store, catalogue, open_incident(store, catalogue))
    made.begin()
    return made


def _drafted(stages: Stages) -> None:
    stages.draft()
    stages.escalate()


def _number(store: Store, incident_id: str) -> int:
    with store.read() as conn:
        row = desk.by_incident(conn, incident_id)
    assert row is not None
    return int(row["number"])


def _say(store: Store, number: int, body: str, mark: str = "desk-ui:1", author: str = "Jonas Weber") -> None:
    with store.begin() as conn:
        values = {"ticket": number, "mark": mark, "label": "internal", "at": now(conn), "author": author, "body": body}
        conn.execute(insert(comment).values(**values))


def _change(store: Store, number: int, **values: Any) -> None:
    with store.begin() as conn:
        conn.execute(update(ticket).where(ticket.c.number == number).values(**values, updated_at=now(conn)))


def _given(store: Store, stages: Stages) -> list[tuple[str, str, str]]:
    with store.read() as conn:
        return [(said.person, said.about, said.text) for said in feedback.of_incident(conn, stages.incident_id)]


def test_a_persons_comment_counts_once_against_the_draft_that_was_there(store: Store, stages: Stages) -> None:
    _drafted(stages)
    assert count_edits(store) == 0, "our own comment is none"
    number = _number(store, stages.incident_id)
    _say(store, number, "It was the deploy,\nnot the database.")
    assert [count_edits(store), count_edits(store)] == [1, 0]
    assert _given(store, stages) == [("Jonas Weber", f"DESK-{number}", "It was the deploy,\nnot the database.")]
    with store.read() as conn:
        (head,) = briefs.heads(conn, [stages.incident_id])
        (said,) = feedback.of_incident(conn, stages.incident_id)
        (entry,) = ledger.entries(conn, kind="feedback.given")
    assert (said.kind, said.digest, said.version) == ("ticket_edit", head.content_digest, 1)
    assert entry.actor == "reconcile@service"


def test_what_people_change_on_the_ticket_counts_once_each(store: Store, stages: Stages) -> None:
    _drafted(stages)
    number = _number(store, stages.incident_id)
    _change(store, number, state="closed")
    assert [count_edits(store), count_edits(store)] == [1, 0]
    _change(store, number, assignee="priya", title="Payments, not orders")
    assert [count_edits(store), count_edits(store)] == [2, 0]
    _change(store, number, assignee=None)
    assert [count_edits(store), count_edits(store)] == [1, 0]
    first, *both, last = (text for _, _, text in _given(store, stages))
    assert (first, last) == ("state: open → closed", "assignee: tomas → nobody")
    assert sorted(both) == ["assignee: tomas → priya", "title: Payments, not orders"], "of one moment, in any order"


def test_before_there_is_a_draft_nothing_is_feedback_on_it(store: Store, stages: Stages) -> None:
    stages.escalate()  # without a brief: the ticket says so
    _say(store, _number(store, stages.incident_id), "I am looking at it.")
    assert count_edits(store) == 0
    stages.draft()
    assert count_edits(store) == 0


def test_garbage_on_the_desk_is_kept_visible_and_stops_nothing(store: Store, stages: Stages) -> None:
    _drafted(stages)
    number = _number(store, stages.incident_id)
    _say(store, number, "zero\u200bwidth \u202e" + "x" * 30_000, "a", "A" * 80)
    _say(store, number, "", "b")
    _say(store, number, "password=hunter2hunter2", "c")
    assert count_edits(store) == 3
    texts = [text for _, _, text in _given(store, stages)]
    assert texts[0].startswith("zero\\u{200B}width \\u{202E}x")
    assert len(texts[0]) <= feedback.MAX_TEXT
    assert "hunter2" not in texts[2]


def test_more_than_one_pass_can_hold_is_gone_on_with(store: Store, stages: Stages) -> None:
    _drafted(stages)
    number = _number(store, stages.incident_id)
    with store.begin() as conn:
        base = {"ticket": number, "label": "internal", "at": now(conn), "author": "x", "body": "y"}
        conn.execute(insert(comment), [base | {"mark": f"m{n}"} for n in range(LIMIT + 3)])
    assert [count_edits(store), count_edits(store), count_edits(store)] == [LIMIT, 3, 0]


def test_two_passes_at_once_count_it_once(store: Store, stages: Stages) -> None:
    _drafted(stages)
    number = _number(store, stages.incident_id)
    for n in range(20):
        _say(store, number, f"comment {n}", f"m{n}")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: count_edits(store), range(4))) == 20
    assert len(_given(store, stages)) == 20


def test_reconcile_counts_them_and_an_unruly_desk_costs_nobody_a_page(
    store: Store, catalogue: Any, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drafted(stages)
    _say(store, _number(store, stages.incident_id), "Not so.")
    assert reconcile(store, catalogue, endpoint).ticket_edits == 1

    def broken(_: Store) -> int:
        raise RuntimeError

    monkeypatch.setattr("include.delivery.reconcile.count_edits", broken)
    done = reconcile(store, catalogue, endpoint)
    assert (done.ticket_edits, done.failed) == (0, 1)
