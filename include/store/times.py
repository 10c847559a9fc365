"""Times as the store keeps them: `YYYY-MM-DDTHH:MM:SS.ffffffZ`, so that their order is their text's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def to_text(at: datetime) -> str:
    """An aware time as text; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    # Not strftime, which writes the year 5 with one digit.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """A stored time; ValueError for what is none."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is not UTC:
        raise ValueError("a stored time is in UTC")
    return at


def shifted(text: str, *, seconds: float) -> str:
    """The time `seconds` after (or before, negative) a stored one."""
    return to_text(from_text(text) + timedelta(seconds=seconds))
