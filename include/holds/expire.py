"""Holds whose clock has run out become `expired`. Nothing rests on it: every judgement looks at the clocks itself."""

from __future__ import annotations

from include.contracts.hold import HoldState
from include.holds.move import move
from include.store import holds, ledger
from include.store.database import Store, now
from include.store.times import to_text

ACTOR = "reconcile@service"
_CLOCKS = {HoldState.PROPOSED: "approve_by", HoldState.APPROVED: "execute_by"}


def due(store: Store) -> list[str]:
    """Holds that are over: not approved in time, or approved and not executed in time; a thousand at most."""
    with store.read() as conn:
        return [str(row["id"]) for row in holds.overdue(conn, now(conn))]


def expire(store: Store, hold_id: str) -> bool:
    """Write down that a hold's clock has run out; False where it has not, or where the hold waits no more."""
    with store.begin() as conn:
        ledger.lock(conn)
        hold = holds.get(conn, hold_id)
        clock = _CLOCKS.get(hold.state)
        if clock is None or now(conn) < to_text(getattr(hold, clock)):
            return False
        move(conn, hold, HoldState.EXPIRED, actor=ACTOR, because={"clock": clock})
    return True
