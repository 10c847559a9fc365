"""Briefs in the store: a version for each different content."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import JSON, Connection, RowMapping, cast, func, insert, select, type_coerce

from include.contracts.brief import Brief
from include.store.canonical import canonical
from include.store.tables.triage import brief
from include.store.times import to_text


def next_version(conn: Connection, incident_id: str) -> int:
    return int(conn.scalar(select(func.max(brief.c.version)).where(brief.c.incident_id == incident_id)) or 0) + 1


def content_digest(item: Brief) -> str:
    """SHA-256 of the brief without its version and time: a repeat that found nothing new is the same version."""
    content = item.to_json()
    del content["version"], content["drafted_at"]
    return hashlib.sha256(canonical(content)).hexdigest()


def add(conn: Connection, item: Brief, *, briefing: int, run_id: str) -> tuple[int, bool]:
    """Keep a brief. Returns (version, new); the newest version again where its content is the same."""
    digest = content_digest(item)
    newest = latest(conn, item.incident)
    if newest is not None and newest["content_digest"] == digest and newest["briefing"] == briefing:
        return int(newest["version"]), False
    conn.execute(
        insert(brief).values(
            incident_id=item.incident,
            version=item.version,
            briefing=briefing,
            run_id=run_id,
            label=item.label,
            drafted_at=to_text(item.drafted_at),
            content_digest=digest,
            body=item.model_dump_json(),
        )
    )
    return item.version, True


def latest(conn: Connection, incident_id: str, briefing: int | None = None) -> RowMapping | None:
    found = select(brief).where(brief.c.incident_id == incident_id)
    if briefing is not None:
        found = found.where(brief.c.briefing == briefing)
    return conn.execute(found.order_by(brief.c.version.desc()).limit(1)).mappings().first()


def read(row: RowMapping) -> Brief:
    return Brief.model_validate_json(row["body"])


def versions(conn: Connection, incident_id: str) -> Sequence[RowMapping]:
    found = select(brief.c.version, brief.c.drafted_at, brief.c.label).where(brief.c.incident_id == incident_id)
    return conn.execute(found.order_by(brief.c.version)).mappings().all()


def of_version(conn: Connection, incident_id: str, version: int) -> RowMapping | None:
    found = select(brief).where(brief.c.incident_id == incident_id, brief.c.version == version)
    return conn.execute(found).mappings().first()


@dataclass(frozen=True)
class Version:
    """One version of an incident's brief, without what it says."""

    incident_id: str
    version: int
    briefing: int
    run_id: str
    drafted_at: str
    content_digest: str
    labels: tuple[str, ...]


def heads(conn: Connection, incident_ids: Collection[str]) -> list[Version]:
    """Every version of these incidents' briefs, newest first."""
    as_json = type_coerce(brief.c.body, JSON) if conn.dialect.name == "sqlite" else cast(brief.c.body, JSON)
    columns = [brief.c[name] for name in ("incident_id", "version", "briefing", "run_id", "drafted_at", "content_digest")]
    found = select(*columns, as_json["labels"].label("labels")).where(brief.c.incident_id.in_(incident_ids))
    rows = conn.execute(found.order_by(brief.c.version.desc())).mappings()
    return [Version(**{**row, "labels": tuple(row["labels"])}) for row in rows]
