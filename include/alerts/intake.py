"""An authenticated post becomes rows: parsed first, then committed with its incidents and its ledger entries at once.

`prepare` does what needs no database, so that a storm's posts are parsed side by side; `commit` does the rest for many posts
in one transaction, so that a storm pays for one disk flush and not for each post.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from include.alerts.batch import Batch
from include.alerts.correlate import Outcome, correlate, open_unreadable
from include.alerts.parse import parse
from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert
from include.contracts.catalogue import AlertSource
from include.contracts.errors import BadInput
from include.store import ledger
from include.store.database import now
from include.telemetry.spans import note, noting, stage
from include.telemetry.stages import INTAKE

BRIEFED = frozenset({"incident.opened", "incident.raised"})


@dataclass(frozen=True)
class Post:
    """One post: either alerts, or the problem for which it could not be understood."""

    source: AlertSource
    body: bytes  # all of it, or the beginning of one over the limit
    digest: str  # SHA-256 of all of it
    length: int  # bytes, of all of it
    alerts: tuple[Alert, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Accepted:
    """What the sender is told: an id to ask about, and what became of each alert."""

    message_id: str
    outcomes: tuple[Outcome, ...]
    problem: str | None

    @property
    def asks_for_briefing(self) -> bool:
        """Whether a briefing is to be started now; an umbrella's has time."""
        return any(outcome.event in BRIEFED for outcome in self.outcomes)


def prepare(
    body: bytes, source: AlertSource, catalogue: Catalogue, *, received_at: datetime, content_type: str = "application/json"
) -> Post:
    """Parse one authenticated post. Never raises for what the post says: what cannot be understood is a problem to page (H10)."""
    digest = hashlib.sha256(body).hexdigest()
    try:
        alerts = parse(body, source, catalogue.settings, received_at=received_at, content_type=content_type)
    except BadInput as error:
        return Post(source, body, digest, len(body), (), problem=error.message)
    return Post(source, body, digest, len(body), tuple(alerts))


def oversize(beginning: bytes, digest: str, length: int, source: AlertSource, limit: int) -> Post:
    """A post over the size limit: its beginning is kept, and it pages like any other that cannot be understood."""
    return Post(source, beginning, digest, length, (), problem=f"The post has {length} bytes; the limit is {limit}.")


def unusable(post: Post, problem: str) -> Post:
    """The same post as one that could not be understood."""
    return replace(post, alerts=(), problem=problem)


@stage(INTAKE)
def commit(conn: Connection, catalogue: Catalogue, posts: Sequence[Post]) -> list[Accepted]:
    """Commit posts in order within the caller's transaction; the answers in the same order.

    Locks first: another API server may be about to open the same incident.
    """
    ledger.lock(conn)
    batch = Batch(conn, now(conn))
    accepted = [_commit_one(batch, catalogue, post) for post in posts]
    batch.write()
    entries = [entry for post, answer in zip(posts, accepted, strict=True) for entry in _entries(post, answer)]
    ledger.append_many(conn, entries)
    _note(posts, accepted)
    return accepted


def _note(posts: Sequence[Post], accepted: Sequence[Accepted]) -> None:
    if not noting():
        return
    events = [outcome.event for answer in accepted for outcome in answer.outcomes]
    unreadable = sum(answer.problem is not None for answer in accepted)
    alerts = sum(len(post.alerts) for post in posts)
    note(posts=len(posts), alerts=alerts, unreadable=unreadable, opened=events.count("incident.opened"))


def _commit_one(batch: Batch, catalogue: Catalogue, post: Post) -> Accepted:
    conn, at, source = batch.conn, batch.at, post.source
    message_id = batch.keep(source=source.name, body=post.body, digest=post.digest, length=post.length, problem=post.problem)
    if post.problem is None:
        outcomes = correlate(conn, catalogue, source, message_id, post.alerts, at, batch)
    else:
        quiet, oldest = catalogue.settings.quiet_minutes, catalogue.settings.incident_max_age_minutes
        outcomes = [open_unreadable(conn, source, message_id, at, quiet_minutes=quiet, max_age_minutes=oldest)]
    return Accepted(message_id, tuple(outcomes), post.problem)


def _entries(post: Post, answer: Accepted) -> list[ledger.Entry]:
    base = {"source": post.source.name, "message": answer.message_id, "digest": post.digest, "length": post.length}
    if post.problem is not None:
        base |= {"problem": post.problem}
    return [
        ledger.Entry(
            actor=f"source:{post.source.name}",
            kind=outcome.event,
            subject=outcome.incident_id or answer.message_id,
            payload={**base, "fingerprint": outcome.fingerprint, "severity": outcome.severity},
        )
        for outcome in answer.outcomes
    ]
