"""One file as the rules see it: its text, and where a byte of it stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from include.script_review.once import once


@dataclass(eq=False)
class Source:
    """`text` is what the file says, `data` the same in UTF-8: the offsets of trees and hits count bytes of `data`."""

    path: str
    language: str
    text: str
    notes: tuple[str, ...] = ()  # what about reading it a reviewer should know: "UTF-16 without a byte order mark"
    data: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.data = self.text.encode("utf-8", "surrogatepass")

    @once
    def starts(self) -> list[int]:
        """The offset of each line's first byte."""
        lengths = (len(line) + 1 for line in self.data.split(b"\n"))
        return list(accumulate(lengths, initial=0))[:-1]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in code points."""
        line = bisect_right(self.starts, offset)
        start = self.starts[line - 1]
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def offset(self, line: int, column: int) -> int:
        """The byte of a line and column, within the file's bounds."""
        if line > len(self.starts):
            return len(self.data)
        start = self.starts[max(line, 1) - 1]
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.data)
        return min(end, start + len(self.data[start:end].decode("utf-8", "replace")[: max(column, 1) - 1].encode()))

    def line(self, number: int) -> str:
        """What a line says, without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.data)
        return self.data[start:end].decode("utf-8", "replace").rstrip("\r")
