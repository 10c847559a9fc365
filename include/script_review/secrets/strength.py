"""Does a value look as if a machine drew it, or as if a person named something?"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import re2

_DRAWN = re2.compile(r"[A-Za-z0-9+/=_.:~%!@#$^&*?-]{16,}")
_HEX = re2.compile(r"(?:[0-9a-f]+|[0-9A-F]+)")
_WORDS = re2.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{4,}")
_PARTS = re2.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_VOWELS = frozenset("aeiouyAEIOUY")
UUID = re2.compile(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?")


def entropy(value: str) -> float:
    """Shannon's, in bits a character."""
    size = len(value)
    return -sum(number / size * math.log2(number / size) for number in Counter(value).values())


def counts_up(value: str) -> bool:
    """`0123456789abcdef`, `abcdefgh…`, `zyx…`: most characters are the neighbours of those before them, or the same."""
    if len(value) < 6:
        return False
    steps = [ord(after) - ord(before) for before, after in pairwise(value)]
    return sum(abs(step) <= 1 for step in steps) > 0.6 * len(steps)


def classes(value: str) -> int:
    """Of small letters, capitals, digits and others: how many occur."""
    return (
        any(char.islower() for char in value)
        + any(char.isupper() for char in value)
        + any(char.isdigit() for char in value)
        + any(not char.isalnum() for char in value)
    )


def drawn(value: str) -> bool:
    """At least 16 characters that no one would choose: hexadecimal with variety, or letters, digits and no words."""
    if not _DRAWN.fullmatch(value) or counts_up(value):
        return False
    if _HEX.fullmatch(value):
        return len(set(value)) >= 7 and not value.isdigit() and not value.isalpha()
    return entropy(value) >= (3.2 if len(value) < 24 else 3.6) and _switches(value) >= 0.25 and worded(value) < 0.55


def worded(value: str) -> float:
    """The part of a value that stands in runs of letters with vowels where words have them, 0 to 1."""
    found = (one for one in _WORDS.findall(value) if 0.2 <= sum(char in _VOWELS for char in one) / len(one) <= 0.7)
    return sum(map(len, found)) / max(len(value), 1)


def _switches(value: str) -> float:
    """How often one kind of character follows another, a capital before small letters not counted."""
    return (len(_PARTS.findall(value)) - 1) / len(value)
