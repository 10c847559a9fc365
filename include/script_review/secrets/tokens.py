"""Tokens by their published form."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Confidence
from include.script_review.secrets.formats import FORMATS, PUBLISHED, Format
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.strength import counts_up

_OPTIONS = re2.Options()
_OPTIONS.max_mem = 64 << 20  # for the states of all forms at once
_ANY = re2.compile(b"|".join(b"(" + one.regex + b")" for one in FORMATS), _OPTIONS)
_RUNS = {one.run: re2.compile(b"(?:" + one.run + b")*") for one in FORMATS if one.run}
_JWT = re2.compile(rb"[A-Za-z0-9_-]*\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_JOINED = re2.compile(rb"[A-Za-z0-9_.-]*")
_LONGEST = 4_000
_MASKED = re2.compile(
    rb"(?i)example|sample|x{5}|\*{3}|0{8}|1234567890|abcdefghij|(?:your|my|fake|dummy|test)[_-]?(?:token|key|secret)"
)
_NAME_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def tokens(data: bytes) -> Iterator[Candidate]:
    """In the order of the text."""
    behind = 0
    for found in _ANY.finditer(data):
        form = FORMATS[found.lastindex - 1]
        start = found.start() - form.back
        if start < behind:
            continue
        end = _end(data, form, found.end())
        behind = abs(end)  # also past what only began like one: no run is looked at twice
        if end > 0 and _stands_alone(data, start, end, form) and not _published(data[start:end], form):
            confidence = Confidence.LOW if form.test else Confidence.HIGH
            shown = data[start : start + form.keep].decode("ascii", "replace") or form.kind
            yield Candidate(start, end, Family.TOKEN, form.kind, confidence, shown)


def _end(data: bytes, form: Format, at: int) -> int:
    """Where a token ends; less than nothing where it is none, its amount how far that was looked at."""
    if form.kind == "jwt":
        if joined := _JWT.match(data, at, at + _LONGEST):
            return int(joined.end())
        return -int(_JOINED.match(data, at, at + _LONGEST).end())
    return int(_RUNS[form.run].match(data, at, at + _LONGEST).end()) if form.run else at


def _stands_alone(data: bytes, start: int, end: int, form: Format) -> bool:
    """Is it no part of something longer: packed data, a name?"""
    if form.back and (start < 0 or not _one_run(data[start : start + form.back])):
        return False
    before = data[start - 1] if start else 32
    after = data[end] if end < len(data) else 32
    return before not in _NAME_BYTES and (bool(form.run) or after not in _NAME_BYTES)


_RUN = re2.compile(rb"[A-Za-z0-9+/_~.-]*")


def _one_run(before: bytes) -> bool:
    return bool(_RUN.fullmatch(before))


def _published(token: bytes, form: Format) -> bool:
    """A mask, an example that everyone has, or a row of the same."""
    body = token[form.keep :]
    few = len(set(body)) < min(8, len(body) // 3)
    return few or bool(_MASKED.search(body)) or any(known in token for known in PUBLISHED) or counts_up(body.decode("latin-1"))
