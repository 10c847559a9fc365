"""How many entries of which kind, by day: counts made of the ledger, so that a question about a year reads no million entries.

The ledger stays the authority. The counts are made by `catch_up`, which `reconcile` calls, and not by who appends: appending
costs nothing more. Whoever asks (`counts`) counts what came after by itself, in the same snapshot, so that no answer is late.
`rebuild` makes them anew from the ledger and says where they differed.

What was counted stays counted when a payload is erased: names of tools, rules and runbooks, never its words. Made anew, the
counts then know the entry's kind alone.

A count is kept under the origin and the labels of what it counts (`include/store/origins.py`), which decide who may know of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, Select, delete, select, tuple_, update
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import StoreError
from include.store.counted import PARTS, Lookup, Said, parts_of
from include.store.origins import Origins, labels_of
from include.store.schema import ledger
from include.store.schema import payload as payload_table
from include.store.tables.fleet import tally as table
from include.store.tables.fleet import tally_head
from include.store.upsert import insert_for

if TYPE_CHECKING:
    from include.store.database import Store

BATCH = 500  # entries counted in one transaction, which on SQLite keeps every other writer waiting
_KEY = (table.c.kind, table.c.day, table.c.actor, table.c.origin, table.c.labels, table.c.name, table.c.detail)
_ENTRIES: Select[Any] = select(
    ledger.c.seq, ledger.c.at, ledger.c.actor, ledger.c.kind, ledger.c.subject, payload_table.c.body
).join_from(ledger, payload_table, ledger.c.seq == payload_table.c.seq, isouter=True)


class Key(NamedTuple):
    """`origin` as `Origin.text()`; `labels` sorted, joined by commas."""

    kind: str
    day: str
    actor: str
    origin: str
    labels: str
    name: str
    detail: str


def counts(conn: Connection, kinds: Collection[str], first_day: str, last_day: str) -> Counter[Key]:
    """What was counted under these kinds on these days, both included; what is not counted yet is counted now."""
    there = select(*_KEY, table.c.count).where(table.c.kind.in_(sorted(kinds)), table.c.day >= first_day, table.c.day <= last_day)
    found: Counter[Key] = Counter({Key._make(row[:-1]): row[-1] for row in conn.execute(there) if row[-1] > 0})
    of_entries = {name for kind in kinds for name in PARTS.get(kind, (kind,))}
    for said in _newer(conn, of_entries):
        for key, count in _count(conn, said).items():
            if key.kind in kinds and first_day <= key.day <= last_day:
                found[key] += count
    return found


def _newer(conn: Connection, kinds: Collection[str]) -> Iterator[list[Said]]:
    """The entries of these kinds that are not counted yet, part by part: without `reconcile` they may be many."""
    after = counted_to(conn)
    wanted = _ENTRIES.where(ledger.c.kind.in_(sorted(kinds))).order_by(ledger.c.seq).limit(BATCH)
    while said := [_said(row) for row in conn.execute(wanted.where(ledger.c.seq > after))]:
        yield said
        after = said[-1].seq


def counted_to(conn: Connection) -> int:
    """The last entry that is counted."""
    return int(conn.scalar(select(tally_head.c.seq)) or 0)


def catch_up(store: Store, limit: int = 300_000) -> int:
    """Count what is not counted yet, part by part; returns how many entries that were, at most about `limit`."""
    done = 0
    while done < limit:
        with store.begin() as conn:
            step = _step(conn)
        done += step
        if step < BATCH:
            break
    return done


def rebuild(store: Store, progress: Callable[[int], object] = lambda _: None) -> int:
    """Count everything anew; returns how many counts were not what the ledger says. Others go on appending meanwhile.

    :raises StoreError: the database cannot be reached, or refused
    """
    try:
        return _rebuild(store, progress)
    except (DBAPIError, store.engine.dialect.loaded_dbapi.Error) as error:
        raise StoreError(
            f"The counts could not be made again: {getattr(error, 'orig', error)}",
            next_step="Run it as the tables' owner: ./holdpoint store rebuild-index.",
        ) from error


def _rebuild(store: Store, progress: Callable[[int], object]) -> int:
    right: Counter[Key] = Counter()
    with store.read() as conn:
        end = counted_to(conn)
    for start in range(0, end, BATCH):
        with store.read() as conn:
            right += _count(conn, _span(conn, start, min(start + BATCH, end)))
        progress(min(start + BATCH, end))
    with store.begin() as conn:
        last = _head_for_update(conn)
        right += _count(conn, _span(conn, end, last))
        stored = Counter({Key._make(row[:-1]): row[-1] for row in conn.execute(select(*_KEY, table.c.count))})
        wrong = [key for key in {*stored, *right} if stored[key] != right[key]]
        for key in wrong:
            conn.execute(delete(table).where(tuple_(*_KEY) == tuple_(*key)))
        _add(conn, {key: right[key] for key in wrong if right[key]})
    return len([key for key in wrong if stored[key] or right[key]])


def _step(conn: Connection) -> int:
    last = _head_for_update(conn)
    said = list(_span(conn, last, last + BATCH))
    if said:
        _add(conn, _count(conn, said))
        conn.execute(update(tally_head).values(seq=said[-1].seq))
    return len(said)


def _head_for_update(conn: Connection) -> int:
    """Where counting stands; nobody else counts until the commit. On SQLite `Store.begin()` has locked."""
    conn.execute(insert_for(conn, tally_head).values(id=1, seq=0).on_conflict_do_nothing())
    return int(conn.execute(select(tally_head.c.seq).with_for_update()).scalar_one())


def _span(conn: Connection, after: int, last: int) -> Iterator[Said]:
    query = _ENTRIES.where(ledger.c.seq > after, ledger.c.seq <= last).order_by(ledger.c.seq)
    return map(_said, conn.execute(query).all())


def _said(row: Row[Any]) -> Said:
    try:
        payload = json.loads(row.body) if row.body is not None else {}
    except (ValueError, RecursionError):  # only tampering brings it
        payload = {}
    return Said(row.seq, row.at, row.actor, row.kind, row.subject, payload if isinstance(payload, dict) else {})


def _count(conn: Connection, entries: Iterable[Said]) -> Counter[Key]:
    origins = Origins(conn)
    lookup, found = Lookup(conn, origins), Counter[Key]()
    said = list(entries)
    origins.learn(each.subject for each in said)
    for each in said:
        origin, labels = origins.of(each.subject).text(), ",".join(sorted(labels_of(each.payload)))
        for part in parts_of(each, lookup):
            found[Key(part.kind, each.at[:10], each.actor, origin, labels, part.name, part.detail)] += 1
    return found


def _add(conn: Connection, found: Counter[Key] | dict[Key, int]) -> None:
    rows = [{**key._asdict(), "count": count} for key, count in sorted(found.items())]
    if rows:
        insert = insert_for(conn, table)
        more = {"count": table.c.count + insert.excluded.count}
        conn.execute(insert.on_conflict_do_update(index_elements=[*_KEY], set_=more), rows)
