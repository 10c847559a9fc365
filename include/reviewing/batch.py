"""One batch: each of its units is read at its commit, looked at, and kept at once. A unit that is known is not read again.

Where the repository cannot give a file, the batch fails with what it has: cleared, it goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from include.contracts.errors import HoldpointError, NotFound
from include.contracts.script_review import FileReview
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.contents import Contents, Entry
from include.reviewing.ports import Git, Rules, Snapshot
from include.store import ledger, script_units
from include.store.database import Store
from include.store.script_reviews import Review


class Progress(NamedTuple):
    """Files in the batches that are done, of those that needed a look."""

    done: int
    of: int

    def __str__(self) -> str:
        return f"reviewed {self.done:,} of {self.of:,} files"


@dataclass(frozen=True)
class _Work:
    review: Review
    contents: Contents
    keys: tuple[str, ...]


def review_batch(store: Store, *, review_id: str, number: int, run: str, git: Git, rules: Rules) -> Progress:
    """Look at what of the batch is not known yet.

    :raises Conflict: this run does not have the review
    :raises NotFound: no such batch
    :raises ReadFailed: a file cannot be read; what was looked at before it stays
    """
    with store.read() as conn:
        work = _work(conn, review_id, number, run)
        known = script_units.reviewed(conn, work.keys)
    try:
        _look(store, work, known, git, rules)
    except HoldpointError as error:
        _end(store, work, number, run, error.code)
        raise
    return _end(store, work, number, run, None)


def _work(conn: Connection, review_id: str, number: int, run: str) -> _Work:
    review = require_claim(conn, review_id, run)
    found = script_units.batch(conn, review_id, number)
    if found is None or review.manifest is None:
        raise NotFound(f"The review {review_id} has no batch {number}.", next_step="clear the task list_changed")
    return _Work(review, Contents.from_json(script_units.manifest(conn, review.manifest)), found.units)


def _look(store: Store, work: _Work, known: set[str], git: Git, rules: Rules) -> None:
    """Units of the head, and of what a pull request is compared with, each from its own commit."""
    wanted = set(work.keys) - known
    for commit, entries in ((work.review.commit, work.contents.units), (work.review.base, work.contents.base)):
        mine = [each for each in entries if each.key in wanted]
        if mine and commit is not None:
            snapshot = git.snapshot(commit)
            for entry in mine:
                found = _reviewed(snapshot, entry, rules)
                with store.begin() as conn:
                    script_units.keep_unit(conn, entry.key, found)


def _reviewed(snapshot: Snapshot, entry: Entry, rules: Rules) -> list[FileReview]:
    members, tests = ({path: snapshot.read(path) for path in paths} for paths in (entry.members, entry.tests))
    return list(rules.review(members, tests))


def _end(store: Store, work: _Work, number: int, run: str, error: str | None) -> Progress:
    with store.begin() as conn:
        ledger.lock(conn)
        script_units.end_batch(conn, work.review.id, number, error)
        done = Progress(script_units.done_files(conn, work.review.id), work.review.fresh_files)
        kind = "review.batch_failed" if error else "review.batch"
        payload = {"batch": number, "units": len(work.keys), "error": error, "done": done.done, "of": done.of}
        ledger.append(conn, actor=PRINCIPAL, kind=kind, subject=work.review.id, run=run, payload=payload)
    return done
