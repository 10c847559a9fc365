"""Questions that ask for a way back or for a check: as a heading, in a mail, in a chat. What follows is the answer."""

from __future__ import annotations

import re
from functools import cache

from include.changes.fold import fold, label
from include.changes.words import joined

MAX_QUESTION = 240
MAX_FEARED = 70


@cache
def _rx(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{joined(name)})(?!\w)")


@cache
def _opens() -> re.Pattern[str]:
    return re.compile(rf"(?:^\W*|[:,;] )(?:(?:and|und|et|y|e|so|ok),? )?(?:{joined('question')})(?!\w)")


def is_question(text: str) -> bool:
    """Does it end as one, or begin as one?"""
    return len(text) <= MAX_QUESTION and (text.rstrip().endswith("?") or _opens().search(fold(text)) is not None)


def _feared(text: str) -> bool:
    """`If the upgrade has to be abandoned`, `and when it goes wrong?`: a condition that nothing follows."""
    if len(text) > MAX_FEARED or text.rstrip().endswith((".", "!")) or "," in text:
        return False
    named = label(text)
    opens = _condition().match(named)
    return bool(opens and _rx("failure").search(named, opens.end())) and not _rx("asks_other").search(named)


@cache
def _condition() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:and|but|so|ok|und|et|y|e|pero|mais|ma) )?(?:{joined('condition')})(?!\w)")


def asks_for(text: str) -> str:
    """`rollback` or `validation`, if that is what a question asks for; "" for any other text."""
    folded = fold(text[:MAX_QUESTION])
    if _feared(text):
        return "rollback"
    if not is_question(text):
        return ""
    if _rx("asks_other").search(folded):
        return ""
    if _rx("asks_back").search(folded) or (
        (opens := _rx("what_if").search(folded)) and _rx("trouble").search(folded, opens.end())
    ):
        return "rollback"
    return "validation" if _rx("asks_check").search(folded) else ""
