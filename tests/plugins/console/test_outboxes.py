"""The outbox of holds, through the same dispatcher as briefings: one run for each hold, whatever crashes or was there before."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from include.contracts.errors import ConfigError
from include.contracts.hold import HoldState
from include.contracts.plan import ReleaseMode
from include.reviewing.asking import ask_by_night
from include.store import hold_runs
from include.store.database import Store
from plugins.console import dispatcher as module
from plugins.console import outboxes
from plugins.console.dispatcher import Dispatcher
from plugins.console.runs import Run
from tests.fake_airflow import FakeAirflow
from tests.hold_rows import add_hold, kinds_of, put, run_of
from tests.preparing import Preparation

pytestmark = pytest.mark.both_databases


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow("gated_change")


@pytest.fixture
def dispatcher(store: Store, airflow: FakeAirflow) -> Dispatcher:
    return Dispatcher(store, start=airflow.start, find=airflow.find)


@pytest.fixture
def aged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written down was so long ago: the ledger's own times cannot be changed."""
    real = hold_runs.unclaimed
    monkeypatch.setattr(hold_runs, "unclaimed", lambda conn, seconds: real(conn, -1))


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `aged`, but only so long ago that the run must exist, not that it must have claimed."""
    real = hold_runs.unclaimed
    monkeypatch.setattr(hold_runs, "unclaimed", lambda c, seconds: real(c, -1 if seconds <= module.LOOK_AGAIN_S else seconds))


def test_a_hold_in_mode_sensor_has_its_run_when_proposed_with_its_id_only(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow
) -> None:
    hold_id = add_hold(store)
    dispatcher.step()
    dispatcher.step()
    ((run_id, run),) = airflow.runs.items()
    assert run.conf == {"hold": hold_id}
    assert run_of(store, hold_id) == run_id
    assert kinds_of(store, hold_id) == ["dispatch.named", "dispatch.triggered"]


def test_a_hold_in_mode_on_approval_has_its_run_once_approved(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow) -> None:
    hold_id = add_hold(store, release_mode=ReleaseMode.ON_APPROVAL)
    dispatcher.step()
    assert airflow.runs == {}
    put(store, hold_id, state=HoldState.APPROVED.value)
    dispatcher.step()
    dispatcher.step()
    assert [run.conf for run in airflow.runs.values()] == [{"hold": hold_id}]


@pytest.mark.usefixtures("looked_for")
def test_killed_between_the_note_and_the_run_the_run_is_made_good_under_the_same_id(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow
) -> None:
    hold_id = add_hold(store)
    with store.begin() as conn:
        run_id = hold_runs.name_run(conn, hold_id, actor="dispatcher@service")  # … and here the process dies
    dispatcher.step()
    assert list(airflow.runs) == [run_id]


def test_too_early_to_tell_a_crash_from_a_colleague_at_work(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow) -> None:
    hold_id = add_hold(store)
    with store.begin() as conn:
        hold_runs.name_run(conn, hold_id, actor="dispatcher@service")
    dispatcher.step()
    assert airflow.runs == {}


@pytest.mark.usefixtures("aged")
def test_killed_right_after_the_run_was_created_there_is_still_one_run(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow
) -> None:
    add_hold(store)
    airflow.dies_after_creating = True
    with pytest.raises(KeyboardInterrupt):
        dispatcher.step()
    airflow.dies_after_creating = False
    for _ in range(3):
        dispatcher.step()
    assert len(airflow.runs) == 1  # it is alive and ours: we wait for it to claim


@pytest.mark.usefixtures("looked_for")
@pytest.mark.parametrize("conf", [{}, {"hold": "hold_" + "0" * 26}, {"hold": "…", "approved": True}])
def test_a_run_that_somebody_created_before_does_not_count(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, conf: dict[str, object]
) -> None:
    hold_id = add_hold(store)
    with store.begin() as conn:
        occupied = str(hold_runs.name_run(conn, hold_id, actor="dispatcher@service"))
    airflow.runs[occupied] = Run("running", conf)
    dispatcher.step()
    dispatcher.step()
    ((fresh, run),) = [item for item in airflow.runs.items() if item[0] != occupied]
    assert run.conf == {"hold": hold_id}
    assert run_of(store, hold_id) == fresh
    assert "dispatch.occupied" in kinds_of(store, hold_id)


def test_a_run_of_that_name_from_elsewhere_does_not_count_either(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow
) -> None:
    """A run that names the hold in its conf, under an id that the store did not give: there is none for the dispatcher."""
    hold_id = add_hold(store)
    airflow.runs["manual__2026-11-20"] = Run("running", {"hold": hold_id})
    dispatcher.step()
    assert len(airflow.runs) == 2


def test_a_run_that_ended_without_claiming_is_replaced(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_id = add_hold(store)
    dispatcher.step()
    (run_id,) = airflow.runs
    airflow.runs[run_id] = Run("success", {"hold": hold_id})  # marked successful by hand
    dispatcher.step()
    assert len(airflow.runs) == 1  # its tasks may claim any moment
    real = hold_runs.unclaimed
    monkeypatch.setattr(hold_runs, "unclaimed", lambda conn, seconds: real(conn, -1))
    dispatcher.step()
    dispatcher.step()
    assert len(airflow.runs) == 2
    assert "dispatch.unclaimed" in kinds_of(store, hold_id)


@pytest.mark.usefixtures("aged")
def test_a_claimed_hold_is_left_alone(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow) -> None:
    hold_id = add_hold(store)
    dispatcher.step()
    (run_id,) = airflow.runs
    with store.begin() as conn:
        assert hold_runs.claim(conn, hold_id, run_id, actor="gated_change@service")
    airflow.runs.clear()  # gone with Airflow's database
    dispatcher.step()
    assert airflow.runs == {}


def test_an_airflow_that_refuses_is_tried_again_under_the_same_id(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_id = add_hold(store)
    airflow.failing = RuntimeError("no such DAG yet")
    dispatcher.step()
    named = run_of(store, hold_id)
    airflow.failing = None
    dispatcher.step()
    assert airflow.runs == {}, "not at once, and again, and again"
    real = hold_runs.unclaimed
    monkeypatch.setattr(hold_runs, "unclaimed", lambda conn, seconds: real(conn, -1))
    dispatcher.step()
    assert list(airflow.runs) == [named]
    assert kinds_of(store, hold_id) == ["dispatch.named", "dispatch.triggered"]


def test_a_run_id_that_a_hand_in_the_database_wrote_does_not_count(
    store: Store, dispatcher: Dispatcher, airflow: FakeAirflow
) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, run_id="theirs")
    airflow.runs["theirs"] = Run("success", {"hold": "hold_" + "0" * 26})
    dispatcher.step()
    dispatcher.step()
    assert run_of(store, hold_id) not in (None, "theirs")


def test_two_dispatchers_at_once_make_one_run(store: Store, airflow: FakeAirflow) -> None:
    add_hold(store)
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


def test_a_broken_row_keeps_nobody_from_their_run(store: Store, dispatcher: Dispatcher, airflow: FakeAirflow) -> None:
    broken, hold_id = add_hold(store), add_hold(store)
    put(store, broken, state="nonsense", release_mode="\u202enoitavorppa")
    dispatcher.step()
    assert [run.conf for run in airflow.runs.values()] == [{"hold": hold_id}]


@pytest.mark.parametrize(("deadline", "patience_s"), [(1, 30), (2, 60), (15, 60)])
def test_pouring_posts_make_no_briefing_miss_its_deadline(
    monkeypatch: pytest.MonkeyPatch, catalogue: Any, deadline: int, patience_s: int
) -> None:
    settings = catalogue.settings.model_copy(update={"brief_deadline_minutes": deadline})
    monkeypatch.setattr(outboxes, "load_catalogue", lambda: replace(catalogue, settings=settings))
    assert outboxes._patience_s() == patience_s


def test_a_broken_catalogue_keeps_no_briefing_from_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ConfigError("broken", next_step="mend it")

    monkeypatch.setattr(outboxes, "load_catalogue", broken)
    assert outboxes._patience_s() == 60


def test_a_change_request_has_a_run_of_its_own_that_is_told_its_id(store: Store, catalogue: Any) -> None:
    """Under the name that the form of `change_request` has for it; under another the run takes itself for an empty form."""
    change_id = Preparation.ask(store, catalogue).change_id
    started: list[tuple[str, Any]] = []
    made = Dispatcher(store, start=lambda dag, run, conf: started.append((dag, dict(conf))) is None, find=lambda *_: None)
    made.step()
    assert started == [("change_request", {"change": change_id, "briefing": 1})]


def test_a_review_has_a_run_of_its_own_that_is_told_its_ids(store: Store) -> None:
    (review_id,) = ask_by_night(store, ["shop-orders"], night="scheduled__1")
    started: list[tuple[str, str, Any]] = []

    def start(dag: str, run: str, conf: Any) -> bool:
        started.append((dag, run, dict(conf)))
        return True

    made = Dispatcher(store, start=start, find=lambda *_: None)
    for _ in range(2):
        made.step()
    ((dag, run, conf),) = started
    assert (dag, conf) == ("script_review", {"repository": "shop-orders", "review": review_id})
    with store.begin() as conn:
        outbox, (item,) = outboxes.Reviews(), outboxes.Reviews().unclaimed(conn, -1)
        assert (item.run_id, item.conf) == (run, conf)
        assert outbox.give_up(conn, item, delay_s=0)
        assert [each.attempt for each in outbox.due(conn, 10)] == [1]
        assert outbox.next_due_s(conn) is None
