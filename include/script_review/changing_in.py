"""The functions that change state in what a review has looked at: for the questions and the tests that it suggests.

Only files that the review could parse are parsed again, and only while they say the same: what was too large, too deep or too
slow for the review is not tried here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from include.contracts.script_review import Looked, ScriptReview
from include.script_review.bash.changing import changing as in_bash
from include.script_review.changing import Changing
from include.script_review.finding import one_line
from include.script_review.powershell.changing import changing as in_powershell
from include.script_review.python.changing import changing as in_python
from include.script_review.review import Unread, read
from include.script_review.source import Source
from include.script_review.units import is_test
from include.script_review.walk import walk

FINDERS: Mapping[str, Callable[[Source], Iterable[Changing]]] = {
    "powershell": in_powershell,
    "bash": in_bash,
    "python": in_python,
}
_PARSED = (Looked.FULL, Looked.PARTIAL, Looked.TOKENS)
# Our own parser of Python is the language's, and it is quick; the review looks at Python with a linter and as text.
_AS_TEXT_TOO = frozenset({"python"})


def changing_in(paths: Sequence[str | os.PathLike[str]], review: ScriptReview) -> list[Changing]:
    """In the order of the files, then of their text. Tests change nothing but what they set up, so they are left out."""
    digests = {file.path: file.digest for file in review.files if _wanted(file.language, file.coverage.looked)}
    found: list[Changing] = []
    for entry in walk(paths) if digests else ():
        path = one_line(entry.path)
        if entry.data is None or is_test(path) or digests.get(path) != hashlib.sha256(entry.data).hexdigest():
            continue
        found += changing(path, entry.data)
    return found


def changing(path: str, data: bytes) -> list[Changing]:
    """Of one file; none where its language has no finder."""
    source = read(path, data)
    if isinstance(source, Unread) or source.language not in FINDERS:
        return []
    return list(FINDERS[source.language](source))


def _wanted(language: str, looked: Looked) -> bool:
    return language in FINDERS and (looked in _PARSED or (language in _AS_TEXT_TOO and looked is Looked.TEXT))
