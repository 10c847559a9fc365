"""The run claims its hold and reads its targets again: what it may, once for each step, and what fails is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, Conflict, Denied, HoldpointError, NotFound, ReadFailed, Refused
from include.contracts.hold import HoldState
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.holds.observe import PRINCIPAL, begin, observe
from include.store import hold_runs, holds, observations
from include.store.database import Store
from tests.hold_rows import add_hold, kinds_of, put
from tests.holds_kit import Kit
from tests.plans_kit import proposed, request, step

pytestmark = pytest.mark.both_databases
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CANARY = "canary-4711"


@pytest.fixture
def hold_id(store: Store, kit: Kit) -> str:
    """A hold of two steps, claimed by the run `run_of(…)` names."""
    hold, _ = proposed(store, kit, request(step(), step("shop-payments")))
    begin(store, hold_id=hold.id, run=named(store, hold.id))
    return hold.id


def named(store: Store, hold_id: str) -> str:
    with store.begin() as conn:
        return str(hold_runs.name_run(conn, hold_id, actor="dispatcher@service"))


def run_of(store: Store, hold_id: str) -> str:
    with store.read() as conn:
        return str(holds.get(conn, hold_id).run_id)


class Supervisor:
    """Answers with the processes it is given; `asked` is who asked with what."""

    def __init__(self, *processes: str, description: str = "") -> None:
        self.processes, self.description, self.failing = processes, description, None
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, contract: Any, query: Any, principal: str) -> Any:
        self.asked.append((contract.name, query.service, principal))
        if self.failing:
            raise self.failing
        rows = [
            Process(name=name, state="FATAL", pid=0, since=AT, exit_status=1, description=self.description)
            for name in self.processes
        ]
        return ServiceStatus(processes=tuple(rows), observed_at=AT)


def look(store: Store, catalogue: Catalogue, hold_id: str, number: int, reader: Any, **fields: Any) -> Any:
    said = {"hold_id": hold_id, "step": number, "run": run_of(store, hold_id), "reader": reader} | fields
    return observe(store, catalogue, **said)


def kept(store: Store, hold_id: str) -> Any:
    with store.read() as conn:
        return observations.latest(conn, hold_id)


def test_each_step_is_read_as_the_workflow_and_kept(store: Store, kit: Kit, hold_id: str) -> None:
    reader = Supervisor("shop-orders", "shop-payments")
    for number in (1, 2):
        look(store, kit.catalogue, hold_id, number, reader)
    assert reader.asked == [("get_service_status", name, PRINCIPAL) for name in ("shop-orders", "shop-payments")]
    assert [(row.step, row.observed_by, row.problem, row.fields["state"]) for row in kept(store, hold_id)] == [
        (1, PRINCIPAL, None, "FATAL"),
        (2, PRINCIPAL, None, "FATAL"),
    ]
    assert kinds_of(store, hold_id)[-2:] == ["tool.called"] * 2


def test_a_read_that_failed_is_told_and_one_that_is_cleared_replaces_it(store: Store, kit: Kit, hold_id: str) -> None:
    reader = Supervisor("shop-orders")
    reader.failing = ReadFailed("supervisor did not answer in time.", next_step="look at it")
    with pytest.raises(ReadFailed):
        look(store, kit.catalogue, hold_id, 1, reader)
    (row,) = kept(store, hold_id)
    assert (row.fields, row.problem) == ({}, "read_failed: supervisor did not answer in time.")
    assert kinds_of(store, hold_id)[-1] == "tool.failed"
    reader.failing = None
    look(store, kit.catalogue, hold_id, 1, reader)
    (row,) = kept(store, hold_id)
    assert row.problem is None


def test_an_answer_about_another_process_is_a_problem_and_no_observation(store: Store, kit: Kit, hold_id: str) -> None:
    with pytest.raises(BadInput):
        look(store, kit.catalogue, hold_id, 1, Supervisor("shop-payments"))
    (row,) = kept(store, hold_id)
    assert not row.fields
    assert row.problem


def test_h02_without_a_grant_nothing_is_asked(store: Store, kit: Kit, hold_id: str) -> None:
    from dataclasses import replace

    without = [grant for grant in kit.catalogue.grants if PRINCIPAL not in grant.principals]
    catalogue = replace(kit.catalogue, tables={**kit.catalogue.tables, "grants": tuple(without)})
    reader = Supervisor("shop-orders")
    with pytest.raises(Denied):
        look(store, catalogue, hold_id, 1, reader)
    assert reader.asked == []
    assert kept(store, hold_id)[0].problem.startswith("denied: ")


def test_h12_the_ledger_does_not_repeat_what_was_read(store: Store, kit: Kit, hold_id: str) -> None:
    from include.store import ledger

    look(store, kit.catalogue, hold_id, 1, Supervisor("shop-orders", description=CANARY))
    with store.read() as conn:
        assert CANARY not in str(list(ledger.entries(conn, subject=hold_id)))


# -- Whose hold it is --------------------------------------------------------------------------------------------------


def test_the_run_that_was_started_for_it_claims_it_and_may_ask_again(store: Store, kit: Kit) -> None:
    hold, plan = proposed(store, kit)
    run = named(store, hold.id)
    assert begin(store, hold_id=hold.id, run=run) == tuple(range(1, len(plan.steps) + 1))
    assert begin(store, hold_id=hold.id, run=run)
    assert kinds_of(store, hold.id).count("hold.claimed") == 1


@pytest.mark.parametrize("run", ["", "manual__2026-11-20", "x" * 250])
def test_another_run_has_no_part_in_it(store: Store, kit: Kit, hold_id: str, run: str) -> None:
    with pytest.raises(Conflict):
        begin(store, hold_id=hold_id, run=run)
    with pytest.raises(Conflict):
        look(store, kit.catalogue, hold_id, 1, Supervisor("shop-orders"), run=run)
    assert kept(store, hold_id) == []


def test_what_no_run_was_started_for_is_claimed_by_none(store: Store, kit: Kit) -> None:
    hold, _ = proposed(store, kit)
    with pytest.raises(Conflict):
        begin(store, hold_id=hold.id, run="None")


@pytest.mark.parametrize("nonsense", ["", "hold_" + "0" * 26, "' OR 1=1 --", "\u202e"])
def test_what_is_no_hold_is_not_found(store: Store, kit: Kit, nonsense: str) -> None:
    with pytest.raises(NotFound):
        begin(store, hold_id=nonsense, run="run")


def test_a_hold_that_waits_for_nobody_has_nothing_to_observe(store: Store, kit: Kit, hold_id: str) -> None:
    put(store, hold_id, state=HoldState.REJECTED.value)
    assert begin(store, hold_id=hold_id, run=run_of(store, hold_id)) == ()


def test_h03_a_plan_that_was_changed_is_not_read_for(store: Store) -> None:
    hold_id = add_hold(store)  # no plan stands behind it
    run = named(store, hold_id)
    with pytest.raises(Refused) as refused:
        begin(store, hold_id=hold_id, run=run)
    assert refused.value.rule == "plan_intact"


@pytest.mark.parametrize("number", [-1, 0, 3, 50])
def test_a_step_that_is_not_there(store: Store, kit: Kit, hold_id: str, number: int) -> None:
    with pytest.raises(HoldpointError):
        look(store, kit.catalogue, hold_id, number, Supervisor("shop-orders"))
