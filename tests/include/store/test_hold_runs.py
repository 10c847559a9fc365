"""Which holds need a run, and whose run it is, when several want it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from include.contracts.hold import HoldState
from include.contracts.plan import ReleaseMode
from include.store import hold_runs
from include.store.database import Store
from tests.hold_rows import add_hold, kinds_of, put, run_of
from tests.overlap import at_once, overlap, servers

pytestmark = pytest.mark.both_databases
BY = "dispatcher@service"
RUN_BY = "gated_change@service"


def due(store: Store) -> list[str]:
    with store.read() as conn:
        return [row["id"] for row in hold_runs.due(conn, 50)]


def late(store: Store, seconds: float) -> list[str]:
    with store.read() as conn:
        return [row["id"] for row in hold_runs.unclaimed(conn, seconds)]


def named(store: Store, hold_id: str) -> str:
    with store.begin() as conn:
        return str(hold_runs.name_run(conn, hold_id, actor=BY))


@pytest.mark.parametrize(
    ("mode", "state", "needs"),
    [
        (ReleaseMode.SENSOR, HoldState.PROPOSED, True),
        (ReleaseMode.SENSOR, HoldState.APPROVED, True),
        (ReleaseMode.ON_APPROVAL, HoldState.PROPOSED, False),
        (ReleaseMode.ON_APPROVAL, HoldState.APPROVED, True),
        *((mode, state, False) for mode in ReleaseMode for state in HoldState if state.value not in ("proposed", "approved")),
    ],
)
def test_a_run_is_needed_while_waited_for_or_once_approved(store: Store, mode: Any, state: Any, needs: bool) -> None:
    hold_id = add_hold(store, release_mode=mode, state=state)
    assert due(store) == ([hold_id] if needs else [])


def test_no_run_is_needed_after_its_clock(store: Store) -> None:
    proposed, approved = add_hold(store), add_hold(store, state=HoldState.APPROVED)
    put(store, proposed, approve_by=-1)
    assert due(store) == [approved], "the time to approve binds nobody who has approved"
    put(store, approved, execute_by=-1)
    assert due(store) == []


def test_two_dispatchers_that_write_down_at_once_one_gets_an_id(store: Store) -> None:
    hold_id = add_hold(store)
    write = partial(hold_runs.name_run, hold_id=hold_id, actor=BY)
    first, second = overlap(store, write, write)
    assert (first is not None, second) == (True, None)
    assert run_of(store, hold_id) == first
    assert kinds_of(store, hold_id) == ["dispatch.named"]


def test_a_run_that_needs_none_any_more_gets_no_id(store: Store) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, state="rejected")
    with store.begin() as conn:
        assert hold_runs.name_run(conn, hold_id, actor=BY) is None


def test_only_the_run_that_was_written_down_can_claim_and_it_may_ask_again(store: Store) -> None:
    hold_id = add_hold(store)
    run = named(store, hold_id)
    with store.begin() as conn:
        assert not hold_runs.claim(conn, hold_id, "manual__2026-11-20", actor=RUN_BY)
        assert not hold_runs.claim(conn, "hold_" + "0" * 26, run, actor=RUN_BY)
        assert not hold_runs.claimed(conn, hold_id, run)
        assert hold_runs.claim(conn, hold_id, run, actor=RUN_BY)
        assert hold_runs.claim(conn, hold_id, run, actor=RUN_BY)
    assert kinds_of(store, hold_id) == ["dispatch.named", "hold.claimed"]


def test_many_that_claim_at_once_enter_it_once(store: Store) -> None:
    hold_id = add_hold(store)
    run = named(store, hold_id)

    def claim(server: Store) -> bool:
        with server.begin() as conn:
            return hold_runs.claim(conn, hold_id, run, actor=RUN_BY)

    with servers(store, 4) as them:
        assert at_once(*(partial(claim, server) for server in them)) == [True] * 4
    assert kinds_of(store, hold_id).count("hold.claimed") == 1


def test_a_claim_between_the_look_and_the_giving_up_stands(store: Store) -> None:
    hold_id = add_hold(store)
    run = named(store, hold_id)
    claim = partial(hold_runs.claim, hold_id=hold_id, run_id=run, actor=RUN_BY)
    assert overlap(store, claim, partial(hold_runs.give_up, hold_id=hold_id, run_id=run)) == (True, False)
    assert run_of(store, hold_id) == run


def test_who_comes_after_the_giving_up_has_lost_it(store: Store) -> None:
    hold_id = add_hold(store)
    run = named(store, hold_id)
    claim = partial(hold_runs.claim, hold_id=hold_id, run_id=run, actor=RUN_BY)
    assert overlap(store, partial(hold_runs.give_up, hold_id=hold_id, run_id=run), claim) == (True, False)
    again = named(store, hold_id)
    assert again != run
    with store.begin() as conn:
        assert not hold_runs.give_up(conn, hold_id, run), "it is not this id's turn any more"


def test_what_is_written_down_and_not_claimed_is_late_after_its_time_only(store: Store) -> None:
    hold_id = add_hold(store)
    assert late(store, 0) == [], "nothing is written down"
    run = named(store, hold_id)
    assert late(store, 60) == []
    assert late(store, -1) == [hold_id]
    with store.begin() as conn:
        hold_runs.claim(conn, hold_id, run, actor=RUN_BY)
    assert late(store, -1) == []


def test_a_run_id_that_nobody_entered_into_the_ledger_is_late_at_once(store: Store) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, run_id="manual__2026-11-20")
    assert late(store, 3_600) == [hold_id]


def test_a_claim_of_another_hold_or_run_is_none_of_ours(store: Store) -> None:
    hold_id, other = add_hold(store), add_hold(store)
    run, others = named(store, hold_id), named(store, other)
    with store.begin() as conn:
        hold_runs.claim(conn, other, others, actor=RUN_BY)
    put(store, hold_id, run_id=others)  # a hand in the database
    with store.read() as conn:
        assert not hold_runs.claimed(conn, hold_id, others)
    put(store, hold_id, run_id=run)
    assert late(store, -1) == [hold_id]
    with store.begin() as conn:
        hold_runs.claim(conn, hold_id, run, actor=RUN_BY)
    put(store, hold_id, run_id="another")
    assert late(store, -1) == [hold_id], "an earlier run's claim is not this one's"
