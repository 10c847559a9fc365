"""Private keys: PEM (RFC 7468, OpenSSH, PGP) and PuTTY's files."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Confidence
from include.script_review.secrets.secret import Candidate, Family
from include.script_review.secrets.strength import counts_up, entropy

_MARK = b"PRIVATE KEY"
_BEGIN = re2.compile(rb"-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |ANY |PGP |SSH2 ENCRYPTED )?)PRIVATE KEY(?: BLOCK)?-----")
# Between the first line and the key: line ends, also written out, quotes, comment signs, headers of old PEM and of PGP.
_BETWEEN = re2.compile(rb"(?:\s|\\+[nr]|[\"'`+|>#*,\\]|(?:Proc-Type|DEK-Info|Version|Comment|Subject|X-[A-Za-z-]+):[^\r\n\\]*)*")
_BODY = re2.compile(rb"[A-Za-z0-9+/=]{32,}")
_LONGEST = 16_000
_PUTTY = b"PuTTY-User-Key-File-"
_PUTTY_BODY = re2.compile(rb"Private-Lines:[ \t]*[0-9]+\s+[A-Za-z0-9+/=]{20}")


def private_keys(data: bytes) -> Iterator[Candidate]:
    """Keys with something of a key in them: a first line alone, as code that reads keys has it, is none."""
    if _MARK in data:
        yield from _pem(data)
    at = data.find(_PUTTY)
    while at >= 0:
        after = data.find(_PUTTY, at + 1)
        end = min(at + _LONGEST, after if after >= 0 else len(data))
        if found := _PUTTY_BODY.search(data, at, end):
            sure = Confidence.HIGH if b"Encryption: none" in data[at:end] else Confidence.MEDIUM
            yield Candidate(at, found.end(), Family.PRIVATE_KEY, "putty-private-key", sure, "PuTTY-User-Key-File")
        at = after


def _pem(data: bytes) -> Iterator[Candidate]:
    behind = 0
    for found in _BEGIN.finditer(data):
        if found.start() < behind:
            continue
        between = _BETWEEN.match(data, found.end(), found.end() + 1_000)
        body = _BODY.match(data, between.end(), found.end() + _LONGEST)
        behind = max(between.end(), found.end())
        if body is None or _made_up(body[0][:64]):
            continue
        locked = b"ENCRYPTED" in found[0] or b"ENCRYPTED" in between[0]
        kind = "encrypted-private-key" if locked else "private-key"
        behind = _last(data, body.end())
        yield Candidate(
            found.start(),
            behind,
            Family.PRIVATE_KEY,
            kind,
            Confidence.MEDIUM if locked else Confidence.HIGH,
            found[0].decode("ascii").strip("-").removeprefix("BEGIN "),
        )


def _last(data: bytes, at: int) -> int:
    """The end of the key's last line; of its first, where no last one is near."""
    end = data.find(b"-----END ", at, at + _LONGEST)
    close = data.find(b"-----", end + 9, end + 60) if end >= 0 else -1
    return close + 5 if close >= 0 else at


def _made_up(body: bytes) -> bool:
    text = body.decode("ascii")
    return entropy(text) < 3.0 or counts_up(text)
