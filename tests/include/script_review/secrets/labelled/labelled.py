"""The labelled set: what each file says once its tokens are made, and where its secret stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import re2

from include.script_review.language import language_of
from include.script_review.secrets.find import secrets
from include.script_review.secrets.secret import Secret
from include.script_review.source import Source
from tests.include.script_review.secrets.labelled import made, negatives, positives

_PLACE = re2.compile(r"\{([a-z0-9\-]+)((?::[^{}«»]+)?)\}")
_PEM = {
    "pem": made.pem,
    "pem-escaped": lambda label: made.pem(label, end="\\n"),
    "pem-indented": lambda label: made.pem(label, end="\n    "),
    "pem-headed": lambda label: made.pem(label, headers="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0F1E2D3C4B5A6978\n\n"),
    "pem-pgp": lambda label: made.pem(label, headers="Version: GnuPG v2\n\n"),
}


class File(NamedTuple):
    """`start` to `end`: characters of the secret, both 0 where there is none."""

    path: str
    text: str
    start: int
    end: int

    @property
    def secret(self) -> str:
        return self.text[self.start : self.end]

    def source(self) -> Source:
        return Source(self.path, language_of(self.path, self.text), self.text)

    def hits(self, found: Iterator[Secret] | list[Secret]) -> list[Secret]:
        """Those that overlap the secret."""
        start, end = len(self.text[: self.start].encode()), len(self.text[: self.end].encode())
        return [one for one in found if one.start < end and start < one.end]


def _filled(text: str) -> str:
    return str(_PLACE.sub(_value, text))


def _value(found: re2._Match) -> str:
    kind, argument = found[1], found[2][1:]
    if kind in _PEM:
        return _PEM[kind](argument)
    if kind == "basic":
        return made.basic(*argument.split(":"))
    if kind in made._SHAPES:
        return made.token(kind)
    name, _, size = kind.rpartition("-")
    if kind.startswith(("base64-", "alnum")) and (name or kind[5:]).isalnum():
        return made.draw(made.BASE64 if name else made.ALNUM, int(size if name else kind[5:]), kind)
    return str(found[0])


def _file(path: str, text: str) -> File:
    filled = _filled(text)
    start = filled.find("«")
    if start < 0:
        return File(path, filled, 0, 0)
    end = filled.index("»") - 1
    return File(path, filled.replace("«", "").replace("»", ""), start, end)


POSITIVE = tuple(_file(*one) for one in positives.POSITIVES)
NEGATIVE = tuple(_file(*one) for one in negatives.NEGATIVES)


def ours(file: File) -> list[Secret]:
    return list(secrets(file.source()))
