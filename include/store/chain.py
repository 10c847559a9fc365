"""How a ledger entry becomes a hash. Pure functions; the only place that knows the encoding.

An entry is hashed over nine lines of UTF-8 joined by a line feed::

    holdpoint/ledger/entry/1
    <seq> <at> <actor> <kind> <subject> <run> <payload_digest> <prev_hash>     (one line each)

No field may hold a line feed, so the nine lines can be read back in one way only: two different entries never share
their bytes. The first line names the purpose and the version, so an entry's bytes are never those of anything else.
A payload is hashed together with 32 random bytes, so that a digest that outlives its erased payload cannot be guessed
back into a short one. All hashes are SHA-256 in lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

SALT_BYTES = 32
DIGEST_CHARS = 64
NO_PAYLOAD = ""  # the payload_digest of an entry that has none

_ENTRY = "holdpoint/ledger/entry/1"
_PAYLOAD = b"holdpoint/ledger/payload/1\n"
_SEPARATORS = 8
_sha256 = hashlib.sha256

GENESIS = _sha256(b"holdpoint/ledger/genesis/1\n").hexdigest()
"""The prev_hash of entry 1."""


def entry_hash(seq: int, at: str, actor: str, kind: str, subject: str, run: str, payload_digest: str, prev_hash: str) -> str:
    """The hash of one entry.

    :raises ValueError: a field holds a line feed or is not valid Unicode
    :raises TypeError: a field is not text (a tampered SQLite cell may be of any type)
    """
    text = "\n".join((_ENTRY, str(seq), at, actor, kind, subject, run, payload_digest, prev_hash))
    if text.count("\n") != _SEPARATORS:
        raise ValueError("a field holds a line feed")
    return _sha256(text.encode()).hexdigest()


def payload_digest(salt: bytes, body: bytes) -> str:
    """The digest of one payload's stored bytes.

    :raises ValueError: the salt is not 32 bytes long, which would let salt and body trade bytes
    :raises TypeError: either is not bytes
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"the salt is {len(salt)} bytes long, not {SALT_BYTES}")
    return _sha256(_PAYLOAD + salt + body).hexdigest()


def is_intact(row: Sequence[Any], seq: int, prev_hash: str | None) -> bool:
    """True if a row is exactly what was appended as entry `seq` behind `prev_hash`, and its payload was not erased.

    The two functions above in one, never raising: verifying spends its time here.

    :param row: the entry's nine columns, then seq, salt, body and erased of its payload (all None where it has none)
    """
    number, at, actor, kind, subject, run, digest, prev, stored, payload_of, salt, body, erased = row
    try:
        text = "\n".join((_ENTRY, str(number), at, actor, kind, subject, run, digest, prev))
        return (
            _sha256(text.encode()).hexdigest() == stored
            and number == seq
            and prev == prev_hash
            and text.count("\n") == _SEPARATORS
            and (
                erased is None and len(salt) == SALT_BYTES and _sha256(_PAYLOAD + salt + body).hexdigest() == digest
                if digest
                else payload_of is None
            )
        )
    except (TypeError, ValueError):  # a tampered SQLite cell may be of any type, and its text no Unicode
        return False
