"""What a review covers, by content: the units of a commit and their keys, and which of them need a look.

A unit's key says which rules would look at which bytes under which names. Where the key is known, so is the review.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from include.reviewing.ports import Snapshot
from include.script_review.units import Unit, units

BATCH_FILES = 200
MOST_BATCHES = 500  # Airflow maps a task over at most 1,024


Lines = tuple[tuple[str, tuple[str, ...]], ...]  # of CODEOWNERS: a pattern and whose what fits it is


class Entry(NamedTuple):
    """One unit of a commit. `tests` are files beside the members that its rules look into."""

    key: str
    members: tuple[str, ...]
    tests: tuple[str, ...]


class Contents(NamedTuple):
    """`units`: what is reported about. `base`: the same places before a pull request. `owners`: lines of CODEOWNERS.

    `dismissed`: ids of the dismissals that count. All of it together decides whether a report can have changed.
    """

    units: tuple[Entry, ...]
    base: tuple[Entry, ...]
    owners: Lines
    dismissed: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "units": [list(each) for each in self.units],
            "base": [list(each) for each in self.base],
            "owners": [list(each) for each in self.owners],
            "dismissed": list(self.dismissed),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Contents:
        return cls(
            tuple(_entry(row) for row in body["units"]),
            tuple(_entry(row) for row in body["base"]),
            tuple((pattern, tuple(names)) for pattern, names in body["owners"]),
            tuple(body["dismissed"]),
        )

    @property
    def files(self) -> int:
        return sum(len(each.members) for each in self.units)


def _entry(row: Sequence[Any]) -> Entry:
    key, members, tests = row
    return Entry(str(key), tuple(members), tuple(tests))


def entries(snapshot: Snapshot, rules: str) -> tuple[Entry, ...]:
    """Every unit of a commit."""
    blobs = snapshot.blobs
    return tuple(
        Entry(key_of(unit, blobs, rules), unit.members, tuple(path for path in unit.tests if path not in unit.members))
        for unit in units(blobs)
    )


def key_of(unit: Unit, blobs: Mapping[str, str], rules: str) -> str:
    """SHA-256 over the rules' digest, and each file's part in the unit, path and content."""
    members = frozenset(unit.members)
    found = hashlib.sha256(rules.encode())
    for path in unit.paths:
        part = "member" if path in members else "test"
        found.update(f"\0{part}\0{path}\0{blobs[path]}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def changed(head: Sequence[Entry], base: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Of a pull request: the units that it changes, and what stood in their files' places before."""
    before, after = {each.key for each in base}, {each.key for each in head}
    return tuple(each for each in head if each.key not in before), tuple(each for each in base if each.key not in after)


def batched(entries: Iterable[Entry], known: Collection[str]) -> list[tuple[tuple[str, ...], int]]:
    """Keys that need a look, in batches of about so many files; a unit is never parted."""
    fresh = {each.key: len(each.members) for each in entries if each.key not in known}
    size = max(BATCH_FILES, sum(fresh.values()) // MOST_BATCHES)
    batches: list[tuple[list[str], int]] = []
    for key, files in fresh.items():
        if not batches or batches[-1][1] + files > size:
            batches.append(([], 0))
        keys, held = batches[-1]
        batches[-1] = ([*keys, key], held + files)
    return [(tuple(keys), files) for keys, files in batches]
