"""Reviews of scripts: asked for once, started by the dispatcher, claimed by the run itself.

    asked ──trigger──▶ triggered ──claim──▶ claimed ──report──▶ reported ──task──▶ filed
      ▲                    │
      └─ no claim in time ─┘                   └─deadline──▶ overdue

A run in Airflow proves nothing: a review is at work only when a run has claimed it here. A cleared run makes the next version
of the same report, so `reported` and `filed` are no ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, update

from include.contracts.errors import NotFound
from include.store.database import new_id, now
from include.store.tables.script_review import script_review as table
from include.store.times import from_text, shifted, to_text
from include.store.upsert import once

OPEN = ("asked", "triggered")
REPORTED = ("reported", "filed")
OVERDUE = "overdue"  # its owner was told so; a late report is better than none


class ReviewKind(StrEnum):
    NIGHTLY = "nightly"
    PULL_REQUEST = "pull_request"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Review:
    """`commit` is None until it was resolved; `same_as`: nothing changed since that review, whose report is this one's."""

    id: str
    repository: str
    kind: ReviewKind
    asked_by: str
    state: str
    commit: str | None
    base: str | None
    pull: int | None
    rules: str | None
    manifest: str | None
    same_as: str | None
    files: int
    fresh_files: int
    run_id: str | None
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None

    @property
    def said_by(self) -> str:
        """The review whose report is this one's."""
        return self.same_as or self.id


def ask(
    conn: Connection,
    *,
    mark: str,
    repository: str,
    kind: ReviewKind,
    asked_by: str,
    commit: str | None = None,
    base: str | None = None,
    pull: int | None = None,
) -> tuple[str, bool]:
    """Write down that a review is wanted: (id, created). The same mark is the same review."""
    at = now(conn)
    found, created = once(
        conn,
        table.c.id,
        mark=mark,
        id=new_id("rev"),
        repository=repository,
        kind=kind.value,
        asked_by=asked_by,
        state="asked",
        commit_id=commit,
        base_id=base,
        pull=pull,
        files=0,
        fresh_files=0,
        attempt=0,
        asked_at=at,
        not_before=at,
    )
    return str(found), created


