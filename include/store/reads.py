"""Reads planned and made for a briefing, and the evidence they gave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from include.contracts.errors import NotFound, StoreError
from include.contracts.evidence import Evidence, Gap, ReadRequest
from include.store.canonical import canonical
from include.store.database import new_id, now
from include.store.redaction import redact_text
from include.store.tables.triage import evidence, not_asked, read
from include.store.times import from_text, to_text
from include.store.upsert import insert_for


def plan(
    conn: Connection, *, incident_id: str, briefing: int, principal: str, requests: Iterable[tuple[ReadRequest, str]]
) -> list[str]:
    """Write the planned reads down, once each; returns their ids in planned order.

    :param requests: (request, label) pairs
    """
    return [plan_one(conn, incident_id, briefing, principal, request, label) for request, label in requests]


def plan_one(conn: Connection, incident_id: str, briefing: int, principal: str, request: ReadRequest, label: str) -> str:
    """Write one read down, or find it: its id."""
    params = canonical(request.params).decode()
    row = insert_for(conn, read).values(
        id=new_id("read"),
        incident_id=incident_id,
        briefing=briefing,
        principal=principal,
        tool=request.tool,
        params=params,
        label=label,
        state="planned",
        attempts=0,
        planned_at=now(conn),
    )
    conn.execute(row.on_conflict_do_nothing())
    mine = select(read.c.id).where(read.c.incident_id == incident_id, read.c.briefing == briefing)
    return str(conn.scalar(mine.where(read.c.tool == request.tool, read.c.params == params)))


def get(conn: Connection, read_id: str) -> RowMapping:
    row = conn.execute(select(read).where(read.c.id == read_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no planned read {read_id!r}.", next_step="clear read_alert, which plans the reads again")
    return row


def of_briefing(conn: Connection, incident_id: str, briefing: int) -> Sequence[RowMapping]:
    mine = select(read).where(read.c.incident_id == incident_id, read.c.briefing == briefing)
    return conn.execute(mine.order_by(read.c.planned_at, read.c.id)).mappings().all()


def request_of(row: RowMapping) -> ReadRequest:
    return ReadRequest(tool=row["tool"], params=json.loads(row["params"]))


def answered(conn: Connection, read_id: str, item: Evidence, incident_id: str) -> None:
    """Keep the evidence and mark the read; a later answer to the same read takes the earlier one's place in the brief."""
    add_evidence(conn, item, incident_id=incident_id, read_id=read_id)
    done = update(read).where(read.c.id == read_id)
    conn.execute(
        done.values(state="answered", reason=None, evidence_id=item.id, ended_at=now(conn), attempts=read.c.attempts + 1)
    )


def failed(conn: Connection, read_id: str, reason: str) -> None:
    """Mark a try as failed. An answer that is there already stays."""
    conn.execute(update(read).where(read.c.id == read_id).values(attempts=read.c.attempts + 1))
    conn.execute(
        update(read)
        .where(read.c.id == read_id, read.c.state != "answered")
        .values(state="failed", reason=reason[:300], ended_at=now(conn))
    )


def add_subject(conn: Connection, item: Evidence, *, incident_id: str) -> None:
    """Keep the incident's own words as evidence, once: their id holds their digest."""
    row = insert_for(conn, evidence).values(**_evidence_values(item), incident_id=incident_id, read_id=None)
    conn.execute(row.on_conflict_do_nothing())


def add_evidence(conn: Connection, item: Evidence, *, incident_id: str, read_id: str) -> None:
    """Keep what a read gave."""
    conn.execute(insert(evidence).values(**_evidence_values(item), incident_id=incident_id, read_id=read_id))


def _evidence_values(item: Evidence) -> dict[str, str]:
    """The door is shut to text that redaction would still change (H9): citations are positions in what is kept."""
    if redact_text(item.text) != item.text:
        raise StoreError(
            f"Evidence of {item.tool} is not redacted.", next_step="redact the output before rendering it; nothing was kept"
        )
    return {
        "id": item.id,
        "tool": item.tool,
        "params": canonical(item.params).decode(),
        "principal": item.principal,
        "label": item.label,
        "place": item.place,
        "collected_at": to_text(item.collected_at),
        "digest": item.digest,
        "text": item.text,
        "output": canonical(item.output).decode(),
    }


def evidence_of(conn: Connection, incident_id: str, briefing: int) -> list[Evidence]:
    """The evidence that stands for a briefing: one per answered read, in planned order."""
    mine = (
        select(evidence)
        .join(read, read.c.evidence_id == evidence.c.id)
        .where(read.c.incident_id == incident_id, read.c.briefing == briefing, read.c.state == "answered")
        .order_by(read.c.planned_at, read.c.id)
    )
    return [_evidence(row) for row in conn.execute(mine).mappings()]


def evidence_in(conn: Connection, incident_id: str, evidence_id: str) -> Evidence | None:
    """The evidence of that id, if it was read for this incident."""
    wanted = select(evidence).where(evidence.c.id == evidence_id, evidence.c.incident_id == incident_id)
    row = conn.execute(wanted).mappings().first()
    return _evidence(row) if row is not None else None


def evidence_by_ids(conn: Connection, ids: Sequence[str]) -> dict[str, Evidence]:
    """Evidence by its id, in the order of `ids`; what is not there is left out."""
    rows = {row["id"]: row for row in conn.execute(select(evidence).where(evidence.c.id.in_(ids))).mappings()}
    return {each: _evidence(rows[each]) for each in ids if each in rows}


def evidence_places(conn: Connection, incident_id: str, ids: Sequence[str]) -> Sequence[RowMapping]:
    """`id`, `label`, `place` and `collected_at` of this incident's evidence among `ids`: without its text, which may be long."""
    columns = (evidence.c.id, evidence.c.label, evidence.c.place, evidence.c.collected_at)
    mine = select(*columns).where(evidence.c.incident_id == incident_id, evidence.c.id.in_(ids))
    return conn.execute(mine).mappings().all()


def _evidence(row: RowMapping) -> Evidence:
    return Evidence(
        id=row["id"],
        tool=row["tool"],
        params=json.loads(row["params"]),
        principal=row["principal"],
        label=row["label"],
        place=row["place"],
        collected_at=from_text(row["collected_at"]),
        text=row["text"],
        digest=row["digest"],
        output=json.loads(row["output"]),
    )


def keep_not_asked(conn: Connection, incident_id: str, briefing: int, gaps: Iterable[Gap]) -> None:
    body = json.dumps([gap.to_json() for gap in gaps])
    row = insert_for(conn, not_asked).values(incident_id=incident_id, briefing=briefing, gaps=body)
    conn.execute(row.on_conflict_do_update(index_elements=["incident_id", "briefing"], set_={"gaps": body}))


def not_asked_of(conn: Connection, incident_id: str, briefing: int) -> list[Gap]:
    mine = select(not_asked.c.gaps).where(not_asked.c.incident_id == incident_id, not_asked.c.briefing == briefing)
    body = conn.scalar(mine)
    return [Gap.model_validate_json(json.dumps(item)) for item in json.loads(body)] if body else []
