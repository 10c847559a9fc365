"""Does the catalogue load? If not, what is wrong with which row; nothing else about it can be said then."""

from __future__ import annotations

from collections.abc import Iterator

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import load_catalogue
from include.contracts.errors import ConfigError
from include.doctor.finding import Finding, error

AREA = "catalogue"
_ITEM = "\n  - "


def loaded() -> tuple[Catalogue | None, tuple[Finding, ...]]:
    """The catalogue, or one finding for each thing that keeps it from loading."""
    try:
        return load_catalogue(), ()
    except ConfigError as problem:
        return None, tuple(_findings(problem))


def _findings(problem: ConfigError) -> Iterator[Finding]:
    first, *problems = problem.message.strip().split(_ITEM)
    for text in problems or [first]:
        subject, _, rest = text.partition(": ")
        yield error(AREA, subject if rest else AREA, rest or text, problem.next_step)
