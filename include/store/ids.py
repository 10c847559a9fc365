"""Random ids that sort by the time they were made.

The form is that of a ULID (https://github.com/ulid/spec), in lower case: 48 bits of milliseconds and 80 random bits in
Crockford's base 32, so it fits file names, URLs and Airflow run ids. Ids of one process sort in the order in which it made them:
within a millisecond the next one is the last one and 64 random bits more. Those of two processes have no order then.
"""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CHARS = 26
_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """A new id, for instance `inc_01jd3c4k7w8m9e2f5a6b7c8d9e`."""
    number = _next()
    digits = (_ALPHABET[(number >> 5 * place) & 31] for place in range(_CHARS - 1, -1, -1))
    return f"{prefix}_{''.join(digits)}"


def _next() -> int:
    global _last  # noqa: PLW0603 (the one thing that the ids of a process share)
    fresh = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    with _lock:
        # Still unguessable: whoever knows the last id would have to guess 64 bits.
        _last = fresh if fresh > _last else _last + 1 + int.from_bytes(os.urandom(8), "big")
        return _last


def _renew() -> None:
    """In a forked child nobody holds the lock, whoever held it in its parent."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew)
