"""Who gets a briefing, when several want it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from include.alerts.correlate import open_unreadable
from include.store import dispatches
from include.store.database import Store, now
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
