"""What stays the same of a finding when lines move."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable


def fingerprints(path: str, found: Iterable[tuple[str, str]]) -> list[str]:
    """One SHA-256 a finding, of path, rule, what its lines say without blanks, and how many equal ones stood before it."""
    before: Counter[tuple[str, str]] = Counter()
    made = []
    for rule, text in found:
        key = (rule, " ".join(text.split()))
        made.append(hashlib.sha256("\x00".join((path, *key, str(before[key]))).encode("utf-8", "replace")).hexdigest())
        before[key] += 1
    return made
