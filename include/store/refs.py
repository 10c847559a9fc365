"""Which entries name what in their payload: an index, so that a trace need not read the whole ledger.

It is a convenience and no evidence: it is made of the payloads alone, can be made again (`rebuild`), and nothing that verifies
the ledger looks at it. Whoever finds an entry by it reads the entry, and believes that.

Indexed is text that has the form of one of our ids (`hold_…`) or of a SHA-256 digest, wherever it stands in the payload, and what
stands under the keys of `KEYS`. So a record of a later kind is found by its id without a line here.

Appending is the hot path, and each page of the disk that an index touches costs it a hundredth (`docs/adr/0010`). Therefore

- entries are indexed by blocks of 64: the transaction that appends the last one of a block writes the rows of all of it, and a
  look-up reads the newest entries, 63 at most, themselves;
- ids begin with their time, so a block's lie side by side. Digests do not: they are kept by segments of 16,384 entries, each of
  which a look-up asks, and by their first 16 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select, tuple_
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import StoreError
from include.store.schema import ledger, ledger_ref
from include.store.schema import payload as payload_table

if TYPE_CHECKING:
    from include.store.database import Store

BLOCK = 64
SEGMENT = 16_384
BATCH = 16 * BLOCK
MAX_NAMED = 64  # of one entry; a brief names as many pieces of evidence as it retrieved

ID, DIGEST, TOOL, TICKET, RUN, PERSON = "id", "digest", "tool", "ticket", "run", "person"
KEYS = {TOOL: TOOL, TICKET: TICKET, RUN: RUN, PERSON: PERSON, "recipient": PERSON, "approver": PERSON, "voter": PERSON}
"""Key of a payload -> what its text is, where the text's form does not say so."""

Ref = tuple[str, str]
"""(kind, text): `("id", "inc_…")`, `("digest", "9f86…")`, or a kind of `KEYS`."""

_DIGITS = 16
_ID_FORM = "[a-z]{2,12}_(?:[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{40})"
_DIGEST_FORM = "[0-9a-f]{64}"
_FORMS = {ID: re.compile(_ID_FORM), DIGEST: re.compile(_DIGEST_FORM)}
# In canonical JSON a text begins behind one of these; a quotation mark within a text stands behind a backslash. So no text can
# pretend to be a key, nor a part of one to be all of it.
_NAMED = re.compile(rf'(?<=[\[{{:,])"(?:({_ID_FORM})|({_DIGEST_FORM})|({"|".join(KEYS)})":"([!#-\[\]-~]{{1,250}}))"'.encode())
_MARK = {"sqlite": "?", "postgresql": "%s"}


def form_of(text: str) -> str | None:
    """`id` or `digest` where the text has that form."""
    return next((kind for kind, form in _FORMS.items() if form.fullmatch(text)), None)


def named(body: object, subject: object = None) -> set[Ref]:
    """What a stored payload names, the entry's own subject aside; the first 64 of it; nothing of what is no bytes."""
    found: set[Ref] = set()
    for identity, digest, key, value in _NAMED.findall(body) if isinstance(body, bytes) else ():
        if identity or digest:
            ref = (ID, identity.decode()) if identity else (DIGEST, digest.decode())
        else:
            ref = (KEYS[key.decode()], value.decode())
        if ref[1] != subject:
            found.add(ref)
            if len(found) == MAX_NAMED:
                break
    return found


def index(cursor: Any, dialect: str, first: int, last: int) -> None:
    """Index every block that the entries `first` to `last`, just appended, have completed."""
    begin, end = _complete(first - 1), _complete(last)
    for start in range(begin, end, BATCH):
        _index(cursor, dialect, start, min(start + BATCH, end))


def find(conn: Connection, ref: Ref, *, after: int = 0, before: int | None = None, limit: int, newest: bool = False) -> list[int]:
    """Numbers of entries that name it, in [after + 1, before), at most `limit`: the oldest, or the `newest` first."""
    head = _head(conn)
    before = head + 1 if before is None else min(before, head + 1)
    order = ledger_ref.c.seq.desc() if newest else ledger_ref.c.seq
    rows = select(ledger_ref.c.seq).where(_is(ref, after, before), ledger_ref.c.seq > after, ledger_ref.c.seq < before)
    indexed = conn.scalars(rows.order_by(order).limit(limit))
    tail = (seq for seq in _in_tail(conn, ref, head) if after < seq < before)
    return sorted({*indexed, *tail}, reverse=newest)[:limit]


def among(conn: Connection, ref: Ref, numbers: Collection[int]) -> set[int]:
    """Those of these entries that name it."""
    if not numbers:
        return set()
    rows = select(ledger_ref.c.seq).where(_is(ref, min(numbers) - 1, max(numbers) + 1), ledger_ref.c.seq.in_(numbers))
    return {*conn.scalars(rows), *(seq for seq in _in_tail(conn, ref, _head(conn)) if seq in numbers)}


def forget(conn: Connection, seq: int, body: object) -> None:
    """Take out what the index says of an entry whose payload is about to be erased."""
    for ref in named(body):
        conn.execute(delete(ledger_ref).where(_key() == tuple_(*_row(ref, seq))))


