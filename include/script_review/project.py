"""What a rule may know of the files around the one it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from include.script_review.source import Source


@dataclass(frozen=True)
class Project:
    """`others`: sources of the same module or folder by path; `tests`: sources of tests that belong to them, by path."""

    others: Mapping[str, Source] = field(default_factory=dict)
    tests: Mapping[str, Source] = field(default_factory=dict)
    shared: dict[str, object] = field(default_factory=dict)  # what one file's rules found out for the next: parsed once a unit


ALONE = Project()
