"""The outbox of briefings: committed with the incident, worked off by the dispatcher, claimed by the run itself.

    pending ──trigger──▶ triggered ──claim──▶ claimed ──brief──▶ briefed
       ▲                    │                    │
       └──── no claim in time, next attempt ─────┘──deadline──▶ escalated

A run in Airflow proves nothing: a briefing counts as dispatched only when a run has claimed it here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, func, insert, or_, select, update

from include.contracts.incident import IncidentKind
from include.store.database import new_id, now
from include.store.tables.incident import dispatch, incident
from include.store.times import from_text, shifted

OPEN_STATES = ("pending", "triggered", "claimed")
AT_WORK_GENTLY = 2
# Why a question has a briefing: by its classification, since a person chose to have it read about, or to be passed on to one.
QUESTION, CHOSEN, PERSON = "question", "chosen", "person"


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


def hold_back(conn: Connection, seconds: float) -> None:
    """Let the first briefings of alert incidents wait so long from now, those that nothing was started for yet.

    One that was asked for longer ago than that is left alone, so that twice as long is the longest that any waits.
    """
    at = now(conn)
    until = shifted(at, seconds=seconds)
    of_alert = select(incident.c.id).where(incident.c.kind == IncidentKind.ALERT.value)
    waiting = and_(dispatch.c.state == "pending", dispatch.c.attempt == 0, dispatch.c.reason == "new")
    recent = and_(dispatch.c.created_at >= shifted(at, seconds=-seconds), dispatch.c.not_before < until)
    conn.execute(update(dispatch).where(waiting, recent, dispatch.c.incident_id.in_(of_alert)).values(not_before=until))


def due(conn: Connection, limit: int, *, changes: bool = False, patience_s: float | None = None) -> Sequence[RowMapping]:
    """Briefings to trigger now: umbrellas first, then the oldest.

    :param changes: the preparations of change requests; False: the briefings of all others
    :param patience_s: of single alerts' briefings only so many that two are at work, and those that have waited for so long;
        all of them where None
    """
    at = now(conn)
    found = select(dispatch, incident.c.kind).join(incident, incident.c.id == dispatch.c.incident_id)
    ready = found.where(dispatch.c.state == "pending", dispatch.c.not_before <= at, _of_changes(changes))
    umbrellas_first = case((incident.c.kind == IncidentKind.UMBRELLA.value, 0), else_=1)
    rows = conn.execute(ready.order_by(umbrellas_first, dispatch.c.created_at).limit(limit)).mappings().all()
    if patience_s is None or not rows:
        return rows
    return _few(rows, AT_WORK_GENTLY - at_work(conn), shifted(at, seconds=-patience_s))


def _of_changes(changes: bool) -> ColumnElement[bool]:
    change = IncidentKind.CHANGE.value
    return incident.c.kind == change if changes else incident.c.kind != change


def _few(rows: Sequence[RowMapping], room: int, long_ago: str) -> Sequence[RowMapping]:
    """The rows without the single alerts' that came after `long_ago`, but for the first `room` of those."""
    patient = [row for row in rows if row["kind"] == IncidentKind.ALERT.value and row["created_at"] >= long_ago]
    later = {(row["incident_id"], row["briefing"]) for row in patient[max(0, room) :]}
    return [row for row in rows if (row["incident_id"], row["briefing"]) not in later]


def next_due_s(conn: Connection) -> float | None:
    """Seconds until the next briefing is due, 0 where one is; None where none waits."""
    first = conn.scalar(select(func.min(dispatch.c.not_before)).where(dispatch.c.state == "pending"))
    return None if first is None else max(0.0, (from_text(first) - from_text(now(conn))).total_seconds())


def at_work(conn: Connection) -> int:
    """How many briefings have a run and no brief yet; no preparations of changes, which must keep no alert waiting."""
    started = dispatch.c.state.in_(("triggered", "claimed"))
    found = select(func.count()).select_from(dispatch).join(incident, incident.c.id == dispatch.c.incident_id)
    return int(conn.scalar(found.where(started, _of_changes(False))) or 0)


def next_run_id(conn: Connection, incident_id: str, briefing: int, attempt: int) -> str | None:
    """Write down the run id of the next attempt *before* triggering it, so that a crash in between is seen.

    The id ends in random characters, so that nobody can occupy it beforehand. None when another process was faster, or when
    the briefing has been held back since it was looked up.
    """
    run_id = f"{incident_id}.b{briefing}.{new_id('run')}"
    at = now(conn)
    won = conn.execute(
        update(dispatch)
        .where(_row(incident_id, briefing), dispatch.c.state == "pending", dispatch.c.attempt == attempt)
        .where(dispatch.c.not_before <= at)
        .values(state="triggered", attempt=attempt + 1, run_id=run_id, triggered_at=at)
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


def unclaimed(conn: Connection, claim_seconds: float, *, changes: bool = False) -> Sequence[RowMapping]:
    """Triggered briefings whose run has not claimed them in time; of change requests, or of all others."""
    limit = shifted(now(conn), seconds=-claim_seconds)
    late = select(dispatch).join(incident, incident.c.id == dispatch.c.incident_id).where(_of_changes(changes))
    late = late.where(dispatch.c.state == "triggered", dispatch.c.triggered_at < limit)
    return conn.execute(late.order_by(dispatch.c.created_at)).mappings().all()


def overdue(conn: Connection, deadline_seconds: float) -> Sequence[RowMapping]:
    """Briefings with no brief after the deadline, whatever they wait for."""
    limit = shifted(now(conn), seconds=-deadline_seconds)
    return conn.execute(select(dispatch).where(late(limit)).order_by(dispatch.c.created_at)).mappings().all()


def late(limit: str) -> ColumnElement[bool]:
    """Waits for a brief since before this time."""
    return or_(
        and_(dispatch.c.state.in_(("pending", "triggered")), dispatch.c.created_at < limit),
        and_(dispatch.c.state == "claimed", dispatch.c.claimed_at < limit),
    )


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
