"""`reconcile` writes down that a hold's clock has run out; nothing else becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.errors import NotFound
from include.contracts.hold import HoldState
from include.delivery.reconcile import reconcile
from include.holds.expire import due, expire
from include.store.database import Store
from tests.hold_rows import add_hold, put
from tests.overlap import at_once, servers

pytestmark = pytest.mark.both_databases
H = HoldState


def state_of(store: Store, hold_id: str) -> H:
    from include.store import holds

    with store.read() as conn:
        return holds.get(conn, hold_id).state


@pytest.mark.parametrize(
    ("state", "approve_in_s", "execute_in_s", "becomes"),
    [
        (H.PROPOSED, 60, 120, H.PROPOSED),
        (H.PROPOSED, -60, 120, H.EXPIRED),
        (H.APPROVED, -60, 120, H.APPROVED),
        (H.APPROVED, -120, -60, H.EXPIRED),
        (H.EXECUTING, -120, -60, H.EXECUTING),
        (H.REJECTED, -120, -60, H.REJECTED),
        (H.SUPERSEDED, -120, -60, H.SUPERSEDED),
    ],
)
def test_a_hold_expires_by_the_clock_of_its_state(
    store: Store, state: H, approve_in_s: int, execute_in_s: int, becomes: H
) -> None:
    hold_id = add_hold(store, state=state)
    put(store, hold_id, approve_by=approve_in_s, execute_by=execute_in_s)
    changes = becomes is not state
    assert due(store) == ([hold_id] if changes else [])
    assert expire(store, hold_id) is changes
    assert state_of(store, hold_id) is becomes
    assert expire(store, hold_id) is False


def test_what_is_not_there_does_not_expire(store: Store) -> None:
    with pytest.raises(NotFound):
        expire(store, "hold_" + "0" * 26)


def test_a_pass_of_reconcile_counts_them(store: Store, catalogue: Any) -> None:
    late = [add_hold(store) for _ in range(3)]
    waits = add_hold(store)
    for hold_id in late:
        put(store, hold_id, approve_by=-1)
    put(store, late[0], title="")  # a row that cannot be read costs the others nothing
    done = reconcile(store, catalogue, lambda *_: None)
    assert (done.expired, done.failed) == (2, 1)
    assert [state_of(store, hold_id) for hold_id in (*late[1:], waits)] == [H.EXPIRED, H.EXPIRED, H.PROPOSED]
    assert reconcile(store, catalogue, lambda *_: None).expired == 0


def test_two_passes_at_once_expire_a_hold_once(store: Store) -> None:
    hold_id = add_hold(store)
    put(store, hold_id, approve_by=-1)
    with servers(store, 2) as (one, two):
        assert sorted(at_once(lambda: expire(one, hold_id), lambda: expire(two, hold_id))) == [False, True]
