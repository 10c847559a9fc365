"""A page of a trace: the entries that answer a question, in their order, as far as one person may see them (H12).

What may not be seen is neither shown nor counted, so a page is filled with what may be. Where the question is about a person,
a source or a tool, which may stand in any number of entries, and the reader may not see everything, a page goes through 20,000
entries of the ledger at most, whatever they are, and says how far it came: that the search goes on then tells nothing of what is
hidden. With a choice of kinds that have many entries it goes through 2,000 entries that the reader may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from include.contracts.errors import BadInput
from include.store import refs
from include.store.checkpoint import Checkpoint
from include.store.database import DRIVER_ERRORS
from include.store.faults import Row
from include.store.schema import ledger
from include.store.verify import any_bytes
from include.trace import lookup
from include.trace.audience import Audience
from include.trace.entry import Shown, load, parsed, problems_of, state_of
from include.trace.lookup import Span, Streams
from include.trace.question import WIDE, Question
from include.trace.seal import Seal, sealed

MAX_LIMIT = 500
WINDOW = 20_000
MAX_PASSED_OVER = 2_000
_CHUNK = 500


@dataclass(frozen=True)
class Page:
    """`next` and `previous` are what to ask for as `after` and `before`, where there is or may be more; `looked_to` is the
    entry up to which this page looked, where it stopped before it was full."""

    question: Question
    entries: tuple[Shown, ...]
    next: int | None
    previous: int | None
    looked_to: int | None
    seal: Seal | None = None

    @property
    def verifies(self) -> bool:
        """Whether each entry on it does, and no checkpoint contradicts."""
        return all(entry.verifies for entry in self.entries) and not (self.seal and self.seal.problems)

    def to_json(self) -> dict[str, Any]:
        return {
            "question": str(self.question),
            "entries": [entry.to_json() for entry in self.entries],
            "next": self.next,
            "previous": self.previous,
            "looked_to": self.looked_to,
            "verifies": self.verifies,
            "seal": self.seal.to_json() if self.seal else None,
        }


@dataclass(frozen=True)
class Wanted:
    """Which page: of the entries after `after` the first, or of those before `before` the last; of all kinds, or of `kinds`."""

    question: Question
    after: int = 0
    before: int | None = None
    limit: int = 100
    kinds: Collection[str] = ()
    checkpoints: Sequence[Checkpoint] = field(default=())

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise BadInput(f"A page has 1 to {MAX_LIMIT} entries.", next_step="Ask for the rest with --after.")
        if not (0 <= self.after < 2**63 and (self.before is None or 0 <= self.before < 2**63)):
            raise BadInput("An entry's number is 0 or more.", next_step="Give the number that the last page named.")


def page(conn: Connection, audience: Audience, wanted: Wanted) -> Page:
    """One page, over a connection of `Store.read()`."""
    try:
        return _Search(conn, audience, wanted).page()
    except DRIVER_ERRORS:
        with any_bytes(conn):  # a cell that is no UTF-8, which only tampering brings
            return _Search(conn, audience, wanted).page()


def pages(conn: Connection, audience: Audience, wanted: Wanted) -> Iterator[Page]:
    """This page and all that follow."""
    found = page(conn, audience, wanted)
    yield found
    while found.next is not None:
        found = page(conn, audience, replace(wanted, after=found.next))
        yield found


class _Search:
    def __init__(self, conn: Connection, audience: Audience, wanted: Wanted) -> None:
        self._conn = conn
        self._audience = audience
        self._wanted = wanted
        self._streams = self._permitted()
        self._passed_over = 0

    def page(self) -> Page:
        span, beyond = self._span()
        found, limit = list[Shown](), self._wanted.limit
        if (rare := self._of_rare_kinds(span)) is not None:
            for start in range(0, len(rare), limit + 1):
                found += self._choose(rare[start : start + limit + 1])
                if len(found) > limit:
                    break
            return self._made(found, beyond)
        chunk = limit + 1
        while len(found) <= limit and self._passed_over < MAX_PASSED_OVER:
            numbers = lookup.find(self._conn, self._streams, span, chunk)
            found += self._choose(numbers)
            if len(numbers) < chunk:
                return self._made(found, beyond)
            span, chunk = span.rest(numbers[-1]), max(chunk, _CHUNK)
        return self._made(found, span.before if span.newest else span.after)

    def _permitted(self) -> Streams:
        """Where to look: subjects that the reader may not know of are not even looked up."""
        question = self._wanted.question
        subjects = dict.fromkeys((*question.subjects, *lookup.linked(self._conn, question)))
        allowed = [subject for subject in subjects if self._audience.may_see(subject)]
        return Streams(lookup.columns(question, allowed), question.ref)

    def _span(self) -> tuple[Span, int | None]:
        """Where to look, and where to go on when that is not all."""
        wanted, end = self._wanted, lookup.head(self._conn) + 1
        windowed = wanted.question.kind in WIDE and not self._audience.sees_everything
        if wanted.before is not None:
            before = min(wanted.before, end)
            after = max(before - 1 - WINDOW, 0) if windowed else 0
            return Span(after, before, newest=True), after + 1 if after else None
        before = min(end, wanted.after + 1 + WINDOW) if windowed else end
        return Span(wanted.after, before), before - 1 if before < end else None

    def _of_rare_kinds(self, span: Span) -> list[int] | None:
        kinds = self._wanted.kinds
        return lookup.of_rare_kinds(self._conn, self._streams, span, kinds) if kinds else None

    def _choose(self, numbers: Sequence[int]) -> list[Shown]:
        """Those of these entries that the reader may see and has asked for."""
        columns = ledger.c.seq, ledger.c.subject, ledger.c.actor, ledger.c.run, ledger.c.kind
        heads = {row.seq: row for row in self._conn.execute(select(*columns).where(ledger.c.seq.in_(numbers)))}
        self._audience.learn(str(row.subject) for row in heads.values())
        visible = [seq for seq in numbers if seq in heads and self._audience.may_see(str(heads[seq].subject))]
        chosen = [seq for seq in visible if not self._wanted.kinds or heads[seq].kind in self._wanted.kinds]
        self._passed_over += len(visible) - len(chosen)
        rows = {row[0]: row for row in load(self._conn, chosen)}
        problems = problems_of(self._conn, list(rows.values()))
        shown = (self._shown(rows[seq], problems[seq]) for seq in chosen)
        return [entry for entry in shown if entry is not None]

    def _shown(self, row: Row, problems: tuple[str, ...]) -> Shown | None:
        subject, payload, state = str(row[4]), parsed(row), state_of(row)
        if state == "shown" and not self._audience.may_read(subject, payload or {}):
            state = "withheld"
        streams = self._streams
        readable = state == "shown" and streams.ref in refs.named(row[11], row[4])
        if not (readable or streams.matches_columns(subject, str(row[2]), str(row[5]))):
            return None  # found by what its payload says: to who may not read that, it is not an answer
        return Shown(row, state, payload if state == "shown" else None, problems)

    def _made(self, found: list[Shown], stopped: int | None) -> Page:
        """:param stopped: where to go on when the page is not full; None at the end of all"""
        wanted = self._wanted
        full = len(found) > wanted.limit
        shown = tuple(sorted(found[: wanted.limit], key=lambda entry: entry.seq))
        first, last = (shown[0].seq, shown[-1].seq) if shown else (None, None)
        if wanted.before is None:
            following, previous = last if full else stopped, first if wanted.after else None
        else:
            following, previous = last or max(wanted.before - 1, 0), first if full else stopped
        seal = sealed(self._conn, wanted.checkpoints) if wanted.checkpoints else None
        return Page(wanted.question, shown, following, previous, None if full else stopped, seal)
