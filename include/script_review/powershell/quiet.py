"""Where text is not code: comments, and strings that do not expand."""

from __future__ import annotations

from bisect import bisect_right

from include.script_review.once import once
from include.script_review.powershell.script import Script

_VERBATIM = ("verbatim_string_characters", "verbatim_here_string_characters")


class Quiet:
    """Of one script."""

    def __init__(self, script: Script) -> None:
        self.script = script

    @once
    def _spans(self) -> list[tuple[int, int]]:
        nodes = self.script.rarer_nodes
        spans = [(node.start_byte, node.end_byte) for node in nodes.get("comment", ())]
        for node in nodes.get("string", ()):
            inner = node.named_child(0)
            if inner is not None and inner.type in _VERBATIM:
                spans.append((node.start_byte, node.end_byte))
        return sorted(spans)

    def at(self, offset: int) -> bool:
        """Does this byte stand in one?"""
        found = bisect_right(self._spans, (offset, len(self.script.source.data) + 1)) - 1
        return found >= 0 and self._spans[found][0] <= offset < self._spans[found][1]
