"""What a review covers and what was said of it: manifests and units by their content, batches by their review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select, update

from include.contracts.script_review import FileReview
from include.store.database import now
from include.store.redacted_model import redact_model
from include.store.tables.script_review import script_batch, script_manifest, script_unit
from include.store.upsert import insert_for

_REVIEWS: TypeAdapter[list[FileReview]] = TypeAdapter(list[FileReview])
_ASKED_AT_ONCE = 500  # parameters of one statement


class Batch(NamedTuple):
    """`units` are keys. `error`: why it failed, as a code."""

    number: int
    units: tuple[str, ...]
    files: int
    state: str
    error: str | None


def keep_manifest(conn: Connection, body: Mapping[str, Any]) -> str:
    """Keep what a commit holds; its digest. The same content is kept once."""
    data = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(data.encode()).hexdigest()
    made = insert_for(conn, script_manifest).values(digest=digest, body=data)
    conn.execute(made.on_conflict_do_nothing())
    return digest


def manifest(conn: Connection, digest: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        conn.scalars(select(script_manifest.c.body).where(script_manifest.c.digest == digest)).one()
    )
    return found


def reviewed(conn: Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys whose unit was reviewed."""
    return {key for part in _parts(keys) for key in conn.scalars(select(script_unit.c.key).where(script_unit.c.key.in_(part)))}


def keep_unit(conn: Connection, key: str, found: Sequence[FileReview]) -> None:
    """Keep what the review of a unit said, without the secrets that a message may have quoted (H9)."""
    clean = [redact_model(each) for each in found]
    body = _REVIEWS.dump_json(clean).decode()
    made = insert_for(conn, script_unit).values(key=key, files=len(clean), body=body, reviewed_at=now(conn))
    conn.execute(made.on_conflict_do_nothing())


def reviews_of(conn: Connection, keys: Collection[str]) -> dict[str, list[FileReview]]:
    """Key to the reviews of its files, for those that were reviewed."""
    found: dict[str, list[FileReview]] = {}
    for part in _parts(keys):
        rows = conn.execute(select(script_unit.c.key, script_unit.c.body).where(script_unit.c.key.in_(part)))
        found |= {key: _REVIEWS.validate_json(body) for key, body in rows}
    return found


def _parts(keys: Collection[str]) -> Iterable[list[str]]:
    known = sorted(set(keys))
    return (known[at : at + _ASKED_AT_ONCE] for at in range(0, len(known), _ASKED_AT_ONCE))


def plan_batches(conn: Connection, review_id: str, batches: Sequence[tuple[Sequence[str], int]]) -> None:
    """Each batch's keys and how many files they are, numbered from 1."""
    rows = [
        {"review_id": review_id, "number": number, "units": json.dumps(list(keys)), "files": files, "state": "planned"}
        for number, (keys, files) in enumerate(batches, 1)
    ]
    if rows:
        conn.execute(insert(script_batch), rows)


def batches(conn: Connection, review_id: str) -> list[Batch]:
    rows = conn.execute(select(script_batch).where(script_batch.c.review_id == review_id).order_by(script_batch.c.number))
    return [Batch(row.number, tuple(json.loads(row.units)), row.files, row.state, row.error) for row in rows]


def batch(conn: Connection, review_id: str, number: int) -> Batch | None:
    return next((each for each in batches(conn, review_id) if each.number == number), None)


def end_batch(conn: Connection, review_id: str, number: int, error: str | None = None) -> None:
    """Reviewed; or failed, and why."""
    mine = (script_batch.c.review_id == review_id) & (script_batch.c.number == number)
    values = {"state": "failed" if error else "reviewed", "error": error, "ended_at": now(conn)}
    conn.execute(update(script_batch).where(mine).values(**values))


def done_files(conn: Connection, review_id: str) -> int:
    """Files in the batches that were reviewed."""
    mine = (script_batch.c.review_id == review_id) & (script_batch.c.state == "reviewed")
    return int(conn.scalar(select(func.coalesce(func.sum(script_batch.c.files), 0)).where(mine)) or 0)
