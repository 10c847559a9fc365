"""The database's clock, moved. The seam is here and not in the code: nothing outside the tests can move it.

clock.move(3_600)      # an hour later, for `now` and for the ledger's entries
clock.move(-60)        # set back
"""

from __future__ import annotations

import pytest

from include.store import database, ledger

_SHAPE = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
_EXPRESSIONS = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f', 'now', '{:+d} seconds') || '000Z'",
    "postgresql": "to_char((clock_timestamp() + interval '{:+d} seconds') AT TIME ZONE 'UTC', " + _SHAPE + ")",
}


class Clock:
    """Seconds against the real one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def move(self, seconds: int) -> None:
        for dialect, expression in _EXPRESSIONS.items():
            self._patch.setitem(database.CLOCK, dialect, expression.format(seconds))
        rebuilt = {
            "sqlite": ledger._statements("sqlite", "?"),
            "postgresql": ledger._statements("postgresql", "%s", f"SELECT pg_advisory_xact_lock({ledger.LOCK}); "),
        }
        self._patch.setattr(ledger, "_SQL", rebuilt)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Import it into a conftest.py to have it."""
    return Clock(monkeypatch)
