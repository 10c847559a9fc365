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


class Tally:
    """One process's counts since they were last written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._written = 0.0

    def add(self, name: str) -> bool:
        """Count one; True when it is time to write."""
        with self._lock:
            self._counts[name] += 1
            if time.monotonic() - self._written < FLUSH_S:
                return False
            self._written = time.monotonic()
            return True

    def write(self, store: Store) -> None:
        """Add the counts to the store's; where it cannot take them, they are kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            with store.begin() as conn:
                at = now(conn)
                # In one order everywhere: two servers that each hold the row the other wants would wait for each other.
                for name, number in sorted(counts.items()):
                    messages.count(conn, f"unauthenticated:{name}", at, number)
        except (StoreError, DBAPIError) as error:
            log.warning("%d posts turned away are not counted yet (%s)", counts.total(), type(error).__name__)
            with self._lock:
                self._counts += counts


_tally = Tally()


def turned_away(store: Store, name: str) -> None:
    """Count an unauthenticated post to `name` (a source, or `unknown-source`)."""
    if _tally.add(name):
        _tally.write(store)
