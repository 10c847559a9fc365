"""Statements made of what the evidence says, word for word."""

from __future__ import annotations

from include.contracts.claims import ISO_TIME
from include.contracts.diagnosis import Observation
from include.diagnosis.case import Line

_STATEMENT = 600  # characters of a quoted line in a statement


def cut(text: str, limit: int) -> str:
    """At most `limit` characters and a mark, cut between words and never inside a time."""
    if len(text) <= limit:
        return text
    end = max(text.rfind(space, 0, limit) for space in " \t") if any(space in text[:limit] for space in " \t") else 0
    end = min((match.start() for match in ISO_TIME.finditer(text) if match.start() < end < match.end()), default=end)
    return f"{text[:end].rstrip(',;: ')} …".lstrip()


def quote(key: str, lines: list[Line], *, weight: int, statement: str | None = None) -> Observation:
    """An observation that says what its lines say, one a line, or `statement` made from their words."""
    said = statement or "\n".join(cut(line.text, _STATEMENT) for line in lines)
    return Observation(key=key, statement=said, citations=tuple(line.cite() for line in lines), weight=weight)
