"""What a wait finds, by the store's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event

from include.contracts.errors import NotFound, Refused
from include.contracts.hold import HoldState
from include.contracts.plan import Window
from include.holds.waiting import decided, look, owners, release, wait
from include.store import ledger
from include.store.database import Store
from include.store.tables.hold import hold_service
from tests.hold_rows import add_hold, put
from tests.holds_kit import Kit, store_time
from tests.plans_kit import proposed, request
from tests.voting import voted

pytestmark = pytest.mark.both_databases
NOBODY = "hold_" + "0" * 26


@pytest.fixture
def kit(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """Where a task finds whom to believe."""
    for name, value in kit.environ.items():
        monkeypatch.setenv(name, value)
    return kit


def refusal(store: Store, catalogue: Any, hold_id: str) -> Refused:
    with pytest.raises(Refused) as refused, store.read() as conn:
        look(conn, catalogue, hold_id)
    return refused.value


def test_a_proposed_hold_waits_until_its_clock(store: Store, catalogue: Any) -> None:
    hold_id = add_hold(store, approve_in_s=600)
    with store.read() as conn:
        found = look(conn, catalogue, hold_id)
    assert not found.approved
    assert timedelta(seconds=590) < found.left <= timedelta(seconds=600)


def test_an_approved_hold_is_said_to_be_approved_also_after_the_time_to_approve(store: Store, catalogue: Any) -> None:
    hold_id = add_hold(store, state=HoldState.APPROVED)
    put(store, hold_id, approve_by=-60)
    with store.read() as conn:
        assert look(conn, catalogue, hold_id).approved


def test_h10_after_its_clock_the_wait_is_over_and_names_whom_to_tell(store: Store, catalogue: Any) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, approve_by=-1)
    late = refusal(store, catalogue, hold_id)
    assert late.rule == "approve_by"
    assert f"escalate to {catalogue.service('shop-orders').owner}" in str(late)
    assert hold_id in str(late)


@pytest.mark.parametrize("state", [state for state in HoldState if state.value not in ("proposed", "approved")])
def test_every_other_state_ends_the_wait_and_says_which_and_what_next(store: Store, catalogue: Any, state: HoldState) -> None:
    hold_id = add_hold(store, state=state)
    over = refusal(store, catalogue, hold_id)
    assert over.rule == "state"
    assert over.next_step
    assert state is HoldState.EXPIRED or state.value in over.message


def test_a_superseded_hold_names_its_successor(store: Store, catalogue: Any) -> None:
    successor = add_hold(store)
    hold_id = add_hold(store, state=HoldState.SUPERSEDED, superseded_by=successor)
    assert successor in str(refusal(store, catalogue, hold_id))


@pytest.mark.parametrize("nonsense", [NOBODY, "", "hold", "' OR 1=1 --", "\u202e", "x" * 10_000])
def test_what_is_no_hold_is_not_found(store: Store, catalogue: Any, nonsense: str) -> None:
    add_hold(store)
    with pytest.raises(NotFound), store.read() as conn:
        look(conn, catalogue, nonsense)


def test_the_shared_question_is_one_and_answers_for_those_that_are_decided(store: Store) -> None:
    waiting, late, missing = add_hold(store), add_hold(store), NOBODY
    by_state = {state: add_hold(store, state=state) for state in HoldState if state is not HoldState.PROPOSED}
    put(store, late, approve_by=-1)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with store.read() as conn:
        found = decided(conn, [waiting, late, missing, *by_state.values()])
    assert found == {late: "late", missing: "missing", **{hold_id: state.value for state, hold_id in by_state.items()}}
    assert sum("FROM hold" in statement for statement in asked) == 1


def test_a_state_that_nobody_knows_ends_the_wait_rather_than_lasting_for_ever(store: Store) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, state="nonsense")
    with store.read() as conn:
        assert decided(conn, [hold_id]) == {hold_id: "nonsense"}


def test_h13_whom_to_tell_is_never_nobody(store: Store, catalogue: Any) -> None:
    hold_id = add_hold(store)
    with store.begin() as conn:
        conn.execute(delete(hold_service))
        assert owners(conn, catalogue, hold_id) == ("maya",)


# -- Approved, and released --------------------------------------------------------------------------------------------


def test_h03_what_people_signed_is_approved_and_released(store: Store, kit: Kit) -> None:
    hold, _ = proposed(store, kit)
    assert wait(store, kit.catalogue, hold.id) is not None
    voted(store, kit, hold.id, "tomas")
    assert wait(store, kit.catalogue, hold.id) is None
    found = release(store, kit.catalogue, hold.id)
    assert found.judgement.releasable
    assert found.judgement.approvals == ("tomas",)
    assert found.opens is None
    assert wait(store, kit.catalogue, hold.id) is None, "it may be asked twice"


def _refused(store: Store, catalogue: Any, hold_id: str, rule: str) -> None:
    for ask in (wait, release):
        with pytest.raises(Refused) as refused:
            ask(store, catalogue, hold_id)
        assert refused.value.rule == rule
        assert rule in str(refused.value)
    with store.read() as conn:
        (*_, entry) = ledger.entries(conn, subject=hold_id)
    assert (entry.kind, entry.payload["rule"]) == ("release.refused", rule)


def test_h03_a_row_that_says_approved_without_votes_is_refused_by_its_rule(store: Store, kit: Kit) -> None:
    hold, _ = proposed(store, kit)
    put(store, hold.id, state=HoldState.APPROVED.value)
    _refused(store, kit.catalogue, hold.id, "complete_record")


def test_h03_a_row_that_says_approved_over_no_plan_is_refused(store: Store, kit: Kit) -> None:
    _refused(store, kit.catalogue, add_hold(store, state=HoldState.APPROVED), "plan_intact")


def test_h03_the_approver_lost_the_role_since(store: Store, kit: Kit) -> None:
    hold, _ = proposed(store, kit)
    voted(store, kit, hold.id, "tomas")
    kit.edit_people(lambda rows: rows["tomas"].update(roles=[]))
    _refused(store, kit.catalogue, hold.id, "role")


def _in_a_window(store: Store, kit: Kit, start_s: float, end_s: float) -> str:
    at = store_time(store)
    window = Window(start=at + timedelta(seconds=start_s), end=at + timedelta(seconds=end_s))
    hold, _ = proposed(store, kit, request(window=window))
    voted(store, kit, hold.id, "tomas")
    return hold.id


def test_before_its_window_it_is_approved_and_released_once_the_window_opens(store: Store, kit: Kit) -> None:
    hold_id = _in_a_window(store, kit, 600, 1_200)
    assert wait(store, kit.catalogue, hold_id) is None
    found = release(store, kit.catalogue, hold_id)
    assert not found.judgement.releasable
    assert found.opens is not None
    assert timedelta(seconds=580) < found.opens - store_time(store) <= timedelta(seconds=600)


def test_a_refusal_beside_the_window_is_not_waited_for(store: Store, kit: Kit) -> None:
    hold_id = _in_a_window(store, kit, 600, 1_200)
    put(store, hold_id, title="Restart everything")
    _refused(store, kit.catalogue, hold_id, "plan_intact")


def test_in_a_freeze_it_is_approved_and_not_released(store: Store, kit: Kit) -> None:
    hold, _ = proposed(store, kit)
    voted(store, kit, hold.id, "tomas")
    at = store_time(store)
    here = {"environments": ("lab",), "start": at - timedelta(minutes=1), "end": at + timedelta(minutes=1)}
    freeze = kit.catalogue.freezes[0].model_copy(update=here)
    frozen = replace(kit.catalogue, tables={**kit.catalogue.tables, "freezes": (freeze,)})
    assert wait(store, frozen, hold.id) is None
    with pytest.raises(Refused) as refused:
        release(store, frozen, hold.id)
    assert refused.value.rule == "freeze"
