"""Systems that the notes name: those of the catalogue with owner and dependants, and those that no catalogue knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from include.catalogue.catalogue import Catalogue
from include.changes.places import Layout, Passage
from include.changes.ranges import hosts, without_ranges
from include.contracts.change import AffectedSystem, Dependant

_NAME = re.compile(r"[^\W_][\w.-]*\w|[^\W_]")
# What looks like a system's name: letters with a digit, a hyphen, a dot or an underscore in it.
_LETTER, _SIGN = re.compile(r"[^\W\d_]"), re.compile(r"[\d._-]")
_MARKED = re.compile(r"`([^`\s]{2,60})`")
# Entries of a service's `systems` that hold names of things that run; others hold files, queries, queues.
_ONE = ("process", "host", "node", "unit", "instance", "endpoint", "server", "vm", "job")
_NAMING = frozenset({*_ONE, "processes", *(f"{name}s" for name in _ONE)})
MAX_NAMES = 500
MAX_IN_RANGES = 10_000  # hosts of ranges that one document can name


def affected(layout: Layout, catalogue: Catalogue) -> tuple[AffectedSystem, ...]:
    """Services of the catalogue that the notes name exactly, by name or by the name of a process or host, each once."""
    known = _known(catalogue)
    found: dict[str, AffectedSystem] = {}
    left = MAX_IN_RANGES
    for passage in layout.passages:
        if "excluded" in passage.topics:
            continue
        declared = _declares(passage)
        ranges = list(islice(hosts(passage.text), left))
        left -= len(ranges)
        for name in (*_NAME.findall(passage.text), *ranges):
            for service in known.get(name, ()):
                if service not in found or (declared and not found[service].declared):
                    found[service] = _row(catalogue, name, service, passage.line, declared=declared)
    return tuple(found.values())


def unmatched(layout: Layout, catalogue: Catalogue) -> tuple[AffectedSystem, ...]:
    """Names in the list of what is affected that look like systems and are in no catalogue."""
    known = _known(catalogue)
    found: dict[str, AffectedSystem] = {}
    for passage in layout.passages:
        if not _declares(passage) or passage.kind == "code" or len(found) >= MAX_NAMES:
            continue
        for name in _looks_like_systems(passage.text):
            if name not in known and name not in found and len(name) <= 100:
                found[name] = AffectedSystem(name=name, line=passage.line, declared=True)
    return tuple(found.values())


def _declares(passage: Passage) -> bool:
    """Does it stand where a document lists what is affected? A scope in whole sentences is no list."""
    return (
        "affected" in passage.topics
        and passage.kind in ("field", "item", "row", "cell", "paragraph")
        and not passage.topics & {"steps", "excluded", "rollback", "validation"}
    )


def _looks_like_systems(text: str) -> Iterator[str]:
    yield from islice(hosts(text), MAX_NAMES)
    text = without_ranges(text)
    yield from _MARKED.findall(text)
    yield from (name for name in _NAME.findall(text.replace("`", " ")) if _like_a_system(name))


def _like_a_system(name: str) -> bool:
    return bool(_LETTER.search(name) and _SIGN.search(name))


@lru_cache(maxsize=8)
def _known(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Name -> services: their own names, and the names of their processes and hosts, which several may share."""
    found: dict[str, tuple[str, ...]] = {}
    for service in catalogue.services.values():
        for system in service.systems.values():
            for where, value in system.items():
                for name in _words(value) if where in _NAMING else ():
                    found[name] = tuple(dict.fromkeys((*found.get(name, ()), service.name)))
    return {**found, **{name: (name,) for name in catalogue.services}}


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str) and len(value) >= 4 and _NAME.fullmatch(value) and _like_a_system(value):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)


def _row(catalogue: Catalogue, name: str, service: str, line: int, *, declared: bool) -> AffectedSystem:
    row = catalogue.service(service)
    dependants = tuple(Dependant(service=each, owner=catalogue.service(each).owner) for each in catalogue.dependants(service))
    return AffectedSystem(
        name=name, line=line, declared=declared, service=service, owner=row.owner, tier=row.tier, dependants=dependants
    )
