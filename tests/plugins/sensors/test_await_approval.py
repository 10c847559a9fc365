"""The sensor believes nothing that Airflow tells it: neither its trigger's event nor its own earlier success."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    TaskDeferred,
)

from include.contracts.hold import HoldState
from include.contracts.statement import Decision
from include.store.database import Store
from plugins.sensors.await_approval import AwaitApprovalSensor
from tests.hold_rows import put
from tests.holds_kit import Kit, make_kit
from tests.plans_kit import proposed
from tests.voting import voted

FAIL = "__fail__"  # how Airflow resumes a task whose trigger failed or took too long


@pytest.fixture
def kit(tmp_path: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> Kit:
    made = make_kit(tmp_path / "a kit")
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    return made


@pytest.fixture
def hold_id(store: Store, kit: Kit) -> str:
    return proposed(store, kit)[0].id


def sensor(hold: Any, **fields: Any) -> AwaitApprovalSensor:
    return AwaitApprovalSensor(task_id="await_approval", hold=hold, **fields)


def deferred(hold: Any) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        sensor(hold).execute({})
    return caught.value


def failed(call: Any, kind: type[Exception] = AirflowFailException) -> str:
    with pytest.raises(AirflowException) as caught:
        call()
    assert type(caught.value) is kind, caught.value
    return str(caught.value)


def test_while_it_is_proposed_it_waits_with_a_trigger_that_holds_the_id_alone(hold_id: str) -> None:
    waits = deferred(hold_id)
    assert waits.method_name == "execute_complete"
    assert waits.trigger.serialize() == ("plugins.triggers.approval.ApprovalTrigger", {"hold": hold_id})
    assert not waits.kwargs
    # The trigger ends it at the plan's clock; where no triggerer lives, Airflow does, a little later.
    assert timedelta(minutes=5) < waits.timeout <= timedelta(days=30, minutes=5)


def test_approved_it_returns_the_id(store: Store, kit: Kit, hold_id: str) -> None:
    voted(store, kit, hold_id, "tomas")
    assert sensor(hold_id).execute({}) == hold_id


@pytest.mark.parametrize("event", [None, {}, {"hold": "x", "found": "approved"}, "approved", {"approved": True}])
def test_h03_an_event_approves_nothing(hold_id: str, event: Any) -> None:
    with pytest.raises(TaskDeferred):
        sensor(hold_id).execute_complete({}, event)


def test_an_event_that_comes_twice_is_harmless(store: Store, kit: Kit, hold_id: str) -> None:
    voted(store, kit, hold_id, "tomas")
    task = sensor(hold_id)
    assert [task.execute_complete({}, {"hold": hold_id, "found": "approved"}) for _ in range(2)] == [hold_id] * 2


def test_h03_a_row_that_says_approved_is_red_and_names_the_rule(store: Store, hold_id: str) -> None:
    put(store, hold_id, state=HoldState.APPROVED.value)
    assert "complete_record" in failed(lambda: sensor(hold_id).execute_complete({}, {"found": "approved"}))


def test_cleared_after_its_success_it_looks_again(store: Store, kit: Kit, hold_id: str) -> None:
    voted(store, kit, hold_id, "tomas")
    assert sensor(hold_id).execute({}) == hold_id
    kit.edit_people(lambda rows: rows["tomas"].update(roles=[]))
    assert "role" in failed(lambda: sensor(hold_id).execute({}))


def test_rejected_it_fails_for_good(store: Store, kit: Kit, hold_id: str) -> None:
    voted(store, kit, hold_id, "tomas", Decision.REJECT)
    said = failed(lambda: sensor(hold_id).execute_complete({}, {}))
    assert hold_id in said
    assert "rejected" in said
    assert "sale" not in said, "why stands in the store (H12)"


def test_h10_at_the_clock_it_fails_for_good_and_names_whom_to_tell(store: Store, kit: Kit, hold_id: str) -> None:
    put(store, hold_id, approve_by=-1)
    said = failed(lambda: sensor(hold_id).execute_complete({}, {"found": "late"}))
    assert f"escalate to {kit.catalogue.service('shop-orders').owner}" in said


@pytest.mark.parametrize("error", ["Trigger timeout", "Trigger failure"])
def test_a_trigger_that_was_lost_is_no_answer_the_record_is(store: Store, kit: Kit, hold_id: str, error: str) -> None:
    resume = {"next_method": FAIL, "next_kwargs": {"error": error}, "context": {}}
    said = failed(lambda: sensor(hold_id).resume_execution(**resume), AirflowException)  # may be retried
    assert "still waits" in said
    voted(store, kit, hold_id, "tomas")
    assert sensor(hold_id).resume_execution(**resume) == hold_id
    put(store, hold_id, state=HoldState.REVOKED.value)
    assert "revoked" in failed(lambda: sensor(hold_id).resume_execution(**resume))


@pytest.mark.parametrize("nothing", [None, "", []])
def test_without_a_hold_it_is_skipped(kit: Kit, nothing: Any) -> None:
    failed(lambda: sensor(nothing).execute({}), AirflowSkipException)


@pytest.mark.parametrize("nonsense", ["hold_" + "0" * 26, "' OR 1=1 --", 7, {"hold": "x"}, ["a", "b"], "\u202e", "x" * 10_000])
def test_what_is_no_hold_fails_for_good(kit: Kit, nonsense: Any) -> None:
    assert failed(lambda: sensor(nonsense).execute({})).startswith("not_found")


def test_its_arguments_have_names_and_the_hold_may_come_from_an_upstream_task() -> None:
    with pytest.raises(TypeError):
        AwaitApprovalSensor("hold_x", task_id="t")  # type: ignore[misc]
    assert AwaitApprovalSensor.template_fields == ("hold",)


def test_it_has_nothing_to_kill() -> None:
    assert "on_kill" not in vars(AwaitApprovalSensor)
