"""Counts that only grow, kept up to date: each question counts what came since the last one, a bounded piece at a time.

They are the store's and not a process's, so that two servers that are scraped in turn say the same.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, func, select

from include.store.database import now
from include.store.schema import ledger
from include.store.tables.intake import counter
from include.store.times import shifted

PIECE = 500_000  # entries; of the index alone, some 0.1 s at the most
SETTLED_S = 180.0  # a minute that is over for so long is not counted to any more


class EntryCounts:
    """How many entries of the ledger have that value in an indexed column (`kind` or `actor`)."""

    def __init__(self, column: str) -> None:
        self._column: Column[str] = ledger.c[column]
        self._known: dict[str, tuple[int, int]] = {}  # value -> (counted up to this seq, count)

    def count(self, conn: Connection, value: str, head: int) -> int | None:
        """Up to the entry `head`; None while a long ledger is still being counted for the first time."""
        seq, number = self._known.get(value, (0, 0))
        if seq > head:  # the store was restored from a backup
            seq, number = 0, 0
        upto = min(head, seq + PIECE)
        if upto > seq:
            new = select(func.count()).where(self._column == value, ledger.c.seq > seq, ledger.c.seq <= upto)
            number += int(conn.scalar(new) or 0)
        self._known[value] = upto, number
        return number if upto == head else None


class MinuteCounts:
    """The sum of a counter that is kept by the minute."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, int]] = {}  # name -> (summed up to this minute, sum)

    def total(self, conn: Connection, name: str) -> int:
        settled = shifted(now(conn), seconds=-SETTLED_S)[:16]
        before, number = self._known.get(name, ("", 0))
        if settled > before:
            number += _sum(conn, name, before, settled)
            self._known[name] = settled, number
        return number + _sum(conn, name, max(settled, before), "9999")


def _sum(conn: Connection, name: str, after: str, upto: str) -> int:
    found = select(func.sum(counter.c.count)).where(counter.c.name == name, counter.c.minute > after, counter.c.minute <= upto)
    return int(conn.scalar(found) or 0)
