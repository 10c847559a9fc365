"""The one way in which a hold changes its state: along the table of `states.py`, by compare-and-swap, with its ledger entry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from include.contracts.hold import Hold, HoldState
from include.holds.states import WAITING, require_legal
from include.store import holds
from include.telemetry.spans import ended
from include.telemetry.stages import HOLD_ENDED


def move(conn: Connection, hold: Hold, to: HoldState, *, actor: str, **more: Any) -> Hold:
    """Move a hold that was just read, inside a write transaction that has locked the ledger.

    :param more: `superseded_by`, `run`, `because`, as `include.store.holds.swap` takes them
    :raises Conflict: the table has no such transition, or somebody moved the hold since it was read
    """
    require_legal(hold.id, hold.state, to)
    moved = holds.swap(conn, hold, to, actor=actor, **more)
    if hold.state in WAITING and to not in WAITING:
        ended(HOLD_ENDED, begun=hold.proposed_at, hold=hold.id, state=to.value)
    return moved
