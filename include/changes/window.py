"""When a change is meant to happen. Nothing is guessed: what is not certain is said, and leaves the window open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.changes import duration
from include.changes.fold import fold
from include.changes.places import Layout, Passage
from include.changes.words import LANGUAGES

# Abbreviations that mean one offset. Those that mean several (CST, IST, BST …) are findings.
OFFSETS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
AMBIGUOUS = frozenset({"CST", "IST", "BST", "AST", "SST", "GST", "ET", "PT", "CT", "MT"})
# A region that keeps the clock the abbreviation names, to see whether it is summer time there.
_KEEPERS = {
    "Europe/Lisbon": ("WET", "WEST"),
    "Europe/Paris": ("CET", "CEST", "MEZ", "MESZ"),
    "Europe/Athens": ("EET", "EEST"),
    "America/New_York": ("EST", "EDT"),
    "America/Denver": ("MDT",),
    "America/Los_Angeles": ("PST", "PDT"),
}
REGIONS = {name: region for region, names in _KEEPERS.items() for name in names}
MAX_TEXT = 600
MAX_DAYS = 366

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_SHORT = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.(?=\s?\S)|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])")
_CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-4])(?:[:.]([0-5]\d)(?::[0-5]\d)?|\s?h\s?([0-5]\d)?)(?![\d:])\s?([ap]\.?m\b)?")
_HOUR = re.compile(r"(?<![\d.:/])(\d{1,2})\s?([ap])\.?m\b")
# `22:00+01:00`, but `22:00-04:00` is a span: a minus is an offset only behind a time as ISO 8601 writes it.
_SIGNED = re.compile(
    r"(?:utc|gmt)\s?([+-])\s?(\d{1,2})(?::?([0-5]\d))?(?!\d)"
    r"|(?:(?<=\d)\s?(?=\+)|(?<=t\d\d:\d\d)(?=-)|(?<=t\d\d:\d\d:\d\d)(?=-))([+-])([01]\d):?([0-5]\d)(?!\d)"
)
_OFFSET = re.compile(r"(?:UTC|GMT)\s?[+-]\s?\d", re.IGNORECASE)
_IANA = re.compile(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b")
# In capitals, as zones are written: "est" and "et" are words of French.
_ABBREVIATION = re.compile(r"(?<![A-Za-z])([A-Z]{2,5}|Z|utc|gmt)(?![A-Za-z])")
_LOCAL = re.compile(
    r"local time|user's time|our time|here\b|over there|ortszeit|lokalzeit|heure locale|hora local|hora peninsular|\buhr\b"
)
_EVERY = re.compile(
    r"\b(?:every|each|nightly|daily|weekly|both (?:days|nights)|jede[nrs]?|taglich"
    r"|chaque|tous les|toutes les|cada|todos los|todas las|ogni)\b"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not certain about a window; `rule` names it."""

    rule: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Window:
    """`start` and `end` are in UTC, only where all is certain; `wall` is what the clock on the wall shows, without zone."""

    line: int
    text: str
    start: datetime | None
    end: datetime | None
    wall: tuple[datetime, datetime] | None
    doubts: tuple[Doubt, ...]


def find_window(layout: Layout) -> Window | None:
    """The window of the first place that holds a date or a time, with the field beside it; None without one."""
    fields = [each for place in layout.of("window") for each in place.texts if each.text][:20]
    dated = [each for each in fields if any(_dates(fold(each.text[:MAX_TEXT]), []))]
    timed = [each for each in fields if _CLOCK.search(fold(each.text[:MAX_TEXT])) and each not in dated]
    if not dated and not timed:
        return (
            Window(fields[0].line, fields[0].text[:300], None, None, None, (_doubt("window-no-date", fields[0]),))
            if fields
            else None
        )
    chosen = _together([*dated, *timed] if len(dated) < 2 else dated)
    text = "; ".join(dict.fromkeys(each.text for each in chosen))[:MAX_TEXT]
    return _window(chosen[0].line, text, duration.behind_a_time(fold(text)) or _stated(layout))


