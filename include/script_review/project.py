"""What a rule may know of the files around the one it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from include.script_review.source import Source


@dataclass(frozen=True)
class Project:
    """`models`: those of every file of a unit by path, its own too; `tests`: sources of tests elsewhere that belong to them;
    `paths`: of all of these.

    `shared` keeps what one file's rules found out for the next.
    """

    tests: Mapping[str, Source] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    models: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
