"""What one sentence says about the result: an observable outcome, a check without one, something that has been."""

from __future__ import annotations

import re

from include.changes.blank import blank, known_language
from include.changes.fold import fold
from include.changes.vocabulary import DURATION, EXACT, rx, specific_words

_ARROW = re.compile(
    r"->|=>|→|==|≥|≤|[<>] ?\d"
    r"|(?:--|#|//) ?(?:(?:\d{1,9}|no|zero|one|keine?|aucune|ninguna|nessuna) (?:rows?|lines?|records?|zeilen?|lignes?|filas?)"
    r"|empty\b)"
)
_NOT_NOW = ("condition", "past", "beforehand")
_SHOWN = re.compile(r"(?:#|//|--) ?(?:->|=>|→|==>)|→")


def shows_outcome(code: str) -> bool:
    """Does code say what it has to print? A bare command does not."""
    return bool(_ARROW.search(code)) or "expect" in code.lower()


def quotes_outcome(code: str) -> bool:
    """Outside a place for it, an arrow in code is a plan's or a program's: only a comment or "expect" says what must show."""
    return bool(_SHOWN.search(code)) or "expect" in code.lower()


def gives_outcome(sentence: str) -> bool:
    """In a place for it: does this sentence say what one will see if the change worked?"""
    if blank(sentence):
        return False
    folded = fold(sentence)
    if rx("beforehand").search(folded):
        return False
    if not known_language(sentence):
        return True
    seen = rx("observe").search(folded) or rx("bound").search(folded) or _ARROW.search(sentence)
    rest = (
        f"{folded[: seen.start()]} {folded[seen.end() :]}" if seen and seen[0].isalpha() else folded
    )  # "agents report" names one
    if seen and (EXACT.search(sentence) or len(specific_words(rest)) >= 2):
        return True
    if _required(sentence, folded):
        return True
    asked = rx("check").search(folded)
    that = rx("that").search(folded, asked.end()) if asked else None
    return that is not None and len(specific_words(DURATION.sub(" ", folded[that.end() :]))) >= 2


def _required(sentence: str, folded: str) -> bool:
    """Must something be so, and is it said exactly? What must be done, or looked at, is not yet what must show."""
    must = rx("modal").search(folded)
    if must is None or not EXACT.search(sentence):
        return False
    after = folded[must.end() : must.end() + 25]
    return not any(rx(name).search(after) for name in ("check", "act", "undo", "passive"))


def tells_outcome(sentence: str) -> bool:
    """In prose or in a step: must something show, by the words of this sentence?"""
    folded = fold(sentence)
    if blank(sentence) or rx("beforehand").search(folded) or (rx("condition").search(folded) and rx("undo").search(folded)):
        return False
    exact = EXACT.search(sentence)
    done = rx("finished").search(folded)
    if done and (exact or len(specific_words(folded[done.end() :])) >= 2):
        return True
    must = rx("modal").search(folded)
    if must and exact:
        after = folded[must.end() : must.end() + 60]
        return bool(rx("observe").search(after) or rx("bound").search(after) or "expect" in must[0])
    opens = rx("check", start=True).match(folded)
    that = rx("that").search(folded, opens.end()) if opens else None
    rest = folded[that.end() :] if that else ""
    return bool(rest) and bool(rx("observe").search(rest) or rx("bound").search(rest)) and len(specific_words(rest)) >= 2


def equates(sentence: str) -> bool:
    """As a step or in a row: are two things said to be the same? In a text, a price may equal another."""
    folded = fold(sentence)
    if blank(sentence) or not rx("equal").search(folded) or any(rx(name).search(folded) for name in _NOT_NOW):
        return False
    return len(specific_words(folded)) >= 2


def is_past(sentence: str) -> bool:
    """Does this tell of what has been done already, and ask for nothing?"""
    folded = fold(sentence)
    return bool(rx("past").search(folded)) and not rx("modal").search(folded)


def is_passive(step: str) -> bool:
    """Does a step that begins like this leave the target as it is? Announce, wait, look, save a copy."""
    folded = fold(step[:300])
    return bool(rx("passive", start=True).match(folded))
