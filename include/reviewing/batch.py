"""One batch: each of its units is read at its commit, looked at, and kept at once. A unit that is known is not read again.

Where the repository cannot give a file, the batch fails with what it has: cleared, it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection

from include.contracts.errors import BadInput, HoldpointError, NotFound, ReadFailed
from include.contracts.script_review import FileReview
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.contents import Contents, Entry
from include.reviewing.ports import Git, Rules, Snapshot
from include.script_review.language import language_of
from include.script_review.review import Unread, unread
from include.script_review.run import Files, review_files
from include.store import ledger, script_units
from include.store.database import Store
from include.store.script_reviews import Review

KEPT_AT_ONCE = 10  # units


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
    """Units of the head, and of what a pull request is compared with, each from its own commit. One that cannot be read fails
    the batch once all others were looked at."""
    wanted = set(work.keys) - known
    failed: list[ReadFailed] = []
    for commit, entries in ((work.review.commit, work.contents.units), (work.review.base, work.contents.base)):
        mine = [each for each in entries if each.key in wanted]
        if mine and commit is not None:
            snapshot = git.snapshot(commit)
            loads = [_Load(snapshot, each) for each in mine]
            _keep(store, zip(loads, review_files(loads, runner=rules.runner), strict=True))
            failed += [load.lost for load in loads if load.lost is not None]
    if failed:
        raise failed[0]


def _keep(store: Store, done: Iterator[tuple[_Load, list[FileReview]]]) -> None:
    """Keep what is done some units at a time: each commit waits for the disk, and a task that dies loses no more than these."""
    while some := list(islice(done, KEPT_AT_ONCE)):
        with store.begin() as conn:
            for load, found in some:
                if load.lost is None:
                    script_units.keep_unit(conn, load.entry.key, [*found, *load.refused])


@dataclass
class _Load:
    """A unit's files, read when their turn comes. `refused`: members that are too large; `lost`: why it could not be read."""

    snapshot: Snapshot
    entry: Entry
    refused: list[FileReview] = field(default_factory=list)
    lost: ReadFailed | None = None

    def __call__(self) -> Files:
        try:
            members, tests = self._read(self.entry.members), self._read(self.entry.tests)
        except ReadFailed as error:
            self.lost = error
            return Files({}, {})
        return Files(members, tests)

    def _read(self, paths: Sequence[str]) -> dict[str, bytes]:
        found = {}
        for path in paths:
            try:
                found[path] = self.snapshot.read(path)
            except BadInput as error:  # too large; that a test is there its members know without it
                if path in self.entry.members:
                    self.refused.append(unread(Unread(path, language_of(path, ""), None, error.message)))
        return found


def _end(store: Store, work: _Work, number: int, run: str, error: str | None) -> Progress:
    with store.begin() as conn:
        ledger.lock(conn)
        script_units.end_batch(conn, work.review.id, number, error)
        done = Progress(script_units.done_files(conn, work.review.id), work.review.fresh_files)
        kind = "review.batch_failed" if error else "review.batch"
        payload = {"batch": number, "units": len(work.keys), "error": error, "done": done.done, "of": done.of}
        ledger.append(conn, actor=PRINCIPAL, kind=kind, subject=work.review.id, run=run, payload=payload)
    return done
