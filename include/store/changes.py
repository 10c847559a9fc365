"""Change requests in the store: notes once, an assessment and an offer for each preparation, packages by version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, Connection, RowMapping, cast, func, insert, select, type_coerce

from include.contracts.cab import CabPackage, ChangeNotes, Origin
from include.contracts.change import Assessment
from include.contracts.errors import NotFound, StoreError
from include.contracts.plan import PlanRequest
from include.store.canonical import canonical
from include.store.redaction import redact_text
from include.store.tables.change import change_assessment, change_notes, change_offer, change_package
from include.store.tables.incident import incident
from include.store.times import to_text
from include.store.upsert import insert_for


def add_notes(conn: Connection, notes: ChangeNotes) -> None:
    """Keep the notes of a request. The door is shut to text that redaction would still change (H9)."""
    if redact_text(notes.text) != notes.text:
        raise StoreError("The notes are not redacted.", next_step="redact them before they are kept; nothing was kept")
    conn.execute(
        insert(change_notes).values(
            change_id=notes.change,
            origin=notes.origin.value,
            reference=notes.reference,
            text=notes.text,
            digest=notes.digest,
            length=notes.length,
        )
    )


def notes_of(conn: Connection, change_id: str) -> ChangeNotes:
    """The notes of that request; NotFound where there are none."""
    row = conn.execute(select(change_notes).where(change_notes.c.change_id == change_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no change request {change_id!r} in the store.", next_step="./holdpoint change list --as YOU")
    return ChangeNotes(
        change=row["change_id"],
        origin=Origin(row["origin"]),
        reference=row["reference"],
        text=row["text"],
        digest=row["digest"],
        length=row["length"],
    )


def keep_assessment(conn: Connection, change_id: str, briefing: int, found: Assessment, *, at: str) -> None:
    """Keep what was judged; judged again, the newer judgement."""
    window = found.window
    row = {
        "assessed_at": at,
        "services": json.dumps(sorted({each.service for each in found.affected if each.service})),
        "starts_at": to_text(window.start) if window and window.start and window.end else None,
        "ends_at": to_text(window.end) if window and window.start and window.end else None,
        "body": found.model_dump_json(),
    }
    made = insert_for(conn, change_assessment).values(change_id=change_id, briefing=briefing, **row)
    conn.execute(made.on_conflict_do_update(index_elements=["change_id", "briefing"], set_=row))


def assessment_of(conn: Connection, change_id: str, briefing: int) -> Assessment | None:
    table = change_assessment.c
    body = conn.scalar(select(table.body).where(table.change_id == change_id, table.briefing == briefing))
    return Assessment.model_validate_json(body) if body else None


def planned(
    conn: Connection, condition: ColumnElement[bool], *, but: str, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Requests for which the condition holds, whose certain window meets [since, until): id, services, starts_at, ends_at.

    Of each the newest judgement; `but` is left out.
    """
    table = change_assessment.c
    newest = select(table.change_id, func.max(table.briefing).label("briefing")).group_by(table.change_id).subquery()
    found = (
        select(table.change_id, table.services, table.starts_at, table.ends_at)
        .join(newest, (newest.c.change_id == table.change_id) & (newest.c.briefing == table.briefing))
        .join(incident, incident.c.id == table.change_id)
        .where(condition, table.change_id != but)
        .where(table.starts_at < to_text(until), table.ends_at > to_text(since))
        .order_by(table.starts_at, table.change_id)
        .limit(100)
    )
    return conn.execute(found).mappings().all()


def keep_offer(conn: Connection, change_id: str, briefing: int, request: PlanRequest | None, reason: str, *, at: str) -> None:
    """Keep the plan that the notes would make, or why they make none."""
    row = {"offered_at": at, "request": request.model_dump_json() if request else None, "reason": reason}
    made = insert_for(conn, change_offer).values(change_id=change_id, briefing=briefing, **row)
    conn.execute(made.on_conflict_do_update(index_elements=["change_id", "briefing"], set_=row))


def offer_of(conn: Connection, change_id: str) -> tuple[PlanRequest | None, str]:
    """The newest offer and its reason; (None, "") where nobody has looked yet."""
    found = select(change_offer).where(change_offer.c.change_id == change_id).order_by(change_offer.c.briefing.desc()).limit(1)
    row = conn.execute(found).mappings().first()
    if row is None:
        return None, ""
    return (PlanRequest.model_validate_json(row["request"]) if row["request"] else None), row["reason"]


def next_version(conn: Connection, change_id: str) -> int:
    found = select(func.max(change_package.c.version)).where(change_package.c.change_id == change_id)
    return int(conn.scalar(found) or 0) + 1


def content_digest(item: CabPackage) -> str:
    """SHA-256 of the package without its version and time: a repeat that found nothing new is the same version."""
    content = item.to_json()
    del content["version"], content["drafted_at"]
    return hashlib.sha256(canonical(content)).hexdigest()


def add_package(conn: Connection, item: CabPackage, *, briefing: int, run_id: str) -> tuple[int, bool]:
    """Keep a package. Returns (version, new); the newest version again where its content is the same."""
    digest = content_digest(item)
    newest = latest(conn, item.change)
    if newest is not None and newest["content_digest"] == digest and newest["briefing"] == briefing:
        return int(newest["version"]), False
    conn.execute(
        insert(change_package).values(
            change_id=item.change,
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


def latest(conn: Connection, change_id: str, briefing: int | None = None) -> RowMapping | None:
    found = select(change_package).where(change_package.c.change_id == change_id)
    if briefing is not None:
        found = found.where(change_package.c.briefing == briefing)
    return conn.execute(found.order_by(change_package.c.version.desc()).limit(1)).mappings().first()


def of_version(conn: Connection, change_id: str, version: int) -> RowMapping | None:
    found = select(change_package).where(change_package.c.change_id == change_id, change_package.c.version == version)
    return conn.execute(found).mappings().first()


def read(row: RowMapping) -> CabPackage:
    return CabPackage.model_validate_json(row["body"])


@dataclass(frozen=True)
class Version:
    """One version of a request's package, without what it says."""

    change_id: str
    version: int
    run_id: str
    drafted_at: str
    content_digest: str
    labels: tuple[str, ...]
    services: tuple[str, ...]


def heads(conn: Connection, change_ids: Collection[str]) -> list[Version]:
    """Every version of these requests' packages, newest first."""
    table = change_package.c
    as_json = type_coerce(table.body, JSON) if conn.dialect.name == "sqlite" else cast(table.body, JSON)
    columns = [table[name] for name in ("change_id", "version", "run_id", "drafted_at", "content_digest")]
    found = select(*columns, *(as_json[name].label(name) for name in ("labels", "services"))).where(
        table.change_id.in_(change_ids)
    )
    rows = conn.execute(found.order_by(table.version.desc())).mappings()
    return [Version(**{**row, "labels": tuple(row["labels"]), "services": tuple(row["services"])}) for row in rows]
