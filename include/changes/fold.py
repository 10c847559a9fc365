"""Text made comparable: lower case, no accents, no markup; and cut into sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MAX_SENTENCE = 600  # characters that a rule looks at; a longer sentence is cut, so that no rule's cost grows faster than the text

_MARKS = re.compile(r"\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])")
_NUMBER = re.compile(
    r"^(?:(?:appendix|annex|attachment|section|chapter|part|step|phase|anhang|anlage|abschnitt|kapitel|teil|schritt|annexe"
    r"|chapitre|partie|etape|anexo|apartado|seccion|paso|fase|allegato|sezione)\s+(?:[a-z]|\d{1,2})\s*[:.)-]+|"
    r"\(?(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.):]\)?|\d+(?:\.\d+)*)\s+"
)
_NOT_WORD = re.compile(r"[\W_]+")
_ENDS = re.compile(
    # In a text without capitals a full stop ends a sentence behind a word that is no abbreviation.
    r"(?<=[a-z]{4}[.!?])(?<!prox\.)(?<!resp\.)(?<!incl\.)(?<!excl\.)(?<!evtl\.)(?<!vers\.)(?<!dept\.)\s+(?=[a-z])|"
    r"(?<=[.!?;])\s+(?=[^\W\d_a-z]|[`\"'„«(<\[])|(?<=[a-z0-9)\"`][.!?])\s+(?=[A-Z0-9`])|\n+(?=\s*(?:[-*•+]|\d+[.)])\s)"
)
_SPACE = re.compile(r"\s+")
_WRITTEN_OUT = re.compile(r"\\u\{[0-9A-F]{4,6}\}")  # invisible characters, as `clean_text` writes them


def plain(text: str) -> str:
    """Without emphasis marks; code marks stay, which say that something is quoted exactly, and `~~`, which takes it back."""
    if "*" not in text and "_" not in text:
        return text
    return "`".join(part if number % 2 else _MARKS.sub("", part) for number, part in enumerate(text.split("`")))


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """Lower case, accents and invisible characters away, typographic quotes and dashes as on a keyboard."""
    if "\\u{" in text:
        text = _WRITTEN_OUT.sub("", text)
    if text.isascii():
        return text.lower()
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return bare.replace("’", "'").replace("–", "-").replace("—", "-").replace("“", '"').replace("”", '"').replace("„", '"')


@lru_cache(maxsize=4_096)
def label(text: str) -> str:
    """A heading or a field's name as words: no numbering, no punctuation."""
    return _NOT_WORD.sub(" ", _NUMBER.sub("", fold(text[:200].strip(" #*_\t")))).strip()


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, one space between words, none longer than MAX_SENTENCE."""
    for piece in _ENDS.split(text):
        one = _SPACE.sub(" ", piece).strip()
        for start in range(0, len(one), MAX_SENTENCE):
            yield one[start : start + MAX_SENTENCE]