def get(conn: Connection, review_id: str) -> Review:
    """That review; NotFound where there is none."""
    row = conn.execute(select(table).where(table.c.id == review_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no review {review_id[:80]!r}.", next_step="look through the list of script reviews")
    return from_row(row)


def from_row(row: RowMapping) -> Review:
    begun, ended = (from_text(row[name]) if row[name] else None for name in ("begun_at", "ended_at"))
    plain = ("id", "repository", "asked_by", "state", "pull", "rules", "manifest", "same_as", "files", "fresh_files", "run_id")
    return Review(
        **{name: row[name] for name in plain},
        kind=ReviewKind(row["kind"]),
        commit=row["commit_id"],
        base=row["base_id"],
        asked_at=from_text(row["asked_at"]),
        begun_at=begun,
        ended_at=ended,
    )


def listed(
    conn: Connection, repositories: Collection[str], *, after: tuple[str, str] | None = None, limit: int = 30
) -> list[Review]:
    """The newest reviews of these repositories, from the one after (asked_at as stored, id) on."""
    found = select(table).where(table.c.repository.in_(sorted(repositories)))
    if after is not None:
        at, last = after
        found = found.where(or_(table.c.asked_at < at, and_(table.c.asked_at == at, table.c.id < last)))
    rows = conn.execute(found.order_by(table.c.asked_at.desc(), table.c.id.desc()).limit(limit)).mappings()
    return [from_row(row) for row in rows]


def begun(conn: Connection, review_id: str, **values: Any) -> None:
    """What the first stage found: commit_id, base_id, rules, manifest, same_as, files, fresh_files."""
    conn.execute(update(table).where(table.c.id == review_id).values(begun_at=now(conn), **values))


def move(conn: Connection, review_id: str, state: str) -> bool:
    """To `reported` or `filed`; False where it is there already. What was filed stays so when another version is reported."""
    still = table.c.state.in_(("claimed", OVERDUE) if state == "reported" else ("claimed", OVERDUE, "reported"))
    moved = conn.execute(update(table).where(table.c.id == review_id, still).values(state=state, ended_at=now(conn)))
    return moved.rowcount == 1


def last_reported(conn: Connection, review: Review) -> Review | None:
    """The one before it that has a report: of the same pull request, or of the repository's own branch.

    A review whose run was cleared long after is compared with what was there when it began, not with what came later.
    """
    found = select(table).where(table.c.repository == review.repository, table.c.id != review.id, _alike(review))
    found = found.where(table.c.state.in_(REPORTED))
    if review.begun_at is not None:
        found = found.where(table.c.begun_at <= to_text(review.begun_at))
    row = conn.execute(found.order_by(table.c.begun_at.desc(), table.c.id.desc()).limit(1)).mappings().first()
    return from_row(row) if row is not None else None


def overtaken(conn: Connection, review: Review) -> bool:
    """Has one that began later a report already?"""
    if review.begun_at is None:
        return False
    later = and_(table.c.state.in_(REPORTED), table.c.begun_at > to_text(review.begun_at))
    found = select(table.c.id).where(table.c.repository == review.repository, table.c.id != review.id, _alike(review), later)
    return conn.execute(found.limit(1)).first() is not None


def _alike(review: Review) -> ColumnElement[bool]:
    """Reviews of the same line of work."""
    if review.kind is ReviewKind.PULL_REQUEST:
        return and_(table.c.kind == review.kind.value, table.c.pull == review.pull)
    return table.c.kind != ReviewKind.PULL_REQUEST.value


# -- the outbox ----------------------------------------------------------------------------------------------------------


def due(conn: Connection, limit: int) -> Sequence[RowMapping]:
    """Reviews to start now, oldest first."""
    ready = select(table).where(table.c.state == "asked", table.c.not_before <= now(conn))
    return conn.execute(ready.order_by(table.c.asked_at, table.c.id).limit(limit)).mappings().all()


def next_run_id(conn: Connection, review_id: str, attempt: int) -> str | None:
    """Write down the run id of the next attempt *before* triggering it; None when another process was faster.

    The id ends in random characters, so that nobody can occupy it beforehand.
    """
    run_id = f"{review_id}.{new_id('run')}"
    mine = and_(table.c.id == review_id, table.c.state == "asked", table.c.attempt == attempt)
    values = {"state": "triggered", "attempt": attempt + 1, "run_id": run_id, "triggered_at": now(conn)}
    return run_id if conn.execute(update(table).where(mine).values(**values)).rowcount == 1 else None


def back_to_asked(conn: Connection, review_id: str, run_id: str, *, delay_s: float) -> bool:
    """Give up on a run that did not claim; False when it did after all."""
    mine = and_(table.c.id == review_id, table.c.state == "triggered", table.c.run_id == run_id)
    later = shifted(now(conn), seconds=delay_s)
    return conn.execute(update(table).where(mine).values(state="asked", not_before=later)).rowcount == 1


def unclaimed(conn: Connection, claim_seconds: float) -> Sequence[RowMapping]:
    """Reviews whose run has not claimed them in time."""
    late = shifted(now(conn), seconds=-claim_seconds)
    found = select(table).where(table.c.state == "triggered", table.c.triggered_at < late)
    return conn.execute(found.order_by(table.c.asked_at)).mappings().all()


def claim(conn: Connection, review_id: str, run_id: str) -> bool:
    """Make this run the one that works on the review. True for the run that has it, also when asked again."""
    values = {"state": "claimed", "run_id": run_id, "claimed_at": now(conn)}
    unclaimed = or_(table.c.state.in_(OPEN), and_(table.c.state == OVERDUE, table.c.claimed_at.is_(None)))
    won = conn.execute(update(table).where(table.c.id == review_id, unclaimed).values(**values))
    return won.rowcount == 1 or holds(conn, review_id, run_id)


def holds(conn: Connection, review_id: str, run_id: str) -> bool:
    """Is this run the one that claimed the review?"""
    mine = and_(table.c.id == review_id, table.c.run_id == run_id, table.c.claimed_at.is_not(None))
    return conn.execute(select(table.c.id).where(mine)).first() is not None


def of_run(conn: Connection, run_id: str) -> Review | None:
    """The review that this run claimed, if any."""
    mine = select(table).where(table.c.run_id == run_id, table.c.claimed_at.is_not(None))
    row = conn.execute(mine).mappings().first()
    return from_row(row) if row is not None else None


def late(conn: Connection, seconds: float) -> list[Review]:
    """Reviews that wait for their report since longer ago than that, whatever they wait for."""
    limit = shifted(now(conn), seconds=-seconds)
    at_work = and_(table.c.state == "claimed", table.c.claimed_at < limit)
    found = select(table).where(or_(at_work, and_(table.c.state.in_(OPEN), table.c.asked_at < limit)))
    return [from_row(row) for row in conn.execute(found.order_by(table.c.asked_at)).mappings()]


def give_up(conn: Connection, review: Review) -> bool:
    """Waiting for it is over; False where it has moved on since it was looked up."""
    still = and_(table.c.id == review.id, table.c.state == review.state)
    return conn.execute(update(table).where(still).values(state=OVERDUE)).rowcount == 1


def waiting(conn: Connection) -> int:
    """How many reviews have no report yet."""
    found = select(func.count()).select_from(table).where(table.c.state.in_((*OPEN, "claimed")))
    return int(conn.scalar(found) or 0)
