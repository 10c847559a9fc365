"""Somebody or something wants a review: it is written down, and a run is started for it. The same wish is the same review."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from include.contracts.errors import BadInput
from include.contracts.repository import PullRequest
from include.reviewing.begin import PRINCIPAL
from include.store import ledger
from include.store import script_reviews as reviews
from include.store.database import Store
from include.store.script_reviews import ReviewKind

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def ask_by_night(store: Store, repositories: Iterable[str], *, night: str) -> list[str]:
    """A review of each repository's branch; their ids.

    :param night: what tells it from the night before, such as the id of the scheduled run
    """
    with store.begin() as conn:
        ledger.lock(conn)
        return [
            _ask(conn, f"nightly:{name}:{night}", repository=name, kind=ReviewKind.NIGHTLY, asked_by=PRINCIPAL)
            for name in repositories
        ]


def ask_by_hand(store: Store, repository: str, *, person: str, run: str, commit: str | None = None) -> str:
    """A review that a person has started a run for: that run has it.

    :raises BadInput: the commit is no whole hash
    """
    _require_commit(commit)
    with store.begin() as conn:
        ledger.lock(conn)
        given = {"repository": repository, "kind": ReviewKind.BY_HAND, "asked_by": person, "commit": commit}
        review_id = _ask(conn, f"hand:{repository}:{run}", **given)
        reviews.claim(conn, review_id, run)
    return review_id


def ask_for_pull(store: Store, wanted: PullRequest) -> str:
    """A review of a pull request as it is now. Told twice of the same two commits, it is one review."""
    with store.begin() as conn:
        ledger.lock(conn)
        given = {"repository": wanted.repository, "kind": ReviewKind.PULL_REQUEST, "asked_by": PRINCIPAL}
        return _ask(conn, wanted.mark, **given, commit=wanted.head, base=wanted.base, pull=wanted.number)


def _ask(conn: Connection, mark: str, **given: Any) -> str:
    review_id, created = reviews.ask(conn, mark=mark, **given)
    if created:
        payload = {name: value for name, value in given.items() if name != "asked_by"} | {"kind": given["kind"].value}
        ledger.append(conn, actor=given["asked_by"], kind="review.asked", subject=review_id, run="", payload=payload)
    return review_id


def _require_commit(commit: str | None) -> None:
    if commit is not None and not _COMMIT.fullmatch(commit):
        raise BadInput("A commit is named by its whole hash.", next_step="git rev-parse shows it")
