"""Times as monitoring systems write them: RFC 3339 with up to nanoseconds, and epochs. Everything becomes UTC, microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert_mapping import TimeFormat

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,20}))?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_EPOCH = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?")
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = {TimeFormat.EPOCH_S: 10**9, TimeFormat.EPOCH_MS: 10**6, TimeFormat.EPOCH_NS: 1}


def read_time(value: Any, where: str, *, style: TimeFormat = TimeFormat.RFC3339, zone: timezone | None = None) -> datetime | None:
    """One time, in UTC; None where the sender states none: null, empty text, epoch 0, Go's zero time (year 1).

    :param where: the field, for the error
    :param zone: what a time without a zone means; None: such a time is refused
    :raises Unreadable: not a time, or none that exists
    """
    if value is None or value == "":
        return None
    try:
        return _rfc3339(value, zone) if style is TimeFormat.RFC3339 else _epoch(value, style)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{where}: {_sentence(error)}", reason=Reason.TIME) from error


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, _NotATime) else "not a date and time that exists."


class _NotATime(ValueError):
    pass


def _rfc3339(value: Any, zone: timezone | None) -> datetime | None:
    match = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _NotATime("not an RFC 3339 date and time.")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if (year, month, day) == (1, 1, 1):
        return None
    offset = _offset(match[8]) if match[8] else zone
    if offset is None:
        raise _NotATime("the time states no zone.")
    micros = int((match[7] or "0")[:6].ljust(6, "0"))
    leap = second == 60  # RFC 3339 allows it; datetime does not
    moment = datetime(year, month, day, hour, minute, 59 if leap else second, micros, tzinfo=offset)
    return (moment + timedelta(seconds=leap)).astimezone(UTC)


def _offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _epoch(value: Any, style: TimeFormat) -> datetime | None:
    text = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _EPOCH.fullmatch(text):
        raise _NotATime("not a number of seconds or milliseconds since 1970.")
    whole, _, fraction = text.partition(".")
    unit = _unit(int(whole)) if style is TimeFormat.EPOCH else _NANOSECONDS[style]
    nanoseconds = int(whole) * unit + int(fraction.ljust(9, "0")[:9] or 0) * unit // 10**9
    return _EPOCH_START + timedelta(microseconds=nanoseconds // 1_000) if nanoseconds else None


def _unit(value: int) -> int:
    """Nanoseconds in one unit, by magnitude; the ranges meet between the years 1973 and 5138, so no real time is ambiguous."""
    if value < 10**11:
        return 10**9
    if value < 10**14:
        return 10**6
    return 10**3 if value < 10**17 else 1
