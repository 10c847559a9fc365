"""The ISO weeks of a period."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from include.fleet.period import Period, week_of
from include.store.tallies import Key


def weeks_of(asked: Period) -> list[str]:
    """All of them, in order, also those that are in it in part."""
    return list(dict.fromkeys(week_of(day) for day in asked.days))


def week_of_key(key: Key) -> str:
    """The week of a count's day."""
    return _week(key.day)


@lru_cache(maxsize=1_000)
def _week(day: str) -> str:
    return week_of(date.fromisoformat(day))
