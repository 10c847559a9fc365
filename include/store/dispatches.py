"""The outbox of briefings: committed with the incident, worked off by the dispatcher, claimed by the run itself.

    pending ──trigger──▶ triggered ──claim──▶ claimed ──brief──▶ briefed
       ▲                    │                    │
       └──── no claim in time, next attempt ─────┘──deadline──▶ escalated

A run in Airflow proves nothing: a briefing counts as dispatched only when a run has claimed it here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, update

from include.store.database import new_id, now
from include.store.tables.incident import dispatch, incident
from include.store.times import shifted

OPEN_STATES = ("pending", "triggered", "claimed")


def enqueue(conn: Connection, incident_id: str, briefing: int, reason: str, *, delay_s: float = 0) -> None:
    at = now(conn)
    conn.execute(
        insert(dispatch).values(
            incident_id=incident_id,
            briefing=briefing,
            reason=reason,
            state="pending",
            attempt=0,
            not_before=shifted(at, seconds=delay_s),
            created_at=at,
        )
    )


def due(conn: Connection, limit: int) -> Sequence[RowMapping]:
    """Briefings to trigger now, oldest first, with their incident's kind."""
    found = select(dispatch, incident.c.kind).join(incident, incident.c.id == dispatch.c.incident_id)
    ready = found.where(dispatch.c.state == "pending", dispatch.c.not_before <= now(conn))
    return conn.execute(ready.order_by(dispatch.c.created_at).limit(limit)).mappings().all()


def next_run_id(conn: Connection, incident_id: str, briefing: int, attempt: int) -> str | None:
    """Write down the run id of the next attempt *before* triggering it, so that a crash in between is seen.

    The id ends in random characters, so that nobody can occupy it beforehand. None when another process was faster.
    """
    run_id = f"{incident_id}.b{briefing}.{new_id('run')}"
    won = conn.execute(
        update(dispatch)
        .where(_row(incident_id, briefing), dispatch.c.state == "pending", dispatch.c.attempt == attempt)
        .values(state="triggered", attempt=attempt + 1, run_id=run_id, triggered_at=now(conn))
    )
    return run_id if won.rowcount == 1 else None


def back_to_pending(conn: Connection, incident_id: str, briefing: int, run_id: str, *, delay_s: float) -> bool:
    """Give up on a run that did not claim; False when it did after all."""
    won = conn.execute(
        update(dispatch)
        .where(_row(incident_id, briefing), dispatch.c.state == "triggered", dispatch.c.run_id == run_id)
        .values(state="pending", not_before=shifted(now(conn), seconds=delay_s))
    )
    return won.rowcount == 1


def claim(conn: Connection, incident_id: str, briefing: int, run_id: str) -> bool:
    """Make this run the one that works on the briefing. True for the run that has it, also when asked again.

    A briefing that was escalated before any run claimed it can still be claimed: a late brief is better than none.
    """
    unclaimed = or_(
        dispatch.c.state.in_(("pending", "triggered")),
        and_(dispatch.c.state == "escalated", dispatch.c.claimed_at.is_(None)),
    )
    won = conn.execute(
        update(dispatch)
        .where(_row(incident_id, briefing), unclaimed)
        .values(state="claimed", run_id=run_id, claimed_at=now(conn))
    )
    return won.rowcount == 1 or holds(conn, incident_id, briefing, run_id)


def holds(conn: Connection, incident_id: str, briefing: int, run_id: str) -> bool:
    """Is this run the one that claimed the briefing?"""
    mine = select(dispatch.c.run_id).where(
        _row(incident_id, briefing), dispatch.c.claimed_at.is_not(None), dispatch.c.run_id == run_id
    )
    return conn.execute(mine).first() is not None


def finish(conn: Connection, incident_id: str, briefing: int, state: str, *, was: str | None = None) -> bool:
    """`briefed` or `escalated`; False when it was finished before, or is not in the state `was` any more."""
    still = dispatch.c.state.in_(OPEN_STATES if was is None else (was,))
    return conn.execute(update(dispatch).where(_row(incident_id, briefing), still).values(state=state)).rowcount == 1


def unclaimed(conn: Connection, claim_seconds: float) -> Sequence[RowMapping]:
    """Triggered briefings whose run has not claimed them in time."""
    limit = shifted(now(conn), seconds=-claim_seconds)
    late = select(dispatch).where(dispatch.c.state == "triggered", dispatch.c.triggered_at < limit)
    return conn.execute(late.order_by(dispatch.c.created_at)).mappings().all()


def overdue(conn: Connection, deadline_seconds: float) -> Sequence[RowMapping]:
    """Briefings with no brief after the deadline, whatever they wait for."""
    limit = shifted(now(conn), seconds=-deadline_seconds)
    waiting = or_(
        and_(dispatch.c.state.in_(("pending", "triggered")), dispatch.c.created_at < limit),
        and_(dispatch.c.state == "claimed", dispatch.c.claimed_at < limit),
    )
    return conn.execute(select(dispatch).where(waiting).order_by(dispatch.c.created_at)).mappings().all()


def of_run(conn: Connection, run_id: str) -> RowMapping | None:
    """The briefing that this run claimed, if any."""
    mine = select(dispatch).where(dispatch.c.run_id == run_id, dispatch.c.claimed_at.is_not(None))
    return conn.execute(mine).mappings().first()


def get(conn: Connection, incident_id: str, briefing: int) -> RowMapping | None:
    return conn.execute(select(dispatch).where(_row(incident_id, briefing))).mappings().first()


def _row(incident_id: str, briefing: int) -> ColumnElement[bool]:
    return and_(dispatch.c.incident_id == incident_id, dispatch.c.briefing == briefing)


def waiting(conn: Connection) -> int:
    """How many briefings have neither a brief nor been escalated."""
    return int(conn.scalar(select(func.count()).select_from(dispatch).where(dispatch.c.state.in_(OPEN_STATES))) or 0)
