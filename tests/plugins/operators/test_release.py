"""The run's own tasks: whose hold it is, and how its release stands."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException, TaskDeferred

from include.contracts.plan import Window
from include.contracts.statement import Decision
from include.store import hold_runs
from include.store.database import Store
from plugins.operators.read_hold import ReadHoldOperator
from plugins.operators.release import ReleaseOperator
from tests.hold_rows import put
from tests.holds_kit import Kit, make_kit, store_time
from tests.plans_kit import proposed, request
from tests.voting import voted


@pytest.fixture
def kit(tmp_path: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> Kit:
    made = make_kit(tmp_path / "a kit")
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    return made


class Run:
    """What Airflow gives a task of a run: its id, its conf's hold, a place for XComs."""

    def __init__(self, run_id: str, hold: Any) -> None:
        self.pushed: dict[str, Any] = {}
        ti = SimpleNamespace(xcom_push=lambda key, value: self.pushed.update({key: value}))
        self.context = {"dag_run": SimpleNamespace(run_id=run_id), "params": {"hold": hold}, "ti": ti}

    def reads(self) -> list[int]:
        return ReadHoldOperator(task_id="read_hold").execute(self.context)

    def releases(self) -> dict[str, Any]:
        return ReleaseOperator(task_id="release").execute(self.context)


def started(store: Store, kit: Kit, **fields: Any) -> Run:
    """A proposed hold's own run, which has claimed it."""
    hold, _ = proposed(store, kit, request(**fields))
    with store.begin() as conn:
        run = Run(str(hold_runs.name_run(conn, hold.id, actor="dispatcher@service")), hold.id)
    assert run.reads() == [1]
    assert run.pushed == {"hold": hold.id}
    return run


def failed(call: Any, kind: type[Exception]) -> str:
    with pytest.raises(AirflowException) as caught:
        call()
    assert type(caught.value) is kind, caught.value
    return str(caught.value)


def test_what_people_signed_is_released_and_reported_by_its_rules(store: Store, kit: Kit) -> None:
    run = started(store, kit)
    hold = run.pushed["hold"]
    assert "Refused by the rule state" in failed(run.releases, AirflowFailException)
    voted(store, kit, hold, "tomas")
    said = run.releases()
    assert (said["hold"], said["approvals"]) == (hold, 1)
    assert {"plan_intact", "complete_record", "quorum", "window", "freeze", "single_use"} <= set(said["rules"])
    assert run.releases() == said, "it consumes nothing"


def test_a_rejected_hold_is_red(store: Store, kit: Kit) -> None:
    run = started(store, kit)
    voted(store, kit, run.pushed["hold"], "tomas", Decision.REJECT)
    assert "Refused by the rule" in failed(run.releases, AirflowFailException)


def test_before_the_plans_window_it_waits_for_its_opening_and_asks_again(store: Store, kit: Kit) -> None:
    at = store_time(store)
    window = Window(start=at + timedelta(minutes=10), end=at + timedelta(minutes=20))
    run = started(store, kit, window=window)
    voted(store, kit, run.pushed["hold"], "tomas")
    with pytest.raises(TaskDeferred) as deferred:
        run.releases()
    _, kwargs = deferred.value.trigger.serialize()
    assert timedelta() < kwargs["moment"] - window.start <= timedelta(seconds=2)
    put(store, run.pushed["hold"], state="proposed")
    with pytest.raises(AirflowFailException):
        ReleaseOperator(task_id="release").execute_complete(run.context, {"anything": True})


@pytest.mark.parametrize("run_id", ["manual__2026-11-20", "", "x" * 250])
def test_another_run_has_no_part_in_it_and_its_sensor_can_read_that(store: Store, kit: Kit, run_id: str) -> None:
    hold = started(store, kit).pushed["hold"]
    voted(store, kit, hold, "tomas")
    foreign = Run(run_id, hold)
    failed(foreign.reads, AirflowSkipException)
    assert foreign.pushed == {"hold": ""}
    failed(foreign.releases, AirflowSkipException)


@pytest.mark.parametrize("nonsense", [None, "", 7, {"hold": "x"}, "hold_" + "0" * 26, "' OR 1=1 --"])
def test_a_conf_that_names_no_hold(kit: Kit, nonsense: Any) -> None:
    run = Run("run", nonsense)
    assert failed(run.reads, AirflowFailException).startswith("not_found")
    failed(run.releases, AirflowSkipException)
