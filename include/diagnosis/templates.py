"""Log messages into templates: what varies from line to line is masked, what stays is the pattern."""

from __future__ import annotations

import re
from functools import lru_cache

_MASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("<uuid>", re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")),
    ("<time>", re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")),
    ("<ip>", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")),
    (
        "<ip>",
        re.compile(
            r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])|(?<![\w:])(?:[0-9a-fA-F]{1,4}:)+:[0-9a-fA-F:]*"
        ),
    ),
    ("<hex>", re.compile(r"\b(?:0x)?(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\b")),
    ("<id>", re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[A-Za-z]{1,4}[-_](?=\w*\d)\w{5,}\b")),
    ("<n>", re.compile(r"(?<![\w.])[+-]?\d+(?:[.,]\d+)*|\d+")),
)
_PLACEHOLDER = re.compile(r"<(?:uuid|time|ip|hex|id|n)>")
_MIN_FRAGMENT = 6


@lru_cache(maxsize=8_192)
def template(message: str) -> str:
    """The message with UUIDs, times, addresses, hexadecimal ids and numbers masked."""
    for mask, pattern in _MASKS:
        message = pattern.sub(mask, message)
    return message


def fragments(pattern: str) -> list[str]:
    """The constant pieces of a template, longest first, that can be searched for literally and stand between quotes."""
    pieces = (piece.strip(" \t=:,;([{") for part in _PLACEHOLDER.split(pattern) for piece in part.split('"'))
    return sorted({piece for piece in pieces if len(piece) >= _MIN_FRAGMENT}, key=lambda piece: (-len(piece), piece))
