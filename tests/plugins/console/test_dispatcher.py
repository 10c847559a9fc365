"""The outbox of briefings against crashes, duplicates and run ids that somebody else occupied."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from include.alerts.correlate import open_unreadable
from include.alerts.intake import commit, prepare
from include.store import dispatches, ledger
from include.store.database import Store, now
from include.store.tables.incident import dispatch
from include.store.times import shifted
from plugins.console.dispatcher import Dispatcher
from plugins.console.outboxes import Briefings
from plugins.console.runs import Run
from tests.fake_airflow import FakeAirflow

pytestmark = pytest.mark.both_databases


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow("incident_triage")


@pytest.fixture
def dispatcher(store: Store, airflow: FakeAirflow) -> Dispatcher:
    return Dispatcher(store, start=airflow.start, find=airflow.find)


@pytest.fixture
def incident_id(store: Store, catalogue: Any) -> str:
    with store.begin() as conn:
        return str(open_unreadable(conn, catalogue.source("lab"), "msg_1", now(conn), quiet_minutes=30).incident_id)


def _row(store: Store, incident_id: str) -> Any:
    with store.read() as conn:
        return dispatches.get(conn, incident_id, 1)


def _age(store: Store, incident_id: str, seconds: float) -> None:
    """Let time pass for this row."""
    with store.begin() as conn:
        earlier = shifted(now(conn), seconds=-seconds)
        conn.execute(update(dispatch).where(dispatch.c.incident_id == incident_id).values(triggered_at=earlier))


def test_one_run_with_ids_only_in_its_conf(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str) -> None:
    dispatcher.step()
    dispatcher.step()
    (run,) = airflow.runs.values()
    assert run.conf == {"incident": incident_id, "briefing": 1}
    assert _row(store, incident_id)["state"] == "triggered"


def test_killed_between_the_note_and_the_run_the_run_is_made_good_under_the_same_id(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    with store.begin() as conn:
        run_id = dispatches.next_run_id(conn, incident_id, 1, 0)  # … and here the process dies
    dispatcher.step()
    assert airflow.runs == {}  # too early to tell a crash from a colleague at work
    _age(store, incident_id, 11)
    dispatcher.step()
    assert list(airflow.runs) == [run_id]


def test_killed_right_after_the_run_was_created_there_is_still_one_run(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    airflow.dies_after_creating = True
    with pytest.raises(KeyboardInterrupt):
        dispatcher.step()
    airflow.dies_after_creating = False
    for age in (11, 60, 1_000):
        _age(store, incident_id, age)
        dispatcher.step()
    assert len(airflow.runs) == 1  # it is alive and ours: we wait for it to claim


def test_a_run_id_that_somebody_occupied_does_not_count_as_dispatched(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    with store.begin() as conn:
        occupied = str(dispatches.next_run_id(conn, incident_id, 1, 0))
    airflow.runs[occupied] = Run("success", {"incident": "inc_other", "briefing": 1})
    _age(store, incident_id, 11)
    dispatcher.step()
    dispatcher.step()
    fresh = [run_id for run_id in airflow.runs if run_id != occupied]
    assert len(fresh) == 1
    with store.read() as conn:
        kinds = [entry.kind for entry in ledger.entries(conn, subject=incident_id)]
    assert "dispatch.occupied" in kinds


def test_a_run_that_ended_without_claiming_is_replaced(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    dispatcher.step()
    (run_id,) = airflow.runs
    airflow.runs[run_id] = Run("success", {"incident": incident_id, "briefing": 1})  # marked successful by hand
    _age(store, incident_id, 11)
    dispatcher.step()
    assert len(airflow.runs) == 1  # its tasks may have claimed any moment
    _age(store, incident_id, 1_000)
    dispatcher.step()
    dispatcher.step()
    assert len(airflow.runs) == 2


def test_a_claimed_briefing_is_left_alone(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str) -> None:
    dispatcher.step()
    (run_id,) = airflow.runs
    with store.begin() as conn:
        assert dispatches.claim(conn, incident_id, 1, run_id)
    airflow.runs.clear()  # gone with Airflow's database
    _age(store, incident_id, 1_000)
    dispatcher.step()
    assert airflow.runs == {}


def test_only_one_of_two_runs_can_claim_and_it_may_ask_again(store: Store, incident_id: str) -> None:
    with store.begin() as conn:
        assert dispatches.claim(conn, incident_id, 1, "run-a")
        assert not dispatches.claim(conn, incident_id, 1, "run-b")
        assert dispatches.claim(conn, incident_id, 1, "run-a")
        assert not dispatches.holds(conn, incident_id, 1, "run-b")


def test_a_brief_may_come_late_but_not_twice(store: Store, incident_id: str) -> None:
    with store.begin() as conn:
        assert dispatches.finish(conn, incident_id, 1, "escalated")  # nobody had claimed it in time; its owner was told
        assert dispatches.claim(conn, incident_id, 1, "run-late")
        assert dispatches.finish(conn, incident_id, 1, "escalated")
        assert not dispatches.claim(conn, incident_id, 1, "run-later")


def test_an_airflow_that_refuses_is_tried_again(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    airflow.failing = RuntimeError("no such DAG yet")
    dispatcher.step()
    assert _row(store, incident_id)["state"] == "pending"
    airflow.failing = None
    with store.begin() as conn:
        conn.execute(update(dispatch).values(not_before=now(conn)))
    dispatcher.step()
    assert len(airflow.runs) == 1


def test_two_dispatchers_at_once_make_one_run(store: Store, airflow: FakeAirflow, incident_id: str) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        dispatcher = Dispatcher(store, start=airflow.start, find=airflow.find)
        start.wait()
        dispatcher.step()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(airflow.runs) == 1


def test_a_briefing_that_is_due_in_a_moment_is_looked_at_then(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, incident_id: str
) -> None:
    with store.begin() as conn:
        conn.execute(update(dispatch).values(not_before=shifted(now(conn), seconds=0.5)))
    assert 0.2 <= dispatcher.step() <= 0.5
    assert airflow.runs == {}
    with store.begin() as conn:
        conn.execute(update(dispatch).values(not_before=now(conn)))
    dispatcher.step()
    assert len(airflow.runs) == 1
    assert dispatcher.step() == 2.0


def test_while_posts_pour_in_runs_are_started_a_few_at_a_time(store: Store, airflow: FakeAirflow, catalogue: Any) -> None:
    pouring = [True]
    outboxes = (Briefings(pouring=lambda: pouring[0]),)
    dispatcher = Dispatcher(store, outboxes=outboxes, start=airflow.start, find=airflow.find)
    with store.begin() as conn:
        for number in range(5):
            item = {"title": "Alarm" + "x" * number, "service": "shop-orders", "environment": "lab", "id": number}
            body = json.dumps(item | {"status": "firing"}).encode()
            commit(conn, catalogue, [prepare(body, catalogue.source("generic"), catalogue, received_at=datetime.now(UTC))])
        conn.execute(update(dispatch).values(not_before=now(conn)))
    assert [dispatcher.step() for _ in range(3)] == [0.2, 1.0, 1.0], "it comes back for the others"
    assert len(airflow.runs) == 2
    pouring[0] = False
    dispatcher.step()
    assert len(airflow.runs) == 5