def _stated(layout: Layout) -> timedelta | None:
    """What the fields for the duration say, if they all say the same."""
    texts = [each.text for place in layout.of("duration") for each in place.texts[:1] if each.text and place.kind == "field"]
    spans = {duration.whole(fold(text[:MAX_TEXT])) for text in texts[:20]}
    return spans.pop() if len(spans) == 1 else None


def _together(fields: list[Passage]) -> list[Passage]:
    """A field that holds both ends by itself, else the first two."""
    whole = next((each for each in fields if len(list(_clocks(_without_dates(fold(each.text[:MAX_TEXT]))))) >= 2), None)
    return [whole] if whole else fields[:2]


def _doubt(rule: str, passage: Passage) -> Doubt:
    return Doubt(rule, passage.line, " ".join(passage.text.split())[:200])


def _window(line: int, text: str, lasts: timedelta | None) -> Window:
    found: list[str] = []
    folded = fold(text)
    dates = list(dict.fromkeys(_dates(folded, found)))
    clocks = list(_clocks(_without_dates(folded)))
    lasts = lasts if len(clocks) == 1 and len(dates) == 1 else None  # an end that is stated goes before
    zone, name = _zone(text, folded, found)
    if len(dates) > 2 or (dates and _EVERY.search(folded)):
        found.append("window-several")
    wall = _wall(dates, clocks, lasts, found)
    start = end = None
    if wall and zone is not None:
        start = _instant(wall[0], zone, name, found)
        end = (
            start + lasts if lasts else _instant(wall[1], zone, name, found)
        )  # a span is time that passes, whatever the clock does
    if any(rule in _FATAL for rule in found):
        start = end = None
    if start and end and start >= end:
        start = end = None
        found.append("window-reversed")
    says = " ".join(text.split())[:200]
    return Window(line, says, start, end, wall, tuple(Doubt(rule, line, says) for rule in dict.fromkeys(found)))


_FATAL = frozenset(
    {
        "window-ambiguous-date",
        "window-ambiguous-zone",
        "window-gap",
        "window-overlap",
        "window-reversed",
        "window-several",
        "window-summer-time",
        "window-too-long",
    }
)


def _dates(folded: str, found: list[str]) -> Iterator[date]:
    """Dates in order; what cannot be told for certain goes to `found` instead."""
    hits: list[tuple[int, date]] = []
    for hit in _ISO.finditer(folded):
        _add(hits, hit.start(), int(hit[1]), int(hit[2]), int(hit[3]), found)
    for hit in _SLASHED.finditer(folded):
        first, second, year = int(hit[1]), int(hit[3]), int(hit[4]) + (2_000 if len(hit[4]) == 2 else 0)
        if hit[2] == "/" and first <= 12 and second <= 12 and first != second:
            found.append("window-ambiguous-date")
        month, day = (first, second) if second > 12 else (second, first)
        _add(hits, hit.start(), year, month, day, found)
    for hit in _named().finditer(folded):
        number, name, its_year = hit["d"] or hit["d2"], hit["m"] or hit["m2"], hit["y"] or hit["y2"]
        if its_year is None:
            found.append("window-no-year")
        else:
            _add(hits, hit.start(), int(its_year), _month(name), int(number), found)
    if not hits and _SHORT.search(folded):
        found.append("window-no-year")
    yield from (day for _, day in sorted(hits))


def _add(hits: list[tuple[int, date]], at: int, year: int, month: int, day: int, found: list[str]) -> None:
    try:
        if not 2000 <= year <= 2100:
            raise ValueError("a number that is no year")
        hits.append((at, date(year, month, day)))
    except ValueError:
        found.append("window-no-such-date")


@cache
def _months() -> tuple[str, ...]:
    rows = [language.months.split(" ") for language in LANGUAGES.values()]
    return tuple("|".join(row[number] for row in rows) for number in range(12))


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(_months())
    return re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s(?:of |de )?(?P<m>{names})\.?(?:,?\s(?:de |del )?(?P<y>\d{{4}}))?(?!\w)"
        rf"|\b(?P<m2>{names})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>\d{{4}}))?(?![\w:])"
    )


