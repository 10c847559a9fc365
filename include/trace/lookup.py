"""Numbers of the entries that answer a question, by indexes alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from include.store import refs
from include.store.schema import ledger
from include.trace.question import Question

MAX_LINKED = 200  # entries looked at for records that belong to an incident
RARE = 1_000  # kinds with no more entries than that are looked through themselves


@dataclass(frozen=True)
class Span:
    """A part of the ledger, its ends not in it, and the end to begin at."""

    after: int
    before: int
    newest: bool = False

    @property
    def empty(self) -> bool:
        return self.before - self.after <= 1

    def rest(self, seq: int) -> Span:
        """What is left of it when `seq` was the last one looked at."""
        return Span(self.after, seq, True) if self.newest else Span(seq, self.before)


@dataclass(frozen=True)
class Streams:
    """Where the answers are: entries with one of these (column, text) pairs, and entries whose payload names `ref`."""

    columns: tuple[tuple[str, str], ...]
    ref: refs.Ref | None

    def matches_columns(self, subject: str, actor: str, run: str) -> bool:
        there = {"subject": subject, "actor": actor, "run": run}
        return any(there[name] == text for name, text in self.columns)


def linked(conn: Connection, question: Question) -> tuple[str, ...]:
    """Records of their own that name this incident or change request: what is entered about them belongs to its story."""
    if question.kind not in ("incident", "change") or question.ref is None:
        return ()
    naming = refs.find(conn, question.ref, limit=MAX_LINKED)
    subjects = conn.scalars(select(ledger.c.subject).where(ledger.c.seq.in_(naming)).distinct())
    names = sorted(name for name in subjects if isinstance(name, str))
    return tuple(name for name in names if refs.form_of(name) == refs.ID and not name.startswith(("inc_", "chg_")))


def find(conn: Connection, streams: Streams, span: Span, limit: int) -> list[int]:
    """The next numbers in the span, at most `limit`, from its beginning on."""
    found: set[int] = set()
    order = ledger.c.seq.desc() if span.newest else ledger.c.seq
    for name, text in streams.columns:
        inside = ledger.c[name] == text, ledger.c.seq > span.after, ledger.c.seq < span.before
        found.update(conn.scalars(select(ledger.c.seq).where(*inside).order_by(order).limit(limit)))
    if streams.ref is not None:
        found.update(refs.find(conn, streams.ref, after=span.after, before=span.before, limit=limit, newest=span.newest))
    return sorted(found, reverse=span.newest)[:limit]


def of_rare_kinds(conn: Connection, streams: Streams, span: Span, kinds: Collection[str]) -> list[int] | None:
    """All numbers in the span, of entries of these kinds; None where these kinds have too many entries to look at each."""
    order = ledger.c.seq.desc() if span.newest else ledger.c.seq
    inside = ledger.c.kind.in_(kinds), ledger.c.seq > span.after, ledger.c.seq < span.before
    rare = conn.scalars(select(ledger.c.seq).where(*inside).order_by(order).limit(RARE + 1)).all()
    if len(rare) > RARE:
        return None
    heads = conn.execute(select(ledger.c.seq, ledger.c.subject, ledger.c.actor, ledger.c.run).where(ledger.c.seq.in_(rare)))
    found = {row.seq for row in heads if streams.matches_columns(row.subject, row.actor, row.run)}
    if streams.ref is not None:
        found |= refs.among(conn, streams.ref, frozenset(rare))
    return sorted(found, reverse=span.newest)


def head(conn: Connection) -> int:
    """The number of the newest entry; 0 where there is none."""
    return int(conn.scalar(select(ledger.c.seq).order_by(ledger.c.seq.desc()).limit(1)) or 0)


def columns(question: Question, subjects: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The question's own column, where it has one, and these subjects."""
    own = (question.column,) if question.column is not None else ()
    return (*own, *(("subject", subject) for subject in subjects))
