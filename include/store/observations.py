"""What steps' guards were when they were read again after the proposal. Only added to; the newest of each step is shown.

Whoever runs tasks may add here. So a row that is no observation is passed over, and no more than `MOST` of a step are looked at:
a page that never stood still could never be signed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, func, insert, select

from include.contracts.errors import Conflict
from include.contracts.hold import Observation
from include.store.canonical import canonical
from include.store.redaction import redact_text, redact_value
from include.store.tables.hold import observation as table
from include.store.times import to_text

MOST = 50  # of one step: what clearing a run again and again may need


def add(conn: Connection, hold_id: str, item: Observation) -> None:
    """Keep an observation of one step, redacted. It changes nothing of the hold, so it has no ledger entry.

    :raises Conflict: the step was read again often enough
    """
    mine = (table.c.hold_id == hold_id) & (table.c.step == item.step)
    if (conn.scalar(select(func.count()).where(mine)) or 0) >= MOST:
        raise Conflict(
            f"Step {item.step} was read again {MOST} times; no more is kept.", next_step="edit the plan, or withdraw it"
        )
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
    """The newest observation of each step, by step."""
    nth = func.row_number().over(partition_by=table.c.step, order_by=table.c.id).label("nth")
    ranked = select(table, nth).where(table.c.hold_id == hold_id).subquery()
    rows = conn.execute(select(ranked).where(ranked.c.nth <= MOST).order_by(ranked.c.id)).mappings()
    newest = {item.step: item for item in map(_read, rows) if item is not None}
    return [newest[step] for step in sorted(newest)]


def _read(row: RowMapping) -> Observation | None:
    """None where the row is not one that we wrote."""
    names = ("step", "observed_at", "observed_by", "problem")
    try:
        return Observation.model_validate_json(
            json.dumps({**{name: row[name] for name in names}, "fields": json.loads(row["fields"])})
        )
    except (ValidationError, ValueError, TypeError, RecursionError):
        return None
