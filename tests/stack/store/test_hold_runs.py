"""The outbox of holds under the API server's and the tasks' logins: one starts runs, the others claim, and not the reverse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from include.contracts.errors import ReadFailed, Refused
from include.holds.observe import begin, observe
from include.holds.waiting import decided, release, wait
from include.store import hold_runs
from include.store.database import Store
from plugins.console.dispatcher import Dispatcher
from tests.fake_airflow import FakeAirflow
from tests.hold_rows import add_hold, kinds_of, put, run_of
from tests.holds_kit import Kit, make_kit
from tests.plans_kit import proposed
from tests.voting import voted

Login = Callable[[str], Store]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return make_kit(tmp_path / "a kit")


def test_the_api_server_starts_the_run_and_a_task_claims(store: Store, login: Login) -> None:
    hold_id, airflow = add_hold(store), FakeAirflow("gated_change")
    Dispatcher(login("holdpoint_intake"), start=airflow.start, find=airflow.find).step()
    (run_id,) = airflow.runs
    with login("holdpoint_propose").begin() as conn:
        assert hold_runs.claim(conn, hold_id, run_id, actor="gated_change@service")
    assert run_of(store, hold_id) == run_id
    assert kinds_of(store, hold_id) == ["dispatch.named", "dispatch.triggered", "hold.claimed"]


def test_the_tasks_wait_and_judge_and_the_triggerer_only_asks(
    store: Store, login: Login, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in kit.environ.items():
        monkeypatch.setenv(name, value)
    hold, _ = proposed(store, kit)
    airflow = FakeAirflow("gated_change")
    Dispatcher(login("holdpoint_intake"), start=airflow.start, find=airflow.find).step()
    (run,) = airflow.runs
    tasks, triggerer = login("holdpoint_propose"), login("holdpoint_read")
    assert begin(tasks, hold_id=hold.id, run=run) == (1,)
    with pytest.raises(ReadFailed):
        observe(tasks, kit.catalogue, hold_id=hold.id, step=1, run=run, reader=_silent)
    assert wait(tasks, kit.catalogue, hold.id) is not None
    with triggerer.read() as conn:
        assert decided(conn, [hold.id]) == {}
    voted(store, kit, hold.id, "tomas")
    with triggerer.read() as conn:
        assert decided(conn, [hold.id]) == {hold.id: "approved"}
    assert wait(tasks, kit.catalogue, hold.id) is None
    assert release(tasks, kit.catalogue, hold.id).judgement.releasable
    put(store, hold.id, title="Restart everything")
    with pytest.raises(Refused):
        release(tasks, kit.catalogue, hold.id)
    assert kinds_of(store, hold.id)[-1] == "release.refused"


def _silent(*_: Any) -> Any:
    raise ReadFailed("supervisor did not answer in time.", next_step="look at it")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("holdpoint_propose", "UPDATE hold SET run_id = 'mine'"),
        ("holdpoint_vote", "UPDATE hold SET run_id = 'mine'"),
        ("holdpoint_execute", "UPDATE hold SET run_id = 'mine'"),
        ("holdpoint_intake", "UPDATE hold SET state = 'approved'"),
        ("holdpoint_intake", "UPDATE hold SET approve_by = '2099-01-01T00:00:00.000000Z'"),
        ("holdpoint_intake", "INSERT INTO attempt SELECT * FROM attempt"),
    ],
)
def test_nobody_else_says_whose_run_it_is_and_the_dispatcher_says_nothing_more(
    store: Store, login: Login, role: str, statement: str
) -> None:
    add_hold(store)
    assert "permission denied" in _said(login(role), statement)


def _said(member: Store, statement: str) -> Any:
    with pytest.raises(ProgrammingError) as refused, member.begin() as conn:
        conn.exec_driver_sql(statement)
    return str(refused.value.orig)
