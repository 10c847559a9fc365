"""What says nothing: a dash, "TBD", a bare "n/a", a template's own words, a mere pointer elsewhere."""

from __future__ import annotations

import re

from include.changes.fold import fold
from include.changes.vocabulary import EXACT, does, rx, specific, specific_words, stop_words

_BRACKETED = re.compile(r"^\W{0,3}(?:<[^<>]{2,}>|\[[^\[\]]{2,}\]|\{+[^{}]{2,}\}+|«[^«»]{2,}»|\.{2,}|_{2,})[.\s]*$", re.DOTALL)
_TASK = re.compile(r"^\W{0,3}\[[xX ]\]")
_NOTHING = re.compile(r"^(?:[\W_]*|\W*\w\W*)$")
_OPEN_TASK = re.compile(r"^\W{0,3}\[ ?\](?:\s|$)")
CLAUSE_END = re.compile(r"[,;:](?=\s|$)")


def blank(text: str) -> str | None:
    """Why a text, taken as a whole, says nothing: "nothing", "placeholder" …; None where it may say something."""
    if _NOTHING.match(text):
        return "nothing stands there"
    if _OPEN_TASK.match(text) and len(text.split()) <= 8:
        return "a box that nobody has ticked"
    if is_template(text):
        return "a template's placeholder"
    folded = fold(text[:2_000]).strip()
    words = folded.split()
    if len(words) <= 12 and rx("open", start=True).match(folded) and not EXACT.search(text.partition("(")[0]):
        return "still to be written"
    if len(words) <= 20 and rx("not_applicable", start=True).match(folded):
        return None if reasoned(text) else "not applicable, without a reason"
    return "only a pointer elsewhere" if points_elsewhere(text) else None


def is_template(text: str) -> bool:
    """`<describe …>`, `[Enter …]`, "Describe how …": the words of the form, not of an author."""
    if _BRACKETED.match(text):
        return not _TASK.match(text)
    if text.lstrip().startswith("`"):  # `EXPLAIN …` is quoted, not asked for
        return False
    return bool(rx("template", start=True).match(fold(text[:2_000]).strip()))


def points_elsewhere(text: str) -> bool:
    """`See the wiki`, `as per standard procedure`: a pointer, with nothing behind it that does something."""
    folded = fold(text[:600]).strip()
    opening = rx("pointer", start=True).match(folded)
    if not opening or len(folded.split()) > 25:
        return False
    if not rx("elsewhere").search(folded, max(0, opening.start())):
        return len(folded.split()) <= 4 and not EXACT.search(text)
    tail = CLAUSE_END.split(folded, maxsplit=1)[1:]
    return not (tail and does(tail[0]) and specific(tail[0]))


def reasoned(text: str) -> bool:
    """`n/a, since …`: a refusal that says why."""
    folded = fold(text[:2_000])
    opening = rx("not_applicable", start=True).match(folded)
    rest = folded[opening.end() :] if opening else folded
    why = rx("reason").search(rest)
    if why is None:
        return False
    if why[0].isalpha():  # "because", by itself, says nothing
        rest = f"{rest[: why.start()]} {rest[why.end() :]}"
    return len(specific_words(rx("excuse").sub(" ", rest))) >= 2  # that the risk is low is no reason


def known_language(text: str) -> bool:
    """Do some of the commonest words of a language that we have stand there? Short texts are given the benefit of the doubt."""
    words = fold(text[:2_000]).split()
    return len(words) < 8 or sum(word in stop_words() for word in words) * 12 >= len(words)
