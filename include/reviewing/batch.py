"""One batch: each of its units is read at its commit, looked at, and kept at once. A unit that is known is not read again.

Where the repository cannot give a file, the batch fails with what it has: cleared, it goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from include.contracts.errors import BadInput, HoldpointError, NotFound, ReadFailed
from include.contracts.script_review import FileReview
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.contents import Contents, Entry
from include.reviewing.ports import Git, Rules, Snapshot
from include.script_review.language import language_of
from include.script_review.review import Unread, unread
from include.script_review.runner import Outcome, Unit
from include.store import ledger, script_units
from include.store.database import Store
from include.store.script_reviews import Review

_REVIEWS: TypeAdapter[list[FileReview]] = TypeAdapter(list[FileReview])


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
            taken: list[_Taken] = []
            for outcome in rules.runner.run(_units(snapshot, mine, taken, failed), total=len(mine)):
                one = taken[outcome.index]
                with store.begin() as conn:
                    script_units.keep_unit(conn, one.entry.key, [*_said(one, outcome), *one.unread])
                one.unit.clear()
    if failed:
        raise failed[0]


@dataclass(frozen=True)
class _Taken:
    """A unit whose files were read; `unread`: members that are too large for that."""

    entry: Entry
    unit: dict[str, bytes]
    unread: list[FileReview]


def _units(snapshot: Snapshot, entries: Sequence[Entry], taken: list[_Taken], failed: list[ReadFailed]) -> Iterator[Unit]:
    """Read only as fast as they are looked at."""
    for entry in entries:
        try:
            one = _take(snapshot, entry)
        except ReadFailed as error:
            failed.append(error)
            continue
        taken.append(one)
        yield Unit(dict(one.unit), {"tests": [path for path in entry.tests if path in one.unit]})


def _take(snapshot: Snapshot, entry: Entry) -> _Taken:
    files: dict[str, bytes] = {}
    unread_ones = []
    for path in (*entry.members, *entry.tests):
        try:
            files[path] = snapshot.read(path)
        except BadInput as error:  # too large; of a test its members only know that it is not there
            if path in entry.members:
                unread_ones.append(unread(Unread(path, language_of(path, ""), None, error.message)))
    return _Taken(entry, files, unread_ones)


def _said(one: _Taken, outcome: Outcome) -> list[FileReview]:
    """Of a unit that its worker did not get through, that each of its files was not looked at, and why."""
    reason = outcome.reason
    if reason is None:
        try:
            return _REVIEWS.validate_json(json.dumps(outcome.result))
        except ValidationError:
            reason = "the worker's answer is none"
    members = [path for path in one.entry.members if path in one.unit]
    return [unread(Unread(path, language_of(path, ""), None, reason)) for path in members]


def _end(store: Store, work: _Work, number: int, run: str, error: str | None) -> Progress:
    with store.begin() as conn:
        ledger.lock(conn)
        script_units.end_batch(conn, work.review.id, number, error)
        done = Progress(script_units.done_files(conn, work.review.id), work.review.fresh_files)
        kind = "review.batch_failed" if error else "review.batch"
        payload = {"batch": number, "units": len(work.keys), "error": error, "done": done.done, "of": done.of}
        ledger.append(conn, actor=PRINCIPAL, kind=kind, subject=work.review.id, run=run, payload=payload)
    return done
