"""Every source to the linter of its language, a process each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from include.script_review.linters import hadolint, ruff, shellcheck
from include.script_review.linters.hit import LinterHit, not_covered
from include.script_review.linters.process import LinterError
from include.script_review.source import Source

# Language -> the linter's name, and what asks it. One process a file: measured, many files in one would save a third of the time,
# at the price of writing copies of what is reviewed to disk and of one bad file taking the others' findings along.
LINTERS: dict[str, tuple[str, Callable[[Source], Iterable[LinterHit]]]] = {
    "bash": ("shellcheck", shellcheck.lint),
    "python": ("ruff", ruff.lint),
    "dockerfile": ("hadolint", hadolint.lint),
}


def lint(sources: Sequence[Source]) -> Iterator[tuple[Source, LinterHit]]:
    """What the linters say, in the order of the sources. One that is missing, fails or takes too long says that instead."""
    asked = [source for source in sources if source.language in LINTERS]
    if not asked:
        return
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for source, hits in zip(asked, pool.map(_hits, asked), strict=True):
            for hit in hits:
                yield source, hit


def _hits(source: Source) -> list[LinterHit]:
    name, ask = LINTERS[source.language]
    try:
        return list(ask(source))
    except LinterError as error:
        return [not_covered(name, str(error))]
