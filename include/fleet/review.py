"""The audit review: once a week somebody reads a random sample of the ledger's entries, and signs it off.

The sample cannot be chosen: its seed is the hash of the week's last entry, which depends on every entry before it, so it is known
only when the week is over, and is the same for whoever draws it. One who writes to the database itself could try entries until a
sample pleases; a checkpoint kept elsewhere, and the clock of its making, stand against that.

A person signs off under their own name, once for each week: an entry of the ledger. Nobody signs off a sample that holds nothing
but their own acts: then another of the people whom RACI names has to. In a mixed sample their own are named in the sign-off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person, RaciKind, RaciRow
from include.contracts.errors import BadInput, Conflict, Denied
from include.fleet.period import week as week_named
from include.fleet.period import week_of
from include.store import feedback, ledger
from include.store.database import day
from include.store.ledger import LedgerRow
from include.store.schema import ledger as entries
from include.store.span import span
from include.trace.audience import Audience
from include.trace.entry import Shown, load, parsed, problems_of, state_of

SIZE = 25
SIGNED = "audit.signed_off"
_FORM = b"holdpoint/audit/sample/1\n"


@dataclass(frozen=True)
class Sample:
    """`entries` in their order, as the reader may see them; `unseen` are the numbers of those that they may not."""

    week: str
    first: int
    last: int
    seed: str
    entries: tuple[Shown, ...]
    unseen: tuple[int, ...]
    signed: tuple[LedgerRow, ...]
    owner: str

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted([*(entry.seq for entry in self.entries), *self.unseen]))

    @property
    def verifies(self) -> bool:
        return all(entry.verifies for entry in self.entries)

    def to_json(self) -> dict[str, Any]:
        return {
            "week": self.week,
            "first": self.first,
            "last": self.last,
            "seed": self.seed,
            "owner": self.owner,
            "entries": [entry.to_json() for entry in self.entries],
            "unseen": list(self.unseen),
            "verifies": self.verifies,
            "signed_off": [{"person": row.actor, "at": row.at, "seq": row.seq, **(row.payload or {})} for row in self.signed],
        }


def owner_of(catalogue: Catalogue) -> RaciRow:
    """The RACI row of audit review; the catalogue does not load without it."""
    row = catalogue.accountable(RaciKind.AUDIT_REVIEW, "*")
    assert row is not None
    return row


def may_sign(catalogue: Catalogue, person: Person) -> bool:
    row = owner_of(catalogue)
    return person.name in (row.responsible, row.accountable)


def last_week(conn: Connection) -> str:
    """The last week that is over, by the store's clock."""
    today = day(conn)
    return week_of(today.fromordinal(today.toordinal() - today.isoweekday()))


def sample(conn: Connection, catalogue: Catalogue, person: Person, week: str) -> Sample:
    """A week's sample, for somebody of the audit review.

    :param week: an ISO week that is over, `2026-W47`
    :raises Denied: this person is not of the audit review
    :raises BadInput: it is no week, or is not over
    """
    row = owner_of(catalogue)
    if person.name not in (row.responsible, row.accountable, *row.consulted):
        raise Denied(
            "The audit review is done by the people whom raci.yaml names in the row audit_review.",
            next_step=f"ask {row.accountable}",
        )
    asked = week_named(week)
    if asked.until >= day(conn):
        raise BadInput(f"The week {week} is not over yet.", next_step=f"read the sample of {last_week(conn)}")
    first, last = span(conn, asked.begin, asked.end)
    seed = _seed(conn, week, last)
    seen, unseen = _seen(conn, Audience(conn, catalogue, person), drawn(seed, first, last))
    signed = tuple(ledger.newest(conn, subject=f"week:{week}", kinds=(SIGNED,), limit=20))
    return Sample(week, first, last, seed, tuple(seen), tuple(unseen), signed, row.accountable)


def drawn(seed: str, first: int, last: int, size: int = SIZE) -> list[int]:
    """So many numbers of [first, last], each as likely as any other, by this seed; all of them where there are fewer."""
    count = last - first + 1
    if count <= size:
        return list(range(first, last + 1))
    found: dict[int, None] = {}
    turn = 0
    while len(found) < size:
        digest = hashlib.sha256(_FORM + f"{seed}\n{turn}".encode()).digest()
        found[first + int.from_bytes(digest) % count] = None
        turn += 1
    return sorted(found)


def sign_off(conn: Connection, catalogue: Catalogue, person: Person, week: str, *, seed: str, found: str) -> int:
    """Enter that this person has read the week's sample; the number of the entry. In `Store.begin()`.

    :param seed: of the sample that they have read
    :param found: what they have found, in their own words; also that there was nothing
    :raises Denied: it is not theirs to sign off, or is nothing but their own acts
    :raises Conflict: it is another sample than the one they read, is empty, or they have signed it off before
    :raises BadInput: the text cannot be kept; that is no week that is over
    """
    ledger.lock(conn)
    read = sample(conn, catalogue, person, week)
    said = feedback.plain(found)
    own = _require(catalogue, person, read, seed)
    payload = {
        "week": week,
        "first": read.first,
        "last": read.last,
        "seed": read.seed,
        "entries": list(read.numbers),
        "unseen": list(read.unseen),
        "own": own,
        "verifies": read.verifies,
        "found": said,
    }
    return ledger.append(conn, actor=person.name, kind=SIGNED, subject=f"week:{week}", payload=payload)


def _require(catalogue: Catalogue, person: Person, read: Sample, seed: str) -> list[int]:
    if not may_sign(catalogue, person):
        owner = owner_of(catalogue)
        raise Denied("Only the responsible and the accountable sign off.", next_step=f"ask {owner.responsible}")
    if seed != read.seed:
        raise Conflict("This is not the sample that you have read.", next_step="read it again: ./holdpoint audit sample")
    if not read.entries:
        raise Conflict("There is no entry in it that you may read.", next_step="there is nothing to sign off")
    if any(row.actor == person.name for row in read.signed):
        raise Conflict("You have signed this week off before.", next_step="nothing is left to do")
    own = [entry.seq for entry in read.entries if entry.row[2] == person.name]
    if len(own) == len(read.entries):
        raise Denied(
            "All that you may read of this sample you have done yourself.",
            next_step="ask another person of the row audit_review in raci.yaml to sign it off",
        )
    return own


def _seed(conn: Connection, week: str, last: int) -> str:
    stored = conn.scalar(select(entries.c.hash).where(entries.c.seq == last))
    return hashlib.sha256(_FORM + f"{week}\n{stored}".encode()).hexdigest()


def _seen(conn: Connection, audience: Audience, numbers: Sequence[int]) -> tuple[list[Shown], list[int]]:
    rows = load(conn, numbers)
    audience.learn(str(row[4]) for row in rows)
    visible = [row for row in rows if audience.may_see(str(row[4]))]
    problems = problems_of(conn, visible)
    shown = []
    for row in visible:
        state, payload = state_of(row), parsed(row)
        if state == "shown" and not audience.may_read(str(row[4]), payload or {}):
            state = "withheld"
        shown.append(Shown(row, state, payload if state == "shown" else None, problems[row[0]]))
    there = {entry.seq for entry in shown}
    return shown, [seq for seq in numbers if seq not in there]
