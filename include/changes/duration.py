"""How long a change takes: "90 minutes", "2 h 30 min", "PT90M". A span that is only about right, or one per host, is none."""

from __future__ import annotations

import re
from datetime import timedelta

_MINUTES = r"min(?:s|\.|utes?|uten?|utos?|uti|uto)?"
_HOURS = r"(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore|ora)"
_DAYS = r"(?:days?|tage?|jours?|dias?|giorn[oi])"
_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
# With its unit written out it is a span wherever it stands, but "à 22 heures" and "a las 22 horas" are times of day.
_WORDS = re.compile(
    rf"(?<![\d.:,])(?<!\ba )(?<!\bde )(?<!\bdes )(?<!\bvers )(?<!\blas )(?<!\balle )"
    rf"(?:(?P<d>{_NUMBER})\s?{_DAYS}(?!\w)|(?P<h>{_NUMBER})\s?(?:hrs?|hours?|std\.?|stunden?|heures?|horas?|ore|ora)(?!\w)"
    rf"(?:,?\s(?:and |und |et |y |e )?(?P<hm>\d{{1,2}})\s?{_MINUTES}(?!\w))?|(?P<m>\d{{1,4}})\s?{_MINUTES}(?!\w)"
    rf"|(?P<hh>\d{{1,2}})\s?h\s?(?P<hhm>\d{{1,2}})\s?{_MINUTES}(?!\w))"
)
# A bare "2h" is one beside a time that is written with a colon: nobody writes 22:00 and 2h for two times of day.
_BARE = re.compile(r"(?<![\d.:,])(?P<h>\d{1,3}(?:[.,]\d{1,2})?)\s?h(?P<hm>[0-5]\d)?(?!\w)")
_ISO = re.compile(r"(?<!\w)p(?:(?P<d>\d{1,3})d)?(?:t(?:(?P<h>\d{1,4})h)?(?:(?P<m>\d{1,5})m)?)(?!\w)")
_COLON = re.compile(r"\d:[0-5]\d")
_BETWEEN = re.compile(  # a time of day, its zone, and no more than a sign or a word that announces a span
    r"(?:\d|[ap]m|\bh|\buhr|\bz|z)\s*[,;(+/-]*\s*(?:\(?(?:[a-z]{2,5}|[a-z]+/[a-z_]+|(?:utc|gmt)\s?[+-]\d{1,2})\)?)?\s*[,;:(+/-]*\s*"
    r"(?:for|duration|dauer|duree|duracion|durata|pendant|durante|during|lasting|takes|max\.?|up to|fur)?\s*[:=]?\s*$"
)
_ENDED = re.compile(r"\s*(?:$|[).,;\]\n]|max\b|in total|insgesamt|au total|en total)")
_ONLY = re.compile(r"^\W*(?:max(?:imum|imal)?\.?|up to|at most|hochstens|bis zu|au plus|como maximo|al massimo)?\W*$")
LONGEST = timedelta(days=366)


def without_durations(folded: str) -> str:
    """The text without spans of time, so that their numbers are not taken for times of day."""
    folded = _ISO.sub(" ", _WORDS.sub(" ", folded))
    return _BARE.sub(" ", folded) if _COLON.search(folded) else folded


def whole(folded: str) -> timedelta | None:
    """The span that a field of that name states; None where it says anything beside it."""
    for pattern in (_WORDS, _ISO, _BARE):
        found = pattern.search(folded)
        if found and _ONLY.match(folded[: found.start()]) and not folded[found.end() :].strip(" .)"):
            return _span(found)
    return None


def behind_a_time(folded: str) -> timedelta | None:
    """The span that directly follows a time of day: `22:00 UTC, 90 minutes`; None where there is none, or more than one."""
    found = [hit for pattern in (_WORDS, _ISO) for hit in pattern.finditer(folded)]
    if not found and _COLON.search(folded):
        found = list(_BARE.finditer(folded))
    if len(found) != 1:
        return None
    before, after = folded[max(0, found[0].start() - 80) : found[0].start()], folded[found[0].end() :]
    return _span(found[0]) if _BETWEEN.search(before) and _ENDED.match(after) else None


def _span(found: re.Match[str]) -> timedelta | None:
    parts = {name: float(value.replace(",", ".")) for name, value in found.groupdict().items() if value}
    span = timedelta(
        days=parts.get("d", 0),
        hours=parts.get("h", 0) + parts.get("hh", 0),
        minutes=parts.get("m", 0) + parts.get("hm", 0) + parts.get("hhm", 0),
    )
    return span if timedelta(0) < span <= LONGEST else None
