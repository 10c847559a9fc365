"""Which entries a span of time has: numbers are found by halving, since the time of entries grows with their number.

Where the database's clock was set back, a span begins and ends at one of the places that fit; entries are never left out between.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from include.store.schema import ledger


def first_at(conn: Connection, at: str) -> int:
    """The first entry at or after this time, as stored; one more than the last where all are before."""
    low, high = 1, int(conn.scalar(select(ledger.c.seq).order_by(ledger.c.seq.desc()).limit(1)) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = conn.scalar(select(ledger.c.at).where(ledger.c.seq == middle))
        if found is None or str(found) < at:  # None: only tampering takes an entry out
            low = middle + 1
        else:
            high = middle
    return low


def span(conn: Connection, since: str, until: str) -> tuple[int, int]:
    """The first and the last entry in [since, until), times as stored; (n + 1, n) where there is none."""
    first = first_at(conn, since)
    return first, max(first_at(conn, until), first) - 1
