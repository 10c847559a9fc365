"""From a secret to a hit: what kind of thing stands there, never what it says."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Confidence, Severity
from include.script_review.rule import Hit
from include.script_review.secrets.find import secrets
from include.script_review.secrets.secret import Family, Secret
from include.script_review.source import Source

_LESS = {
    Severity.CRITICAL: Severity.HIGH,
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
    Severity.LOW: Severity.LOW,
}


def hits(source: Source, family: Family, what: str, severity: Severity) -> Iterator[Hit]:
    """One a secret of the family. `what`: a sentence with {kind} and {preview}; with low confidence it weighs a step less."""
    for one in secrets(source):
        if one.family is family:
            weighs = _LESS[severity] if one.confidence is Confidence.LOW else severity
            yield Hit(one.start, one.end, what.format(kind=_words(one), preview=one.preview), weighs, one.confidence)


def _words(secret: Secret) -> str:
    return secret.kind.replace("-", " ")
