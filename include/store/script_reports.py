"""Reports of reviews, version by version, and the one comment that a pull request has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from include.store.database import now
from include.store.tables.script_review import script_comment, script_report
from include.store.times import from_text
from include.store.upsert import insert_for


@dataclass(frozen=True)
class Counts:
    """`findings`: neither suppressed by their authors nor dismissed. `gaps`: files that nobody has looked at."""

    findings: int
    new: int
    fixed: int
    gaps: int


@dataclass(frozen=True)
class Report:
    """`body` is JSON."""

    review_id: str
    version: int
    run_id: str
    label: str
    made_at: datetime
    content_digest: str
    counts: Counts
    body: str
    sarif: str
    markdown: str


@dataclass(frozen=True)
class Comment:
    """`id` is None where a comment was sent and its answer was lost."""

    id: str | None
    review_id: str
    version: int
    digest: str
    at: datetime


def add_report(
    conn: Connection, review_id: str, *, run: str, label: str, counts: Counts, body: str, sarif: str, markdown: str
) -> tuple[int, bool]:
    """Keep a report. Returns (version, new); the newest version again where its content is the same."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    newest = latest(conn, review_id)
    if newest is not None and newest.content_digest == digest:
        return newest.version, False
    version = newest.version + 1 if newest is not None else 1
    conn.execute(
        insert(script_report).values(
            review_id=review_id,
            version=version,
            run_id=run,
            label=label,
            made_at=now(conn),
            content_digest=digest,
            body=body,
            sarif=sarif,
            markdown=markdown,
            **{field.name: getattr(counts, field.name) for field in fields(counts)},
        )
    )
    return version, True


def latest(conn: Connection, review_id: str) -> Report | None:
    newest = select(func.max(script_report.c.version)).where(script_report.c.review_id == review_id).scalar_subquery()
    found = select(script_report).where(script_report.c.review_id == review_id, script_report.c.version == newest)
    row = conn.execute(found).mappings().first()
    if row is None:
        return None
    plain = ("review_id", "version", "run_id", "label", "content_digest", "body", "sarif", "markdown")
    counts = Counts(**{field.name: row[field.name] for field in fields(Counts)})
    return Report(**{name: row[name] for name in plain}, made_at=from_text(row["made_at"]), counts=counts)


def heads(conn: Connection, review_ids: list[str]) -> dict[str, tuple[int, Counts]]:
    """Review to its newest report's version and counts, without what it says."""
    table = script_report.c
    columns = (table.review_id, table.version, *(table[field.name] for field in fields(Counts)))
    rows = conn.execute(select(*columns).where(table.review_id.in_(review_ids)).order_by(table.version))
    return {row[0]: (row[1], Counts(*row[2:])) for row in rows}


def comment_of(conn: Connection, repository: str, pull: int) -> Comment | None:
    """What is known of a pull request's comment."""
    mine = (script_comment.c.repository == repository) & (script_comment.c.pull == pull)
    row = conn.execute(select(script_comment).where(mine)).mappings().first()
    if row is None:
        return None
    return Comment(row["comment_id"], row["review_id"], row["version"], row["digest"], from_text(row["at"]))


def keep_comment(
    conn: Connection, repository: str, pull: int, *, comment_id: str | None, review_id: str, version: int, digest: str
) -> None:
    """Write down what was sent, or is about to be."""
    row = {"comment_id": comment_id, "review_id": review_id, "version": version, "digest": digest, "at": now(conn)}
    made = insert_for(conn, script_comment).values(repository=repository, pull=pull, **row)
    conn.execute(made.on_conflict_do_update(index_elements=["repository", "pull"], set_=row))


def forget_comment(conn: Connection, repository: str, pull: int) -> None:
    """What was about to be sent was not taken: the way is free for the next one."""
    mine = (script_comment.c.repository == repository) & (script_comment.c.pull == pull)
    conn.execute(delete(script_comment).where(mine, script_comment.c.comment_id.is_(None)))
