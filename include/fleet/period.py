"""A period of whole days, UTC, both ends included. Bounded, so that no question can be asked about for ever."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from include.contracts.errors import BadInput
from include.store.times import to_text

DEFAULT_DAYS = 28
MAX_DAYS = 366
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_NEXT = "give days as YYYY-MM-DD, UTC, both included"


@dataclass(frozen=True)
class Period:
    since: date
    until: date

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1)]

    @property
    def begin(self) -> str:
        """The first moment, as stored."""
        return _midnight(self.since)

    @property
    def end(self) -> str:
        """The first moment after it, as stored."""
        return _midnight(self.until + timedelta(days=1))


def period(since: str | None, until: str | None, *, today: date) -> Period:
    """The period that somebody has asked for: the last 28 days where they say nothing.

    :param today: the store's day
    :raises BadInput: no days, the wrong way round, more than a year, or a future one
    """
    last = _day(until, "until") if until else today
    first = _day(since, "since") if since else _before(min(last, today))
    if first > last:
        raise BadInput(f"The period ends on {last}, before it begins on {first}.", next_step=_NEXT)
    last = min(last, max(first, today))
    if (last - first).days >= MAX_DAYS:
        raise BadInput(f"A period has {MAX_DAYS} days at most.", next_step="ask for part of it")
    if first > today:
        raise BadInput(f"Nothing has happened on {first} yet: the store's day is {today}.", next_step=_NEXT)
    return Period(first, last)


def week(name: str) -> Period:
    """The days of an ISO week, `2026-W47`.

    :raises BadInput: it is no week
    """
    found = _WEEK.fullmatch(name)
    try:
        if found is None:
            raise ValueError
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return Period(monday, monday + timedelta(days=6))
    except (ValueError, OverflowError):
        raise BadInput("That is no week.", next_step="give an ISO week, such as 2026-W47") from None


def week_of(day: date) -> str:
    """`2026-W47`."""
    year, number, _ = day.isocalendar()
    return f"{year:04}-W{number:02}"


def _before(last: date) -> date:
    """The first of the 28 days that end with this one; the first day that there is where there are fewer."""
    return last - min(timedelta(days=DEFAULT_DAYS - 1), last - date.min)


def _day(text: str, which: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"What is given as `{which}` is no day.", next_step=_NEXT) from None


def _midnight(day: date) -> str:
    return to_text(datetime.combine(day, time(), UTC))
