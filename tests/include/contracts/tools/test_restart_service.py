"""What a restart touches, what must still be so, how it is taken back and how one sees that it worked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from include.contracts.errors import BadInput
from include.contracts.tools import TOOLS
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.contracts.tools.restart_service import CONTRACT, ProcessGuard, Restart

SINCE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ORDERS = Restart(process="shop-orders")
STATES = ("RUNNING", "STARTING", "STOPPING", "BACKOFF", "STOPPED", "EXITED", "FATAL", "UNKNOWN")


def guard(state: str = "RUNNING", pid: int = 4217, since: datetime | None = SINCE) -> ProcessGuard:
    return ProcessGuard(state=state, pid=pid, since=since)


def test_the_target_is_a_process_of_the_service(catalogue: Any) -> None:
    assert CONTRACT.target(ORDERS, catalogue.service("shop-orders")) == "supervisor:shop-orders"


@pytest.mark.parametrize("process", ["shop-payments", "shop-order", "shop-orders2", "all"])
def test_h03_no_other_process_is_touched(catalogue: Any, process: str) -> None:
    with pytest.raises(BadInput, match=f"'{process}' is not a process of shop-orders"):
        CONTRACT.target(Restart(process=process), catalogue.service("shop-orders"))


@pytest.mark.parametrize("supervisor", [None, {}, {"processes": "shop-orders"}, {"processes": [1]}])
def test_a_service_of_which_the_catalogue_knows_no_process_has_no_target(catalogue: Any, supervisor: Any) -> None:
    systems = {} if supervisor is None else {"supervisor": supervisor}
    service = catalogue.service("shop-orders").model_copy(update={"systems": systems})
    with pytest.raises(BadInput, match="none"):
        CONTRACT.target(ORDERS, service)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"process": ""},
        {"process": "shop-orders\n"},
        {"process": "shop-orders\u202e"},
        {"process": "shop:*"},
        {"process": "x" * 64},
        {"process": ["shop-orders"]},
        {"process": "shop-orders", "signal": "KILL"},
    ],
)
def test_parameters_that_are_none_are_refused(params: Any) -> None:
    with pytest.raises(ValidationError):
        CONTRACT.input_model.model_validate_json(json.dumps(params))


def test_the_guard_is_the_process_as_its_supervisor_tells_of_it() -> None:
    others = [Process(name=name, state="FATAL", pid=0, since=None, exit_status=78, description="") for name in ("a", "b")]
    own = Process(name="shop-orders", state="RUNNING", pid=4217, since=SINCE, exit_status=None, description="up")
    status = ServiceStatus(processes=(others[0], own, others[1]), observed_at=SINCE)
    assert CONTRACT.observe(ORDERS, status) == guard()
    with pytest.raises(BadInput, match="does not tell of"):
        CONTRACT.observe(Restart(process="c"), status)


def test_the_guard_has_one_spelling_of_a_time() -> None:
    told = ProcessGuard.model_validate_json('{"state": "RUNNING", "pid": 1, "since": "2026-11-20T10:00:00+01:00"}')
    assert told.to_json()["since"] == "2026-11-20T09:00:00Z"


@pytest.mark.parametrize("pid", ["4217", "4217.0", "1e3", "true", "-1", "null"])
def test_a_process_id_is_a_whole_number(pid: str) -> None:
    with pytest.raises(ValidationError):
        ProcessGuard.model_validate_json(f'{{"state": "RUNNING", "pid": "{pid}", "since": null}}')


@pytest.mark.parametrize(
    ("state", "action"),
    [("RUNNING", "start"), ("STARTING", "start"), ("BACKOFF", "start"), ("STOPPED", "stop"), ("STOPPING", "stop")],
)
def test_h08_undo_goes_back_to_what_was_there(state: str, action: str) -> None:
    undo = CONTRACT.undo(ORDERS, guard(state))
    assert (undo.action, undo.params) == (action, {"process": "shop-orders"})


@pytest.mark.parametrize("state", ["EXITED", "FATAL", "UNKNOWN"])
def test_h08_where_there_is_nothing_to_go_back_to_it_says_so(state: str) -> None:
    undo = CONTRACT.undo(ORDERS, guard(state))
    assert undo.action is None
    assert state in undo.says


def test_what_an_earlier_step_started_is_started_again() -> None:
    assert CONTRACT.undo(ORDERS, None).action == "start"


def test_h07_three_things_are_expected_of_a_process_that_ran() -> None:
    expected = CONTRACT.expect(ORDERS, guard())
    assert [(e.field, e.op, e.value) for e in expected] == [
        ("state", "eq", "RUNNING"),
        ("pid", "ne", 4217),
        ("since", "gt", "2026-11-20T09:00:00Z"),
    ]
    assert all(e.tool == CONTRACT.read_back and e.field in CONTRACT.guard_model.model_fields for e in expected)


def test_of_what_is_not_known_nothing_is_expected() -> None:
    assert [e.field for e in CONTRACT.expect(ORDERS, guard("STOPPED", 0, None))] == ["state", "pid"]
    assert [e.field for e in CONTRACT.expect(ORDERS, None)] == ["state"]


@pytest.mark.parametrize("state", STATES)
def test_callouts_say_what_is_lost_and_whether_it_helps(catalogue: Any, state: str) -> None:
    ids = [callout.id for callout in CONTRACT.call_out(ORDERS, guard(state), catalogue.service("shop-orders"))]
    assert ids[0] == "in-flight"
    assert ("runs-already" in ids) == (state == "RUNNING")
    assert ("between-states" in ids) == (state in {"STARTING", "STOPPING", "BACKOFF"})


def test_h05_it_claims_no_more_than_supervisor_can() -> None:
    assert (CONTRACT.concurrency, CONTRACT.idempotency, CONTRACT.retry.attempts) == ("none", "none", 1)
    assert CONTRACT.conn_id is None
    assert CONTRACT.read_back in TOOLS
