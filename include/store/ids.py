"""Random ids that sort by the time they were made.

The form is that of a ULID (https://github.com/ulid/spec), in lower case: 48 bits of milliseconds and 80 random bits in
Crockford's base 32, so it fits file names, URLs and Airflow run ids. Two ids of one millisecond have no order.
"""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CHARS = 26


def new_id(prefix: str) -> str:
    """A new id, for instance `inc_01jd3c4k7w8m9e2f5a6b7c8d9e`."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    digits = (_ALPHABET[(number >> 5 * place) & 31] for place in range(_CHARS - 1, -1, -1))
    return f"{prefix}_{''.join(digits)}"
