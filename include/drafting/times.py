"""Times for people: in the reader's zone and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.contracts.reads import stamp


def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC where the machine does not know it, because a brief must stand."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(at: datetime, reader: ZoneInfo) -> str:
    """`Sun 1 Mar 2026, 10:05:00 CET`."""
    there = at.astimezone(reader)
    name = there.tzname() or ""
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M:%S} {name}".rstrip()


def both(at: datetime, reader: ZoneInfo) -> str:
    """The reader's time with UTC behind it; UTC alone where they are the same."""
    same = at.astimezone(reader).utcoffset() == at.astimezone(UTC).utcoffset()
    return stamp(at) if same else f"{local(at, reader)} ({stamp(at)})"
