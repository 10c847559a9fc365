"""Which files reach the build: .dockerignore's rules, as far as ours uses them.

https://docs.docker.com/build/concepts/context/#dockerignore-files: the last pattern that matches a path, or one of the
folders above it, decides; `!` takes back; `*` stays within a name, `**` does not.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath


def sent(path: str, text: str) -> bool:
    """Is this file of the repository part of the build's context?"""
    excluded = False
    parents = [str(parent) for parent in PurePosixPath(path).parents if str(parent) != "."]
    for line in text.splitlines():
        pattern = line.strip().rstrip("/")
        if not pattern or pattern.startswith("#"):
            continue
        back = pattern.startswith("!")
        if any(re.fullmatch(_expression(pattern.removeprefix("!")), name) for name in [path, *parents]):
            excluded = not back
    return not excluded


def _expression(pattern: str) -> str:
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(parts.get(token, re.escape(token)) for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern))