def _month(name: str) -> int:
    return next(number for number, names in enumerate(_months(), 1) if re.fullmatch(names, name))


def _without_dates(folded: str) -> str:
    folded = duration.without_durations(folded)
    for pattern in (_SIGNED, _ISO, _SLASHED, _SHORT):
        folded = pattern.sub(" ", folded)
    return re.sub(r"(?<!\w)t(?=\d)", " ", folded)


def _clocks(folded: str) -> Iterator[time]:
    """Times of day in order; 24:00 is midnight at the end of the day and read as 23:59."""
    for hit in sorted([*_CLOCK.finditer(folded), *_HOUR.finditer(folded)], key=lambda hit: hit.start()):
        half = hit[2] if hit.re is _HOUR else (hit[4] or "")
        hour, minute = int(hit[1]), 0 if hit.re is _HOUR else int(hit[2] or hit[3] or 0)
        if half:
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        if hour < 24:
            yield time(hour, minute)
        elif hour == 24 and minute == 0:
            yield time(23, 59)


def _wall(dates: list[date], clocks: list[time], lasts: timedelta | None, found: list[str]) -> tuple[datetime, datetime] | None:
    """First and last moment on the wall's clock; None where date or time is missing."""
    if not dates:
        found.append("window-no-date" if "window-no-year" not in found else "window-no-year")
        return None
    if not clocks:
        found.append("window-no-time")
        return None
    first = datetime.combine(dates[0], clocks[0])
    if lasts:
        return first, first + lasts
    if len(clocks) < 2:
        found.append("window-no-end")
        return None
    last = datetime.combine(dates[1] if len(dates) > 1 else dates[0], clocks[1])
    if last <= first and len(dates) == 1:
        last += timedelta(days=1)  # 22:00 to 04:00 ends on the next day
    if last - first > timedelta(days=MAX_DAYS):
        found.append("window-too-long")
    return first, last


def _zone(text: str, folded: str, found: list[str]) -> tuple[tzinfo | None, str]:
    """The one zone that the text names, and how."""
    zones: dict[str, tzinfo] = {}
    for hit in _IANA.finditer(text):
        try:
            zones[hit[1]] = ZoneInfo(hit[1])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    for hit in _SIGNED.finditer(folded):
        sign, hours, minutes = (hit[1], hit[2], hit[3]) if hit[1] else (hit[4], hit[5], hit[6])
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        if abs(offset) <= timedelta(hours=14):
            zones[str(offset)] = timezone(offset)
    bare = _OFFSET.sub(" ", _IANA.sub(lambda hit: " " if hit[1] in zones else hit[0], text))
    words = {word.upper() for word in _ABBREVIATION.findall(bare)}
    named = {word: timezone(timedelta(hours=OFFSETS[word])) for word in sorted(words & OFFSETS.keys())}
    if words & AMBIGUOUS and not zones:
        found.append("window-ambiguous-zone")
        return None, ""
    zones |= named
    if len({str(zone.utcoffset(None)) if isinstance(zone, timezone) else name for name, zone in zones.items()}) > 1:
        found.append("window-ambiguous-zone")
        return None, ""
    if not zones:
        found.append("window-local-time" if _LOCAL.search(folded) else "window-no-zone")
        return None, ""
    name = next(iter(zones))
    return zones[name], name


def _instant(wall: datetime, zone: tzinfo, name: str, found: list[str]) -> datetime:
    """The instant; a wall time that the zone skips or has twice is said, and so is winter time's name in summer."""
    early, late = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if isinstance(zone, ZoneInfo) and early.utcoffset() != late.utcoffset():
        there_and_back = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        found.append("window-overlap" if there_and_back == wall else "window-gap")
    if name in REGIONS and wall.replace(tzinfo=ZoneInfo(REGIONS[name])).utcoffset() != early.utcoffset():
        found.append("window-summer-time")
    return early.astimezone(UTC)
