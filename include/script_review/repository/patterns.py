"""Patterns of paths as in a `.gitignore`, in linear time: for CODEOWNERS, and for what of a repository is reviewed.

A slash at the beginning or in the middle ties a pattern to the root, else it fits at any depth. One that ends with a slash, or
that names a folder, fits everything below; `docs/*` fits what stands directly in `docs` and nothing deeper. `*` and `?` stop at
a slash, `**` between slashes does not. A backslash takes the next character as it is. There is no `!` and no `[…]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import re2

_MEMORY = 64 * 1024 * 1024
_TOGETHER = 200
LONGEST = 500


def problem(pattern: str) -> str | None:
    """Why this is no pattern; None if it is one."""
    plain = pattern.replace("\\\\", "")
    if not pattern.strip("/"):
        return "an empty pattern"
    if len(pattern) > LONGEST:
        return f"longer than {LONGEST} characters"
    if pattern.startswith("!"):
        return "a pattern cannot be negated"
    if "[" in plain.replace("\\[", "") or "]" in plain.replace("\\]", ""):
        return "ranges in brackets are not read"
    return "a backslash with nothing behind it" if plain.endswith("\\") else None


class Patterns:
    """Many patterns, in order; each must be one, see `problem`."""

    def __init__(self, patterns: Sequence[str]) -> None:
        parts = [patterns[at : at + _TOGETHER] for at in range(0, len(patterns), _TOGETHER)]
        self._parts = [(number * _TOGETHER, _matcher(part)) for number, part in enumerate(parts)]

    def last(self, path: str) -> int | None:
        """The position of the last one that fits."""
        for first, match in reversed(self._parts):
            if found := match(path):
                return first + max(found)
        return None

    def fit(self, path: str) -> bool:
        return self.last(path) is not None


def _matcher(patterns: Sequence[str]) -> Callable[[str], Sequence[int]]:
    """Which of some patterns fit a path: asked all at once, or one by one where that would take too much memory."""
    expressions = [expression(pattern) for pattern in patterns]
    together = re2.Set.FullMatchSet(_options())
    try:
        for each in expressions:
            together.Add(each)
        together.Compile()
    except re2.error:
        alone = [re2.compile(each, _options()) for each in expressions]
        return lambda path: [number for number, each in enumerate(alone) if each.fullmatch(path)]
    found: Callable[[str], Sequence[int]] = together.Match
    return found


def expression(pattern: str) -> str:
    """The pattern as a regular expression over a whole path."""
    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    parts = body.split("/")
    text = "".join(_segment(part, last=number == len(parts)) for number, part in enumerate(parts, 1))
    ends = anchored and parts[-1] in ("*", "**")
    below = "/.*" if pattern.endswith("/") else "" if ends else "(?:/.*)?"
    return f"{'' if anchored else '(?:.*/)?'}{text}{below}"


def _segment(part: str, *, last: bool) -> str:
    if part == "**":
        return ".+" if last else "(?:.*/)?"
    text, taken = "", False
    for char in part:
        if char == "\\" and not taken:
            taken = True
            continue
        wild = None if taken else {"*": "[^/]*", "?": "[^/]"}.get(char)
        text += wild or re2.escape(char)
        taken = False
    return text if last else text + "/"


def _options() -> Any:
    options = re2.Options()
    options.dot_nl = True
    options.log_errors = False
    options.max_mem = _MEMORY
    return options
