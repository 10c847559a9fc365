"""Foreign text in Markdown: inert, and showing exactly its characters. The exact words stand in what the page was made of."""

from __future__ import annotations

import re

from include.contracts.inert import inert

_TOP_LEVEL = "com|net|org|io|dev|app|co|de|uk|eu|info|biz|ru|cn|xyz|me|ai|gg|link|click|top|site|online|zip|mov|example|test"
_DOMAIN = re.compile(rf"(?<=[\w-])\.(?=(?:{_TOP_LEVEL})\b(?![.\w-]*=))", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*\[\]<>|~$&{}])")
_EDGE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def prose(text: str) -> str:
    """Foreign or drafted text as Markdown prose that shows exactly its characters."""
    text = _DOMAIN.sub("[.]", inert(text))
    text = _SPECIAL.sub(r"\\\1", text)
    return _EDGE_UNDERSCORE.sub(r"\\_", text)


def code(text: str, limit: int | None = None) -> str:
    """Foreign text as a Markdown code span, whose fence is longer than any run of backticks in it.

    :param limit: characters to show, with a visible mark where it is cut
    """
    text = inert(text) or " "
    if limit is not None and len(text) > limit:
        text = f"{text[:limit]} … ({len(text) - limit} more characters)"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
