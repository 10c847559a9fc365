"""How much of a file a review takes on. Only the constructor's arguments change a bound: no setting, no variable, no script."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import accumulate

_OPENING = b"([{"
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_STEPS = bytes.maketrans(b"([{}])", b"\x01\x01\x01\xff\xff\xff")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    file_bytes: int = 5_000_000  # a larger file is not read
    tree_bytes: int = 1_000_000  # a larger one is not parsed: a tree takes up to a hundred times the text
    line_bytes: int = 20_000  # with a longer line a file is data or packed code; only looked at as text
    depth: int = 500  # brackets within brackets; deeper is only looked at as text
    folders: int = 100  # folders within folders
    seconds: float = 20.0  # wall time for one file
    process_bytes: int = 512 * 1024 * 1024  # of address space for one worker

    def __post_init__(self) -> None:
        if any(getattr(self, name) <= 0 for name in self.__slots__):
            raise ValueError("a bound must be more than nothing")


def text_only(data: bytes, limits: Limits) -> str | None:
    """Why this file is to be looked at as text alone and not parsed; None if it may be.

    Brackets are counted wherever they stand, so the depth is an upper bound for them. It is none for the depth of a syntax
    tree (`a + a + …` nests without brackets): walk trees without recursion.
    """
    if len(data) > limits.tree_bytes:
        return f"larger than {limits.tree_bytes} bytes: only looked at as text"
    if len(data) > limits.line_bytes and longest_line(data) > limits.line_bytes:
        return f"a line is longer than {limits.line_bytes} bytes: only looked at as text"
    if len(data) - len(data.translate(None, _OPENING)) > limits.depth and nesting(data) > limits.depth:
        return f"brackets nested deeper than {limits.depth}: only looked at as text"
    return None


def longest_line(data: bytes) -> int:
    """The length of the longest line in bytes, its end not counted."""
    return max(map(len, data.split(b"\n")))


def nesting(data: bytes) -> int:
    """How many brackets at most are open at once."""
    steps = array("b", data.translate(None, _NOT_BRACKETS).translate(_STEPS))
    return max(accumulate(steps, lambda depth, step: max(0, depth + step), initial=0))
