"""Who gets a briefing, when several want it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from include.alerts.correlate import open_question, open_unreadable
from include.contracts.incident import IncidentKind
from include.store import dispatches, incidents
from include.store.database import Store, now
from include.store.tables.incident import dispatch
from include.store.times import shifted
from tests.overlap import at_once, overlap, servers

pytestmark = pytest.mark.both_databases


@pytest.fixture
def incident_id(store: Store, catalogue: Any) -> str:
    with store.begin() as conn:
        return str(open_unreadable(conn, catalogue.source("lab"), "msg_1", now(conn), quiet_minutes=30).incident_id)


def test_two_runs_that_claim_at_once_one_has_it(store: Store, incident_id: str) -> None:
    claims = [partial(dispatches.claim, incident_id=incident_id, briefing=1, run_id=run) for run in ("run-a", "run-b")]
    assert overlap(store, *claims) == (True, False)
    with store.read() as conn:
        assert [dispatches.holds(conn, incident_id, 1, run) for run in ("run-a", "run-b")] == [True, False]


def test_many_runs_that_claim_at_once_one_has_it(store: Store, incident_id: str) -> None:
    def claim(server: Store, run: str) -> bool:
        with server.begin() as conn:
            return dispatches.claim(conn, incident_id, 1, run)

    with servers(store, 6) as them:
        won = at_once(*(partial(claim, server, f"run-{number}") for number, server in enumerate(them)))
    assert sorted(won) == [False] * 5 + [True]


def test_two_dispatchers_that_start_at_once_one_gets_an_id(store: Store, incident_id: str) -> None:
    start = partial(dispatches.next_run_id, incident_id=incident_id, briefing=1, attempt=0)
    first, second = overlap(store, start, start)
    assert (bool(first), second) == (True, None)


def test_a_claim_between_the_look_and_the_giving_up_stands(store: Store, incident_id: str) -> None:
    with store.begin() as conn:
        run = str(dispatches.next_run_id(conn, incident_id, 1, 0))
    claim = partial(dispatches.claim, incident_id=incident_id, briefing=1, run_id=run)
    give_up = partial(dispatches.back_to_pending, incident_id=incident_id, briefing=1, run_id=run, delay_s=0)
    assert overlap(store, claim, give_up) == (True, False)
    with store.begin() as conn:
        assert not dispatches.finish(conn, incident_id, 1, "escalated", was="triggered")
        assert dispatches.finish(conn, incident_id, 1, "escalated", was="claimed")
        assert not dispatches.finish(conn, incident_id, 1, "briefed")


def test_a_run_may_have_the_longest_id_that_airflow_allows(store: Store, incident_id: str) -> None:
    run = "manual__" + "x" * 242
    with store.begin() as conn:
        assert dispatches.claim(conn, incident_id, 1, run)
    with store.read() as conn:
        mine = dispatches.of_run(conn, run)
    assert mine is not None
    assert mine["incident_id"] == incident_id


def _asked(store: Store, kind: IncidentKind, *, ago_s: float = 0.0) -> str:
    """An incident of that kind with a briefing that is due, asked for so long ago."""
    with store.begin() as conn:
        nowhere = {"service": None, "environment": None}
        incident_id = open_question(conn, principal="maya", question="?", title="?", owner="maya", at=now(conn), **nowhere)
        incidents.change(conn, incident_id, kind=kind.value)
        dispatches.enqueue(conn, incident_id, 1, "new")
        earlier = shifted(now(conn), seconds=-ago_s)
        conn.execute(update(dispatch).where(dispatch.c.incident_id == incident_id).values(created_at=earlier, not_before=earlier))
    return incident_id


def _due(store: Store, **how: float) -> list[str]:
    with store.read() as conn:
        return [row["incident_id"] for row in dispatches.due(conn, 50, **how)]


def test_umbrellas_first_then_the_oldest(store: Store) -> None:
    later, sooner, umbrella = (
        _asked(store, kind, ago_s=ago_s)
        for kind, ago_s in ((IncidentKind.ALERT, 5), (IncidentKind.ALERT, 30), (IncidentKind.UMBRELLA, 1))
    )
    assert _due(store) == [umbrella, sooner, later]


def test_gently_two_single_alerts_are_at_work_and_nobody_waits_for_longer_than_a_minute(store: Store) -> None:
    old = _asked(store, IncidentKind.ALERT, ago_s=61)
    alerts = [_asked(store, IncidentKind.ALERT, ago_s=ago_s) for ago_s in (40, 30, 20)]
    others = [_asked(store, kind, ago_s=10) for kind in (IncidentKind.UMBRELLA, IncidentKind.QUESTION, IncidentKind.UNREADABLE)]
    assert set(_due(store, patience_s=60)) == {old, *alerts[:2], *others}
    assert set(_due(store)) == {old, *alerts, *others}
    with store.begin() as conn:
        assert dispatches.claim(conn, alerts[0], 1, "run-a")
        assert dispatches.next_run_id(conn, alerts[1], 1, 0)
    assert set(_due(store, patience_s=60)) == {old, *others}
    with store.begin() as conn:
        assert dispatches.finish(conn, alerts[0], 1, "briefed")
    assert set(_due(store, patience_s=60)) == {old, alerts[2], *others}


def test_h10_preparations_of_changes_keep_no_alert_waiting(store: Store) -> None:
    for change in [_asked(store, IncidentKind.CHANGE) for _ in range(3)]:
        with store.begin() as conn:
            assert dispatches.claim(conn, change, 1, f"run-{change}")
    alert = _asked(store, IncidentKind.ALERT)
    assert _due(store, patience_s=60) == [alert]


def test_what_was_held_back_since_the_look_is_not_started(store: Store) -> None:
    alert, question = (_asked(store, kind) for kind in (IncidentKind.ALERT, IncidentKind.QUESTION))
    assert set(_due(store)) == {alert, question}
    with store.begin() as conn:
        dispatches.hold_back(conn, 30)
        assert dispatches.next_run_id(conn, alert, 1, 0) is None
        assert dispatches.next_run_id(conn, question, 1, 0) is not None
    assert _due(store) == []
    with store.read() as conn:
        assert 29 < (dispatches.next_due_s(conn) or 0) <= 30


def test_nothing_waits(store: Store) -> None:
    with store.read() as conn:
        assert dispatches.next_due_s(conn) is None
