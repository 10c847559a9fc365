"""A briefing from the post to the page, through the store alone, on either database: repeated, overtaken, at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from include.alerts.question import ask
from include.contracts.errors import Conflict, Denied, ReadFailed
from include.delivery import reconcile as reconciling
from include.delivery.reconcile import reconcile
from include.store import desk, dispatches, reads
from include.store.database import Store, now
from include.store.tables.desk import comment, delivery, ticket
from include.store.tables.incident import dispatch
from include.store.tables.triage import evidence
from include.store.times import shifted
from include.store.verify import verify
from include.triage import draft as drafting
from include.triage.begin import begin
from include.triage.collect import collect
from include.triage.draft import draft_brief
from include.triage.runbooks import retrieve
from tests.briefing import RUN, Stages, endpoint, open_incident, read
from tests.overlap import at_once, meet_after, servers

pytestmark = pytest.mark.both_databases


@pytest.fixture
def stages(store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stages:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    return Stages(store, catalogue, open_incident(store, catalogue))


@pytest.fixture
def pages(stages: Stages, tmp_path: Path) -> Callable[[], int]:
    return lambda: len((tmp_path / "pages.jsonl").read_text().splitlines())


def count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_from_the_post_to_the_page_and_once_more_changes_nothing(stages: Stages, pages: Callable[[], int], store: Store) -> None:
    planned = stages.begin()
    stages.collect(planned["get_service_status"])
    with pytest.raises(ReadFailed):
        stages.collect(planned["query_logs"])
    assert retrieve(store, stages.catalogue, **stages.ids)
    first, told = stages.draft(), stages.escalate()
    assert (first.version, first.new, told.sent) == (1, True, True)
    assert stages.begin() == planned
    again, told_again = stages.draft(), stages.escalate()
    assert (again.version, again.new, told_again.sent) == (1, False, False)
    assert pages() == 1
    assert (count(store, ticket), count(store, comment), count(store, delivery)) == (1, 1, 1)
    brief = stages.brief()
    assert any("RUNNING" in citation.quote for fact in brief.facts for citation in fact.citations)
    assert "query_logs" in stages.missing()
    with store.read() as conn:
        assert (dispatches.get(conn, stages.incident_id, 1) or {})["state"] == "briefed"
    told_of = {"incident.opened", "briefing.begun", "tool.called", "tool.failed", "brief.drafted", "incident.escalated"}
    assert told_of | {"delivery.sent"} <= set(stages.kinds())
    assert verify(store).ok


def test_a_read_that_answers_after_the_draft_makes_the_next_version(stages: Stages) -> None:
    planned = stages.begin()
    stages.draft()
    assert "get_service_status" in stages.missing()
    stages.collect(planned["get_service_status"])
    assert stages.draft().version == 2
    assert "get_service_status" not in stages.missing()


def test_drafting_keeps_nobody_waiting_and_a_draft_that_was_overtaken_is_done_again(
    stages: Stages, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run A has seen its evidence and takes its time; a read is cleared, answers, and is drafted by B; then A is ready."""
    planned, real, drafts = stages.begin(), drafting.assemble, []

    def slow(**given: Any) -> Any:
        drafts.append(len(given["evidence"]))
        if len(drafts) == 1:
            with servers(store, 1) as (other,):
                collect(other, stages.catalogue, read_id=planned["get_service_status"], run=RUN, reader=read)
                assert stages.draft(other).version == 1
        return real(**given)

    monkeypatch.setattr(drafting, "assemble", slow)
    outcome = stages.draft()
    assert (outcome.version, outcome.new) == (1, False), "A must not put its older evidence over B's"
    assert drafts == [1, 2, 2]
    assert "get_service_status" not in stages.missing()


def test_two_that_draft_at_once_draft_one_version(stages: Stages, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stages.begin()
    meet_after(monkeypatch, drafting, "assemble")
    with servers(store, 2) as them:
        drafts = at_once(*(partial(stages.draft, server) for server in them))
    assert sorted((draft.version, draft.new) for draft in drafts) == [(1, False), (1, True)]
    assert stages.kinds().count("brief.drafted") == 1
    assert count(store, evidence) == 1


def test_a_run_and_reconcile_that_tell_at_once_tell_once(
    stages: Stages, store: Store, pages: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each locks rows that the other wants: in two orders they would wait for each other."""
    stages.begin()
    stages.draft()
    with store.begin() as conn:
        conn.execute(update(dispatch).values(claimed_at=shifted(now(conn), seconds=-86_400)))
    meet_after(monkeypatch, desk, "open_ticket")
    with servers(store, 2) as (one, two):
        at_once(partial(stages.escalate, one), partial(reconcile, two, stages.catalogue, endpoint))
    assert pages() == 1
    assert (count(store, ticket), count(store, delivery)) == (1, 1)


def test_a_run_that_claims_while_reconcile_looks_keeps_its_time(
    stages: Stages, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin() as conn:
        conn.execute(update(dispatch).values(created_at=shifted(now(conn), seconds=-86_400)))
    look = dispatches.overdue

    def look_and_let_it_claim(conn: Any, *limits: Any) -> Any:
        late = look(conn, *limits)
        with servers(store, 1) as (other,), other.begin() as writing:
            assert dispatches.claim(writing, stages.incident_id, 1, RUN)
        return late

    with monkeypatch.context() as patch:
        patch.setattr(reconciling.dispatches, "overdue", look_and_let_it_claim)
        assert reconcile(store, stages.catalogue, endpoint).escalated == 0
    assert reconcile(store, stages.catalogue, endpoint).escalated == 0
    assert "briefing.overdue" not in stages.kinds()


def test_another_run_has_nothing_to_do_here(stages: Stages, store: Store) -> None:
    planned = stages.begin()
    stages.ids["run"] = "another-run"
    for stage in (stages.begin, stages.draft, stages.escalate, partial(retrieve, store, stages.catalogue, **stages.ids)):
        with pytest.raises(Conflict):
            stage()
    with pytest.raises(Conflict):
        collect(store, stages.catalogue, read_id=planned["query_logs"], run="another-run", reader=read)


def test_h02_a_grant_that_is_gone_is_recorded_as_a_failed_read(stages: Stages, store: Store) -> None:
    planned = stages.begin()
    with store.begin() as conn:
        conn.execute(update(reads.read).values(principal="nobody"))
    with pytest.raises(Denied):
        stages.collect(planned["get_service_status"])
    with store.read() as conn:
        assert reads.get(conn, planned["get_service_status"])["state"] == "failed"


def test_a_question_is_claimed_by_the_run_that_asks_it(store: Store, catalogue: Any) -> None:
    about = {"question": "why is checkout slow? \0 \ud800 \U0001f525", "service": "shop-orders", "environment": None}
    asked = ask(store, catalogue, principal="maya", **about, run=RUN)
    begin(store, catalogue, incident_id=asked.incident_id, briefing=1, run=RUN)
    assert draft_brief(store, catalogue, incident_id=asked.incident_id, briefing=1, run=RUN).version == 1
    with store.read() as conn:
        assert dispatches.due(conn, 10) == []


def test_h10_without_a_brief_the_page_says_so(stages: Stages, pages: Callable[[], int], store: Store) -> None:
    stages.begin()
    assert stages.escalate().sent
    assert pages() == 1
    with store.read() as conn:
        assert (dispatches.get(conn, stages.incident_id, 1) or {})["state"] == "escalated"
