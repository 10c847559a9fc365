"""What is said about a secret: where it stands and of what kind it is, never what it is.

No hash of a secret leaves this package. A password has too little in it: whoever holds a plain hash of one, even cut short, can
guess it offline, and a key for an HMAC would have to lie beside the review. So a fingerprint covers the *place*: path, kind, the
name before it and how many of the same stood there before. It stays when lines move. It also stays when the password is changed
in its place, so who dismisses a finding dismisses that place, not one value.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from include.contracts.script_review import Confidence


class Family(StrEnum):
    """What a secret was found by; one rule each. In the order in which they go before one another at the same place."""

    PRIVATE_KEY = "private-key"
    TOKEN = "token-format"  # noqa: S105 - a family's name
    CONNECTION = "connection-string"
    ADDRESS = "url-credentials"
    LITERAL = "literal-password"

    @property
    def rank(self) -> int:
        """0 for what goes first."""
        return list(Family).index(self)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that holds a secret. `name`: what it is called in the text, if it is. `shown`: a part that is public anyway."""

    start: int
    end: int
    family: Family
    kind: str
    confidence: Confidence
    shown: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """Bytes `start` to `end` of the source's data. `preview`: a public prefix and how long it is, `AKIA…(20)`, or only `…`."""

    start: int
    end: int
    family: Family
    kind: str
    confidence: Confidence
    preview: str
    fingerprint: str


def told(path: str, candidates: Iterable[Candidate]) -> list[Secret]:
    """What may be said of candidates, in the order of the text."""
    before: Counter[tuple[str, str]] = Counter()
    found = []
    for one in candidates:
        key = (one.kind, one.name)
        print_ = hashlib.sha256("\x00".join((path, one.kind, one.name, str(before[key]))).encode("utf-8", "replace"))
        before[key] += 1
        found.append(
            Secret(one.start, one.end, one.family, one.kind, one.confidence, _preview(one), print_.hexdigest()[:32]),
        )
    return found


def _preview(one: Candidate) -> str:
    """The length is said only where the form fixes or bounds it: that of a password would help who guesses."""
    return f"{one.shown}…({one.end - one.start})" if one.shown else "…"
