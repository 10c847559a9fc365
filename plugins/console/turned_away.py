"""Count what is turned away: one row a minute and name, written at most every few seconds, so that noise costs nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter

from sqlalchemy.exc import DBAPIError

from include.contracts.errors import StoreError
from include.store import messages
from include.store.database import Store, now
from plugins.console.worker import log

FLUSH_S = 5.0


class _Tally:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._flushed = 0.0

    def add(self, name: str) -> Counter[str] | None:
        """Count one; the counts to write when it is time, else None."""
        with self._lock:
            self._counts[name] += 1
            if time.monotonic() - self._flushed < FLUSH_S:
                return None
            self._flushed = time.monotonic()
            counts, self._counts = self._counts, Counter()
            return counts

    def put_back(self, counts: Counter[str]) -> None:
        with self._lock:
            self._counts += counts


_tally = _Tally()


def turned_away(store: Store, name: str) -> None:
    """Count an unauthenticated post to `name` (a source, or `unknown-source`)."""
    counts = _tally.add(name)
    if counts is None:
        return
    try:
        with store.begin() as conn:
            at = now(conn)
            # In one order everywhere: two servers that each hold the row the other wants would wait for each other.
            for counted, number in sorted(counts.items()):
                messages.count(conn, f"unauthenticated:{counted}", at, number)
    except (StoreError, DBAPIError) as error:  # turned away all the same, and counted next time
        log.warning("%d posts turned away are not counted yet (%s)", counts.total(), type(error).__name__)
        _tally.put_back(counts)
