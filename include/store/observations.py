"""What steps' guards were when they were read again after the proposal. Only added to; the newest of each step is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, func, insert, select

from include.contracts.errors import StoreError
from include.contracts.hold import Observation
from include.store.canonical import canonical
from include.store.redaction import redact_text, redact_value
from include.store.tables.hold import observation as table
from include.store.times import to_text


def add(conn: Connection, hold_id: str, item: Observation) -> None:
    """Keep an observation of one step, redacted. It changes nothing of the hold, so it has no ledger entry."""
    conn.execute(
        insert(table).values(
            hold_id=hold_id,
            step=item.step,
            observed_at=to_text(item.observed_at),
            observed_by=item.observed_by,
            fields=canonical(redact_value(item.fields)).decode(),
            problem=None if item.problem is None else redact_text(item.problem),
        )
    )


def latest(conn: Connection, hold_id: str) -> Sequence[Observation]:
    """The newest observation of each step, by step.

    :raises StoreError: a row is not one that we wrote
    """
    newest = select(func.max(table.c.id)).where(table.c.hold_id == hold_id).group_by(table.c.step)
    rows = conn.execute(select(table).where(table.c.id.in_(newest)).order_by(table.c.step)).mappings()
    return [_read(row) for row in rows]


def _read(row: RowMapping) -> Observation:
    names = ("step", "observed_at", "observed_by", "problem")
    try:
        return Observation.model_validate_json(
            json.dumps({**{name: row[name] for name in names}, "fields": json.loads(row["fields"])})
        )
    except (ValidationError, ValueError, TypeError, RecursionError):
        raise StoreError(
            "The row of an observation was changed by another hand.", next_step="./holdpoint ledger verify; restore a backup"
        ) from None
