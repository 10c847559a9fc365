"""The one way in which a hold changes its state: along the table of `states.py`, by compare-and-swap, with its ledger entry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from include.contracts.hold import Hold, HoldState
from include.holds.states import require_legal
from include.store import holds


def move(conn: Connection, hold: Hold, to: HoldState, *, actor: str, **more: Any) -> Hold:
    """Move a hold that was just read, inside a write transaction that has locked the ledger.

    :param more: `superseded_by`, `run`, `because`, as `include.store.holds.swap` takes them
    :raises Conflict: the table has no such transition, or somebody moved the hold since it was read
    """
    require_legal(hold.id, hold.state, to)
    return holds.swap(conn, hold, to, actor=actor, **more)
