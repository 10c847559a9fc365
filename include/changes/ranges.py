"""Hosts that are written as a range: `web01–web04`, `db[1-3]`, `node-{1..3}`, "esx-01 to esx-06".

Only what can be meant in one way: `web01-04` is left alone: it may as well be the name of a host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_HOSTS = 256  # of one range
MAX_RANGES = 200  # of one text
_STEM = r"[^\W\d_][\w.-]{0,41}?"
_PAIR = re.compile(
    rf"(?<![\w.-])(?P<a>{_STEM})(?P<from>\d{{1,4}})(?P<tail>(?:\.[a-z][\w.-]{{0,60}})?)`?\s?"
    rf"(?:-|–|—|\.\.\.?|…|(?<=[\s`])(?:to|through|bis|a|à|al|until)(?=[\s`]))\s?`?(?P=a)(?P<to>\d{{1,4}})(?P=tail)(?![\w-])"
)
_BRACKET = re.compile(
    rf"(?<![\w.-])(?P<a>{_STEM}-?)(?:\[(?P<set>\d{{1,4}}(?:[-,:]\d{{1,4}}){{0,20}})\]|\{{(?P<braced>\d{{1,4}}(?:(?:\.\.|,)\d{{1,4}}){{0,20}})\}})"
    r"(?P<tail>[\w.-]{0,60})"
)
_PART = re.compile(r"(\d{1,4})(?:(?:-|:|\.\.)(\d{1,4}))?")


def hosts(text: str) -> Iterator[str]:
    """Every host of the ranges in a text. A range that runs backwards or is too long gives none."""
    for number, found in enumerate(_PAIR.finditer(text)):
        if number < MAX_RANGES:
            yield from _named(found["a"], found["from"], found["to"], found["tail"])
    for number, found in enumerate(_BRACKET.finditer(text)):
        for part in _PART.finditer(found["set"] or found["braced"]) if number < MAX_RANGES else ():
            yield from _named(found["a"], part[1], part[2] or part[1], found["tail"].rstrip(".-"))


def without_ranges(text: str) -> str:
    """The text without its ranges, whose two ends would else be taken for all there is."""
    return _BRACKET.sub(" ", _PAIR.sub(" ", text))


def _named(stem: str, first: str, last: str, tail: str) -> Iterator[str]:
    width = len(first) if first.startswith("0") else 0
    if 0 <= int(last) - int(first) < MAX_HOSTS:
        yield from (f"{stem}{number:0{width}d}{tail}" for number in range(int(first), int(last) + 1))
