"""Derived claims that a checker can recount: how many lines say something, how far two times are apart.

A number that stands in no evidence may stand in a brief only in one of these forms. The analysers write them, the grounding check
does the sum again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.contracts.reads import stamp

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)(?![\d:])")
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z"
COUNT_CLAIM = re.compile(
    r'(?P<count>\d{1,9}) lines? of (?P<evidence>[a-z0-9][a-z0-9_.-]{0,62}) contains? "(?P<literal>[^"\n]{1,500})"'
    rf"(?:, the first at (?P<first>{_TIME}))?(?:, the last at (?P<last>{_TIME}))?"
)
SPAN_CLAIM = re.compile(r"(?P<count>\d{1,6}) (?P<unit>seconds?|minutes?|hours?|days?)\b")
_LEADING_TIME = re.compile(rf"({_TIME}) ")

_UNITS = ((90, 1, "second"), (5_400, 60, "minute"), (172_800, 3_600, "hour"), (float("inf"), 86_400, "day"))


@dataclass(frozen=True)
class LineCount:
    """How many lines of a text contain a literal, and the earliest and latest time that such a line begins with."""

    count: int
    first: datetime | None
    last: datetime | None


def count_lines(text: str, literal: str) -> LineCount:
    """Count over the lines of an evidence's text."""
    found = [line for line in text.split("\n") if literal in line]
    times = [parse_time(match[1]) for line in found if (match := _LEADING_TIME.match(line))]
    return LineCount(len(found), min(times, default=None), max(times, default=None))


def count_claim(evidence: str, literal: str, counted: LineCount) -> str:
    """The sentence that `COUNT_CLAIM` reads back."""
    words = ("line", "contains") if counted.count == 1 else ("lines", "contain")
    claim = f'{counted.count} {words[0]} of {evidence} {words[1]} "{literal}"'
    if counted.first and counted.last:
        claim += f", the first at {stamp(counted.first)}"
        claim += f", the last at {stamp(counted.last)}" if counted.last != counted.first else ""
    return claim


def spell(span: timedelta) -> str:
    """A length of time in one unit, rounded: `40 seconds`, `4 minutes`, `3 hours`, `2 days`."""
    seconds = abs(span.total_seconds())
    size, unit = next((size, unit) for below, size, unit in _UNITS if seconds < below)
    count = round(seconds / size)
    return f"{count} {unit}{'' if count == 1 else 's'}"


def parse_time(text: str) -> datetime:
    """An ISO 8601 time with an offset, as `ISO_TIME` matches it; ValueError where there is no such time."""
    normal = text.replace(",", ".").replace(" ", "T", 1).replace("Z", "+00:00")
    fraction = re.search(r"\.(\d+)", normal)
    if fraction:
        normal = normal.replace(fraction[0], f".{fraction[1][:6]:0<6}", 1)
    return datetime.fromisoformat(normal)
