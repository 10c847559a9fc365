"""Which of some nested parts of a text is the innermost around a byte: asked often, so sorted once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Generic, TypeVar

Part = TypeVar("Part")


class Spans(Generic[Part]):
    """`parts`: first byte, the byte behind the last, what it is. They lie in one another or apart, and come in their order."""

    def __init__(self, parts: Iterable[tuple[int, int, Part]]) -> None:
        self._starts: list[int] = []
        self._owners: list[Part | None] = []
        open_ones: list[tuple[int, Part | None]] = []
        for start, end, part in parts:
            while open_ones and open_ones[-1][0] <= start:
                self._close(open_ones)
            self._begin(start, part)
            open_ones.append((end, part))
        while open_ones:
            self._close(open_ones)

    def _close(self, open_ones: list[tuple[int, Part | None]]) -> None:
        end, _ = open_ones.pop()
        self._begin(end, open_ones[-1][1] if open_ones else None)

    def _begin(self, at: int, owner: Part | None) -> None:
        self._starts.append(at)
        self._owners.append(owner)

    def at(self, offset: int) -> Part | None:
        """The innermost part around a byte; None outside of all."""
        index = bisect_right(self._starts, offset) - 1
        return self._owners[index] if index >= 0 else None
