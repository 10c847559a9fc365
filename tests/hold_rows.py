"""Rows of holds for tests of what waits on them: no plan stands behind them that anybody could decide on, and no vote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from include.contracts.hold import Hold, HoldState
from include.contracts.plan import ReleaseMode, Risk
from include.store import holds, ledger, plans
from include.store.database import Store, new_id, now
from include.store.tables.hold import hold
from include.store.times import from_text, shifted


def add_hold(store: Store, *, approve_in_s: float = 3_600, execute_in_s: float = 7_200, **fields: Any) -> str:
    """A waiting hold in mode `sensor` that touches shop-orders; its id."""
    hold_id, plan_id = new_id("hold"), new_id("plan")
    with store.begin() as conn:
        at = from_text(now(conn))
        plans.add(conn, plan_id, digest(plan_id), "{}")
        row: dict[str, Any] = {
            "id": hold_id,
            "plan_id": plan_id,
            "plan_digest": digest(plan_id),
            "environment": "lab",
            "state": HoldState.PROPOSED,
            "revision": 0,
            "title": "Restart orders",
            "risk": Risk.LOW,
            "release_mode": ReleaseMode.SENSOR,
            "proposed_at": at,
            "approve_by": at + timedelta(seconds=approve_in_s),
            "execute_by": at + timedelta(seconds=execute_in_s),
            "supersedes": None,
            "superseded_by": None,
            "run_id": None,
        }
        holds.add(conn, Hold(**row | fields), ["shop-orders"])
    return hold_id


def digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def put(store: Store, hold_id: str, **fields: Any) -> None:
    """Write columns of a hold's row as a hand in the database would; a number of seconds from now stands for a time."""
    with store.begin() as conn:
        at = now(conn)
        values = {name: shifted(at, seconds=value) if name.endswith("_by") else value for name, value in fields.items()}
        conn.execute(update(hold).where(hold.c.id == hold_id).values(**values))


def kinds_of(store: Store, hold_id: str) -> list[str]:
    """The kinds of its ledger entries, in order."""
    with store.read() as conn:
        return [entry.kind for entry in ledger.entries(conn, subject=hold_id)]


def run_of(store: Store, hold_id: str) -> str | None:
    """The id of the run written down for it."""
    with store.read() as conn:
        return holds.get(conn, hold_id).run_id
