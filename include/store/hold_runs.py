"""The outbox of holds: which of them needs a run of `gated_change`, and whose run it is.

    no run id ──written down──▶ run id ──the run claims──▶ claimed
        ▲                         │
        └── dead or foreign run ──┘

The hold itself is the outbox's row, committed when it is proposed; the ledger says when its run id was written down
(`dispatch.named`) and that the run has claimed it (`hold.claimed`). A run in Airflow proves nothing: anybody may create one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, or_, select, update

from include.contracts.hold import HoldState
from include.contracts.plan import ReleaseMode
from include.store import ledger
from include.store.database import new_id, now
from include.store.schema import ledger as entries
from include.store.tables.hold import hold
from include.store.times import shifted

NAMED = "dispatch.named"
CLAIMED = "hold.claimed"


def due(conn: Connection, limit: int) -> Sequence[RowMapping]:
    """Holds that need a run and have no id for one, oldest first."""
    found = select(hold.c.id).where(hold.c.run_id.is_(None), _needs_run(now(conn)))
    return conn.execute(found.order_by(hold.c.proposed_at).limit(limit)).mappings().all()


def name_run(conn: Connection, hold_id: str, *, actor: str) -> str | None:
    """Write down the id of the hold's run *before* creating it, so that a crash in between is seen.

    It ends in random characters, so that nobody can occupy it beforehand. None when another process was faster, or the hold
    needs no run any more.
    """
    ledger.lock(conn)
    run_id = f"{hold_id}.{new_id('run')}"
    free = and_(hold.c.id == hold_id, hold.c.run_id.is_(None), _needs_run(now(conn)))
    if conn.execute(update(hold).where(free).values(run_id=run_id)).rowcount != 1:
        return None
    ledger.append(conn, actor=actor, kind=NAMED, subject=hold_id, run=run_id)
    return run_id


def unclaimed(conn: Connection, seconds: float) -> Sequence[RowMapping]:
    """Holds whose run id was written down longer than `seconds` ago, or nobody knows when, and whose run has not claimed them."""
    at = now(conn)
    recent = _entry(NAMED, entries.c.at > shifted(at, seconds=-seconds))
    late = select(hold.c.id, hold.c.run_id).where(hold.c.run_id.is_not(None), _needs_run(at), ~_entry(CLAIMED), ~recent)
    return conn.execute(late.order_by(hold.c.proposed_at)).mappings().all()


def give_up(conn: Connection, hold_id: str, run_id: str) -> bool:
    """Take a run's id away, so that the hold gets another; False when the run has claimed after all."""
    ledger.lock(conn)
    mine = and_(hold.c.id == hold_id, hold.c.run_id == run_id, ~_entry(CLAIMED))
    return conn.execute(update(hold).where(mine).values(run_id=None)).rowcount == 1


def claim(conn: Connection, hold_id: str, run_id: str, *, actor: str) -> bool:
    """Is this the run that was written down for the hold? Its first claim is entered into the ledger; asked again it is True."""
    ledger.lock(conn)
    if conn.scalar(select(hold.c.run_id).where(hold.c.id == hold_id)) != run_id:
        return False
    if not claimed(conn, hold_id, run_id):
        ledger.append(conn, actor=actor, kind=CLAIMED, subject=hold_id, run=run_id)
    return True


def claimed(conn: Connection, hold_id: str, run_id: str) -> bool:
    """Has this run claimed the hold, and is it still the hold's run?"""
    mine = select(hold.c.id).where(hold.c.id == hold_id, hold.c.run_id == run_id, _entry(CLAIMED))
    return conn.execute(mine).first() is not None


def clocks(conn: Connection, hold_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """State and stored `approve_by` of those of these holds that there are; for the runs that wait. At most 32,000 at once."""
    wanted = select(hold.c.id, hold.c.state, hold.c.approve_by).where(hold.c.id.in_(hold_ids))
    return {row.id: (row.state, row.approve_by) for row in conn.execute(wanted)}


def _needs_run(at: str) -> ColumnElement[bool]:
    """A hold in mode `sensor` from its proposal on, one in mode `on_approval` once it is approved; none after its clock."""
    proposed = and_(
        hold.c.state == HoldState.PROPOSED.value, hold.c.approve_by > at, hold.c.release_mode == ReleaseMode.SENSOR.value
    )
    return or_(proposed, and_(hold.c.state == HoldState.APPROVED.value, hold.c.execute_by > at))


def _entry(kind: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Does the ledger have such an entry of the hold and its run?"""
    of_run = (entries.c.run == hold.c.run_id, entries.c.subject == hold.c.id, entries.c.kind == kind)
    return exists().where(*of_run, *more)
