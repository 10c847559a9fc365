"""A second look where the tree has errors: the graver rules, by the text of the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from include.contracts.script_review import Confidence
from include.script_review.bash.script import Script
from include.script_review.rule import Hit


def with_fallback(script: Script, found: Iterable[Hit], pattern: str, message: str) -> Iterator[Hit]:
    """What the tree showed; then, on lines with an error in the tree, what the pattern (RE2, of one line) finds besides."""
    hits = list(found)
    yield from hits
    if not script.errors:
        return
    compiled = re2.compile(pattern.encode())
    if compiled.search(script.data) is None:
        return
    for start, line in _lines(script):
        if line.lstrip().startswith(b"#") or compiled.search(line) is None:
            continue
        if not any(hit.start < start + len(line) and hit.end > start for hit in hits):
            indent = len(line) - len(line.lstrip())
            yield Hit(
                script.base + start + indent, script.base + start + len(line.rstrip()), message, confidence=Confidence.MEDIUM
            )


def _lines(script: Script) -> Iterator[tuple[int, bytes]]:
    """The lines that an error touches, each once, with the offset of its first byte."""
    done = 0
    for start, end in script.errors:
        at = max(done, script.data.rfind(b"\n", 0, start) + 1)
        while at < max(end, start + 1) and at < len(script.data):
            stop = script.data.find(b"\n", at)
            stop = len(script.data) if stop < 0 else stop
            yield at, script.data[at:stop]
            at = done = stop + 1
