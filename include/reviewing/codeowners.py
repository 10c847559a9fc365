"""CODEOWNERS: who owns which paths, by GitHub's documented rules: the last line that fits decides.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
The file is foreign: patterns run in linear time, and what is no pattern of this form owns nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import re2

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")  # the first that there is
MAX_BYTES = 3_000_000
MAX_LINES = 5_000
_LONGEST = 500

Lines = tuple[tuple[str, tuple[str, ...]], ...]


def lines_of(data: bytes) -> Lines:
    """Pattern and owners of each line, in the file's order; nothing of a file that is too large, as GitHub does."""
    if len(data) > MAX_BYTES:
        return ()
    found = (_line(line) for line in data.decode("utf-8", "replace").splitlines())
    return tuple(each for each in found if each is not None)[:MAX_LINES]


def _line(line: str) -> tuple[str, tuple[str, ...]] | None:
    words = line.replace("\\ ", "\0").split()
    end = next((number for number, word in enumerate(words) if word.startswith("#")), len(words))
    if not end or len(line) > _LONGEST:
        return None
    pattern, *owners = (word.replace("\0", " ") for word in words[:end])
    return None if pattern.startswith("!") or set("[]\\") & set(pattern) else (pattern, tuple(owners))


def owners_of(lines: Lines, path: str) -> tuple[str, ...]:
    """The owners of a file, as the file names them; none where no line fits, or the one that does names none."""
    return next((owners for pattern, owners in reversed(lines) if _expression(pattern).fullmatch(path)), ())


def by_owner(lines: Lines, paths: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Path to its owners."""
    return {path: owners_of(lines, path) for path in paths}


@lru_cache(maxsize=10_000)
def _expression(pattern: str) -> Any:
    """The pattern over a whole path. A slash anywhere but at the end ties it to the root."""
    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    parts = [_part(each) for each in body.split("/")]
    text = "/".join(parts).replace("(?:.*)/", "(?:.*/)?")
    below = "/.*" if pattern.endswith("/") else "" if body.endswith("*") and body != "*" and "/" in body else "(?:/.*)?"
    return re2.compile(f"{'' if anchored else '(?:.*/)?'}{text}{below}", _options())


def _part(part: str) -> str:
    if part == "**":
        return "(?:.*)"
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(char) or re2.escape(char) for char in part)


def _options() -> Any:
    options = re2.Options()
    options.dot_nl = True
    options.log_errors = False
    return options
