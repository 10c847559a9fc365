"""Times as logs write them: ISO 8601, Unix time in any unit, RFC 3164 without a year, and the formats of common servers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
# 2026-03-01T09:15:02.123456Z, 2026-03-01 09:15:02,123 +0100, 2026/03/01 09:15:02
ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d\d:?\d\d)?(?![\d:])", re.ASCII
)
# Mar  1 09:15:02 (RFC 3164, section 4.1.2); the fraction is rsyslog's
RFC3164 = re.compile(r"([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", re.ASCII)
# 01/Mar/2026:09:15:02 +0100 (Apache, nginx)
ACCESS_LOG = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})", re.ASCII)
# Unix seconds up to 2286 have at most 10 digits before the point; milli-, micro- and nanoseconds 13, 16 and 19.
_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, 1_000_000_000))
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def parse_time(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A time from a JSON value: ISO text or Unix time as number or text. None where it is none (or before 1990).

    :param zone: of times that name none
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return from_unix(value)
    if not isinstance(value, str) or len(value) > 64:
        return None
    text = value.strip()
    if match := ISO.match(text):
        return from_iso(match, zone)
    try:
        return from_unix(float(text))
    except ValueError:
        return None


def from_unix(value: float) -> datetime | None:
    """Unix time in seconds, milli-, micro- or nanoseconds, told apart by its size. None where it is out of range."""
    for bound, unit in _UNITS:
        if 0 < value < bound:
            seconds, rest = divmod(value, unit)
            at = datetime.fromtimestamp(seconds, tz=UTC) + timedelta(seconds=rest / unit)
            return at if at >= _EARLIEST else None
    return None


def from_iso(match: re.Match[str], zone: tzinfo) -> datetime | None:
    """The time of an `ISO` match; None where the calendar has no such moment."""
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        stated = _offset(offset) if offset else zone
        clock = (int(hour), int(minute), min(int(second), 59), _micro(fraction))
        return datetime(int(year), int(month), int(day), *clock, tzinfo=stated).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_access_log(match: re.Match[str]) -> datetime | None:
    """The time of an `ACCESS_LOG` match."""
    day, month, year, hour, minute, second, offset = match.groups()
    try:
        clock = (int(hour), int(minute), min(int(second), 59))
        return datetime(int(year), _MONTHS[month], int(day), *clock, tzinfo=_offset(offset)).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def from_rfc3164(match: re.Match[str], latest: datetime, zone: tzinfo) -> datetime | None:
    """The time of an `RFC3164` match: in the last year that does not put it after `latest`.

    So 31 December read on 1 January is last year's, and 29 February is that of the last leap year.

    :param latest: when the line can have been written at the latest: the file's last change, plus what clocks may differ by
    """
    month, day, hour, minute, second, fraction = match.groups()
    if month not in _MONTHS:
        return None
    clock = (int(hour), int(minute), min(int(second), 59), _micro(fraction))
    newest = latest.astimezone(zone).year
    for year in range(newest, newest - 9, -1):  # two leap years can lie 8 years apart
        try:
            at = datetime(year, _MONTHS[month], int(day), *clock, tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if at <= latest:
            return at
    return None


def month_name(number: int) -> str:
    """`Jan` for 1; "-" for what is no month."""
    return _NAMES[number - 1] if 1 <= number <= 12 else "-"


def _micro(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


@lru_cache(maxsize=64)
def _offset(text: str) -> tzinfo:
    if text in ("Z", "UTC"):
        return UTC
    zone = datetime.strptime(text, "%z").tzinfo
    return zone or UTC
