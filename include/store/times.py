"""Times as the store keeps them: `YYYY-MM-DDTHH:MM:SS.ffffffZ`, so that their order is their text's order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def to_text(at: datetime) -> str:
    """An aware time as text; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def shifted(text: str, *, seconds: float) -> str:
    """The time `seconds` after (or before, negative) a stored one."""
    return to_text(from_text(text) + timedelta(seconds=seconds))