def rebuild(store: Store, progress: Callable[[int], object] = lambda _: None) -> tuple[int, int]:
    """Add what the index lacks and take out what no payload says: (added, removed). Others go on appending meanwhile.

    :param progress: told the number of the entry that it has come to
    :raises StoreError: the database cannot be reached, or refused
    """
    try:
        return _rebuild(store, progress)
    except (DBAPIError, store.engine.dialect.loaded_dbapi.Error) as error:
        raise StoreError(
            f"The index could not be made again: {getattr(error, 'orig', error)}",
            next_step="Run it as the tables' owner: ./holdpoint store rebuild-index.",
        ) from error


def _rebuild(store: Store, progress: Callable[[int], object]) -> tuple[int, int]:
    with store.read() as conn:
        end = _complete(_head(conn))
    added = removed = 0
    for start in range(0, end, BATCH):
        with store.begin() as conn:
            added += _index(conn.connection.cursor(), store.dialect, start, min(start + BATCH, end))
        progress(min(start + BATCH, end))
    last: tuple[str, str, int] | None = ("", "", 0)
    while last is not None:
        with store.begin() as conn:
            last, gone = _sweep(conn, last)
        removed += gone
    return added, removed


def _complete(seq: int) -> int:
    """The last entry of the blocks that are complete with entry `seq`."""
    return seq // BLOCK * BLOCK


def _head(conn: Connection) -> int:
    return int(conn.scalar(select(ledger.c.seq).order_by(ledger.c.seq.desc()).limit(1)) or 0)


def _row(ref: Ref, seq: int) -> tuple[str, str, int]:
    """The index's row that says that this entry names this."""
    kind, text = ref
    return (kind, _in_segment(text, seq // SEGMENT), seq) if kind == DIGEST else (kind, text, seq)


def _in_segment(digest: str, segment: int) -> str:
    return f"{segment:06x}.{digest[:_DIGITS]}"


def _key() -> Any:
    return tuple_(ledger_ref.c.ref_kind, ledger_ref.c.ref, ledger_ref.c.seq)


def _is(ref: Ref, after: int, before: int) -> ColumnElement[bool]:
    """The index's rows for it, as far as entries in [after + 1, before) are concerned."""
    kind, text = ref
    if kind != DIGEST:
        return and_(ledger_ref.c.ref_kind == kind, ledger_ref.c.ref == text)
    segments = range((after + 1) // SEGMENT, (before - 1) // SEGMENT + 1)
    return and_(ledger_ref.c.ref_kind == kind, ledger_ref.c.ref.in_([_in_segment(text, segment) for segment in segments]))


def _in_tail(conn: Connection, ref: Ref, head: int) -> Iterable[int]:
    """Entries behind the last complete block, of which the index says nothing yet."""
    rows = (
        select(ledger.c.seq, ledger.c.subject, payload_table.c.body)
        .join(payload_table, payload_table.c.seq == ledger.c.seq)
        .where(ledger.c.seq > _complete(head))
    )
    mark = ref[1].encode()
    for seq, subject, body in conn.execute(rows):
        if isinstance(body, bytes) and mark in body and ref in named(body, subject):
            yield seq


def _index(cursor: Any, dialect: str, after: int, last: int) -> int:
    """Index the entries in [after + 1, last]; returns how many rows that added."""
    mark = _MARK[dialect]
    cursor.execute(
        "SELECT ledger.seq, subject, body FROM ledger JOIN payload ON payload.seq = ledger.seq"  # noqa: S608
        f" WHERE ledger.seq > {mark} AND ledger.seq <= {mark}",
        (after, last),
    )
    # In the index's order: rows that come to lie side by side share the page that they are written to.
    rows = sorted(_row(ref, seq) for seq, subject, body in cursor.fetchall() for ref in named(body, subject))
    if not rows:
        return 0
    cursor.executemany(f"INSERT INTO ledger_ref VALUES ({mark}, {mark}, {mark}) ON CONFLICT DO NOTHING", rows)  # noqa: S608
    return max(int(cursor.rowcount), 0)


def _sweep(conn: Connection, after: tuple[str, str, int]) -> tuple[tuple[str, str, int] | None, int]:
    """Look at the next rows of the index: (the last of them, how many were taken out); None at its end."""
    there = conn.execute(select(ledger_ref).where(_key() > tuple_(*after)).order_by(*ledger_ref.c).limit(BATCH))
    rows = [(kind, text, seq) for kind, text, seq in there]
    if not rows:
        return None, 0
    said = (
        select(ledger.c.seq, ledger.c.subject, payload_table.c.body)
        .join(payload_table, payload_table.c.seq == ledger.c.seq)
        .where(ledger.c.seq.in_({seq for _, _, seq in rows}))
    )
    right = {_row(ref, seq) for seq, subject, body in conn.execute(said) for ref in named(body, subject)}
    wrong = [row for row in rows if row not in right]
    for row in wrong:
        conn.execute(delete(ledger_ref).where(_key() == tuple_(*row)))
    return rows[-1], len(wrong)
