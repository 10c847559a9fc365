"""One comment on a pull request: written once, then edited in place, and found again where an answer was lost.

The intent is durable before the first one is sent (`comment.sending`), then `comment.sent` with its id, or `comment.not_sent`.
While one is on its way nobody sends another. One that people have deleted stays deleted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import Connection

from include.contracts.errors import DeliveryFailed, HoldpointError
from include.delivery.change_drafts.base import Lost
from include.delivery.pull_requests.github import Posted
from include.store import ledger, script_reports
from include.store.database import Store, now
from include.store.script_reports import Comment
from include.store.times import from_text

ACTOR = "script_review@service"
SETTLE_S = 60.0  # how long a comment whose answer was lost may take until it is listed

Outcome = Literal["created", "updated", "unchanged", "found", "deleted"]


class Comments(Protocol):
    """A repository's comments. Reads raise ReadFailed or ConfigError, writes DeliveryFailed, ConfigError or Lost."""

    def find(self, pull: int, first_line: str) -> Posted | None: ...
    def fetch(self, ref: str) -> Posted | None: ...
    def create(self, pull: int, body: str) -> str: ...
    def update(self, ref: str, body: str) -> None: ...


@dataclass(frozen=True)
class Said:
    """What is to stand there: `body` begins with the hidden line that is searched for."""

    repository: str
    pull: int
    review_id: str
    version: int
    body: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


def keep_comment(store: Store, said: Said, comments: Comments, *, run: str) -> tuple[str | None, Outcome]:
    """Create it, or bring it up to date: (its id, what was done). Safe at any time, and twice at once.

    :raises DeliveryFailed, ReadFailed: may be tried again; the retry finds what this one sent
    :raises ConfigError: the system refuses the account, or what is sent
    """
    with store.read() as conn:
        known = script_reports.comment_of(conn, said.repository, said.pull)
    if known is None or known.id is None:
        return _first(store, said, comments, run)
    if known.digest == said.digest:
        return known.id, "unchanged"
    found = comments.fetch(known.id)
    if found is None:
        return known.id, "deleted"
    _change(said, comments, known.id)
    _keep(store, said, run, known.id, "comment.edited")
    return known.id, "updated"


def _first(store: Store, said: Said, comments: Comments, run: str) -> tuple[str, Outcome]:
    """Nobody knows of one: look for ours, which an answer that was lost may have left there; else send it."""
    first_line = said.body.split("\n", 1)[0]
    if (found := comments.find(said.pull, first_line)) is not None:
        if found.body != said.body:
            _change(said, comments, found.id)
        _keep(store, said, run, found.id, "comment.sent")
        return found.id, "found"
    _claim(store, said, run)
    try:
        ref = comments.create(said.pull, said.body)
    except Lost:
        found = comments.find(said.pull, first_line)
        if found is None:
            raise _in_doubt() from None
        ref = found.id
    except HoldpointError:  # it says that nothing was taken
        with store.begin() as conn:
            script_reports.forget_comment(conn, said.repository, said.pull)
            _append(conn, said, run, "comment.not_sent", None)
        raise
    _keep(store, said, run, ref, "comment.sent")
    return ref, "created"


def _claim(store: Store, said: Said, run: str) -> None:
    """The intent, durable before the effect; refused while another may still be on its way."""
    with store.begin() as conn:
        ledger.lock(conn)
        last = script_reports.comment_of(conn, said.repository, said.pull)
        if last is not None and (last.id is not None or _age_s(conn, last) < SETTLE_S):
            raise _in_doubt()
        _row(conn, said, None)
        _append(conn, said, run, "comment.sending", None)


def _age_s(conn: Connection, last: Comment) -> float:
    return (from_text(now(conn)) - last.at).total_seconds()


def _in_doubt() -> DeliveryFailed:
    return DeliveryFailed(
        "A comment was sent and cannot be seen yet; it is not sent again.",
        next_step=f"try again in {SETTLE_S:.0f} seconds: it is found then, or sent",
    )


def _change(said: Said, comments: Comments, ref: str) -> None:
    """Send an edit once; where its answer was lost, the comment itself says whether it was taken."""
    try:
        comments.update(ref, said.body)
    except Lost:
        after = comments.fetch(ref)
        if after is None or after.body.replace("\r", "") != said.body:
            raise DeliveryFailed("Whether an edit of the comment was taken is not known.", next_step="try again later") from None


def _keep(store: Store, said: Said, run: str, ref: str, kind: str) -> None:
    with store.begin() as conn:
        ledger.lock(conn)
        _row(conn, said, ref)
        _append(conn, said, run, kind, ref)


def _row(conn: Connection, said: Said, ref: str | None) -> None:
    repository, review = said.repository, said.review_id
    script_reports.keep_comment(
        conn, repository, said.pull, comment_id=ref, review_id=review, version=said.version, digest=said.digest
    )


def _append(conn: Connection, said: Said, run: str, kind: str, ref: str | None) -> None:
    payload = {"tool": "comment_on_pull_request", "pull": said.pull, "version": said.version, "id": ref, "digest": said.digest}
    ledger.append(conn, actor=ACTOR, kind=kind, subject=said.review_id, run=run, payload=payload)
