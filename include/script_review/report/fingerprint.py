"""What a finding is known by from one review to the next, wherever its lines have moved to.

It covers the path, the rule, what the lines say and how many before it say the same: so it stays when lines above come or go,
when the file is indented anew or its line ends change, and two equal lines are still two findings. A line that holds a secret is
given with the secret masked: a digest of a short secret could be guessed backwards.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

_FORM = "holdpoint/1"  # a new form makes every finding a new one: change it only together with what it covers


def fingerprints(path: str, findings: Iterable[tuple[str, str]]) -> list[str]:
    """One SHA-256 for each finding of one file, in their order.

    :param findings: rule and text of the lines, by place in the file: the order tells equal ones apart
    """
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for rule, lines in findings:
        key = (rule, normalised(lines))
        found.append(_digest(path, *key, before=seen[key]))
        seen[key] += 1
    return found


def normalised(lines: str) -> str:
    """Without what an editor changes by itself: indentation, ends of lines, blanks in a row."""
    return " ".join(lines.split())


def _digest(path: str, rule: str, lines: str, *, before: int) -> str:
    """JSON, so that no text can run into its neighbour; escaped, so that half a surrogate pair is bytes too."""
    return sha256(json.dumps([_FORM, path, rule, lines, before]).encode("ascii")).hexdigest()
