"""Holds in the store. A row is a cache over signed statements.

Who may move one, and from where to where, stands in `include/holds`; call `include.holds.move.move`. Here are rows only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, literal, or_, select, tuple_, update

from include.contracts.errors import Conflict, NotFound, StoreError
from include.contracts.hold import Hold, HoldState
from include.contracts.plan import ReleaseMode, Risk
from include.store.ledger import append
from include.store.tables.hold import hold as table
from include.store.tables.hold import hold_service
from include.store.times import from_text, to_text


def add(conn: Connection, item: Hold, services: Collection[str]) -> None:
    """Keep a new hold and the services it touches. Its ledger entry is that of its proposal (`statements.add`)."""
    conn.execute(
        insert(table).values(
            id=item.id,
            plan_id=item.plan_id,
            plan_digest=item.plan_digest,
            environment=item.environment,
            state=item.state.value,
            revision=item.revision,
            title=item.title,
            risk=item.risk.value,
            release_mode=item.release_mode.value,
            proposed_at=to_text(item.proposed_at),
            approve_by=to_text(item.approve_by),
            execute_by=to_text(item.execute_by),
            supersedes=item.supersedes,
            superseded_by=item.superseded_by,
            run_id=item.run_id,
        )
    )
    conn.execute(insert(hold_service), [{"hold_id": item.id, "service": name} for name in sorted(set(services))])


def get(conn: Connection, hold_id: str) -> Hold:
    """The hold of that id.

    :raises NotFound: there is none
    :raises StoreError: the row is not one that we wrote
    """
    row = conn.execute(select(table).where(table.c.id == hold_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such hold.", next_step="./holdpoint holds list --as YOU says which there are")
    return from_row(row)


def from_row(row: RowMapping) -> Hold:
    """A row of `hold`; StoreError where it is not one that we wrote."""
    try:
        return Hold(
            id=row["id"],
            plan_id=row["plan_id"],
            plan_digest=row["plan_digest"],
            environment=row["environment"],
            state=HoldState(row["state"]),
            revision=row["revision"],
            title=row["title"],
            risk=Risk(row["risk"]),
            release_mode=ReleaseMode(row["release_mode"]),
            proposed_at=from_text(row["proposed_at"]),
            approve_by=from_text(row["approve_by"]),
            execute_by=from_text(row["execute_by"]),
            supersedes=row["supersedes"],
            superseded_by=row["superseded_by"],
            run_id=row["run_id"],
        )
    except (ValidationError, ValueError, TypeError):
        raise StoreError(
            "A hold's row was changed by another hand.", next_step="./holdpoint ledger verify; restore a backup"
        ) from None


def services_of(conn: Connection, hold_id: str) -> tuple[str, ...]:
    """The touched services as the row's index has them, sorted; what counts is the plan's own."""
    found = conn.execute(select(hold_service.c.service).where(hold_service.c.hold_id == hold_id))
    return tuple(sorted(found.scalars()))


def swap(
    conn: Connection,
    item: Hold,
    to: HoldState,
    *,
    actor: str,
    superseded_by: str | None = None,
    run: str = "",
    because: Mapping[str, Any] | None = None,
) -> Hold:
    """Compare and swap: the hold goes to `to` only if nobody has moved it since `item` was read; with its ledger entry.

    :param because: more for the entry's payload, beside `from`, `to` and `revision`
    :raises Conflict: somebody was faster
    """
    values: dict[str, Any] = {"state": to.value, "revision": item.revision + 1}
    if superseded_by is not None:
        values["superseded_by"] = superseded_by
    mine = and_(table.c.id == item.id, table.c.state == item.state.value, table.c.revision == item.revision)
    if conn.execute(update(table).where(mine).values(**values)).rowcount != 1:
        raise Conflict(f"The hold {item.id} was moved since it was read.", next_step="look at it again, then decide")
    payload = {**(because or {}), "from": item.state.value, "to": to.value, "revision": item.revision + 1}
    append(conn, actor=actor, kind=f"hold.{to.value}", subject=item.id, run=run, payload=payload)
    return get(conn, item.id)


def listed(
    conn: Connection, condition: ColumnElement[bool], *, after: tuple[str, str] | None = None, limit: int
) -> Sequence[RowMapping]:
    """The newest holds first, of those for which the condition holds.

    :param after: (proposed_at, id) of the last one seen; from the newest on where None
    """
    found = select(table).where(condition)
    if after is not None:
        found = found.where(tuple_(table.c.proposed_at, table.c.id) < tuple_(*map(literal, after)))
    return conn.execute(found.order_by(table.c.proposed_at.desc(), table.c.id.desc()).limit(limit)).mappings().all()


def waiting(
    conn: Connection,
    condition: ColumnElement[bool],
    *,
    states: Collection[HoldState] = (HoldState.PROPOSED,),
    after: tuple[str, str] | None = None,
    limit: int,
) -> Sequence[RowMapping]:
    """Holds in these states, first those whose time to approve ends first.

    :param after: (approve_by, id) of the last one seen
    """
    found = select(table).where(table.c.state.in_([state.value for state in states]), condition)
    if after is not None:
        found = found.where(tuple_(table.c.approve_by, table.c.id) > tuple_(*map(literal, after)))
    return conn.execute(found.order_by(table.c.approve_by, table.c.id).limit(limit)).mappings().all()


def overdue(conn: Connection, at: str, limit: int = 1_000) -> Sequence[RowMapping]:
    """Holds whose clock has run out at the stored time `at`: not approved by `approve_by`, or not executed by `execute_by`."""
    late = or_(
        and_(table.c.state == HoldState.PROPOSED.value, table.c.approve_by <= at),
        and_(table.c.state == HoldState.APPROVED.value, table.c.execute_by <= at),
    )
    return conn.execute(select(table).where(late).order_by(table.c.approve_by).limit(limit)).mappings().all()
