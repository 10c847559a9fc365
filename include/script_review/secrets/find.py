"""All detectors over one source: each place once, by what says most about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from weakref import WeakKeyDictionary

import re2

from include.script_review.secrets.addresses import addresses
from include.script_review.secrets.assigned import assigned
from include.script_review.secrets.commands import commands, variables
from include.script_review.secrets.connections import connection_strings
from include.script_review.secrets.judge import lowered
from include.script_review.secrets.keys import private_keys
from include.script_review.secrets.secret import Candidate, Secret, told
from include.script_review.secrets.tokens import tokens
from include.script_review.source import Source

MOST = 1_000
"""So many of one detector are told of one file: with more it is a list of secrets, and the reader knows by then."""

# Where people put what only looks like a secret.
_FOR_SHOW = re2.compile(
    r"(?i)(?:.*[/_.\-])?(?:tests?|testing|fixtures?|examples?|samples?|mocks?|docs?|specs?|testdata|demos?|conftest|stubs?)(?:[/_.\-].*)?"
)
_FOUND: WeakKeyDictionary[Source, tuple[Secret, ...]] = WeakKeyDictionary()


def secrets(source: Source) -> Iterator[Secret]:
    """In the order of the text. Several rules ask for the same source: it is looked through once."""
    if source not in _FOUND:
        _FOUND[source] = tuple(told(source.path, _once(_less_sure(source, _all(source)))))
    yield from _FOUND[source]


def _all(source: Source) -> Iterator[Candidate]:
    data = source.data
    by_all = private_keys(data), tokens(data), connection_strings(data), addresses(data), assigned(source)
    for found in (*by_all, commands(source), variables(source)):
        yield from islice(found, MOST)


def _less_sure(source: Source, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Tests and examples hold what opens nothing, mostly: told all the same, with less confidence."""
    for_show = bool(_FOR_SHOW.fullmatch(source.path))
    for one in found:
        yield replace(one, confidence=lowered(one.confidence)) if for_show else one


def _once(found: Iterable[Candidate]) -> list[Candidate]:
    """By place; where several overlap, the one whose family goes first."""
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        if kept and one.start < kept[-1].end:
            if (one.family.rank, one.start) < (kept[-1].family.rank, kept[-1].start):
                kept[-1] = one
            continue
        kept.append(one)
    return kept
