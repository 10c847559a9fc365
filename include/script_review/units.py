"""Which files are looked at together: a module, or a folder's loose scripts, with the tests that belong to them.

A unit is also what a sweep remembers: when none of its files changed, none is looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_MEMBERS = 200  # a folder with more loose scripts is looked at in parts
_TESTS = (".tests.ps1", ".bats", "_test.py", ".tftest.hcl")
_TEST_FOLDERS = frozenset({"test", "tests", "spec", "pester"})
_ROOTS = (".psm1", ".psd1")


@dataclass(frozen=True)
class Unit:
    """`members` are reviewed; `tests` are members, or tests elsewhere that a member's rules may look into. Sorted paths."""

    root: str
    members: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that the review of this unit depends on."""
        return tuple(sorted({*self.members, *self.tests}))


def is_test(path: str) -> bool:
    """Does this file hold tests, by its name?"""
    name = path.rpartition("/")[2].lower()
    return name.endswith(_TESTS) or (name.startswith("test_") and name.endswith(".py"))


def units(paths: Iterable[str]) -> list[Unit]:
    """Every path is a member of exactly one unit."""
    known = sorted(set(paths))
    roots = {_folder(path) for path in known if path.lower().endswith(_ROOTS)}
    groups: dict[str, list[str]] = defaultdict(list)
    for path in known:
        groups[_root(path, roots)].append(path)
    tests = _Tests(path for path in known if is_test(path))
    return [
        Unit(root, tuple(part), tests.of(root, part))
        for root, members in sorted(groups.items())
        for part in (members[at : at + MAX_MEMBERS] for at in range(0, len(members), MAX_MEMBERS))
    ]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _root(path: str, roots: set[str]) -> str:
    """The folder of the module a file belongs to, or its own."""
    folder = _folder(path)
    at = folder
    while at:
        if at in roots:
            return at
        at = _folder(at)
    return folder


class _Tests:
    """Test files by the name of what they test, and by the folder beside which they stand."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.by_stem: Mapping[str, list[str]] = defaultdict(list)
        self.by_home: Mapping[str, list[str]] = defaultdict(list)
        for path in paths:
            self.by_stem[_stem(path)].append(path)
            self.by_home[_home(path)].append(path)

    def of(self, root: str, members: Iterable[str]) -> tuple[str, ...]:
        """Tests in the unit, in a folder of tests beside it, or named after one of its files."""
        found = {path for path in members if is_test(path)} | set(self.by_home.get(root, ()))
        for path in members:
            if not is_test(path):
                found.update(self.by_stem.get(_stem(path), ()))
        return tuple(sorted(found)[:MAX_MEMBERS])


def _stem(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    for ending in _TESTS:
        name = name.removesuffix(ending)
    return name.removeprefix("test_").partition(".")[0]


def _home(path: str) -> str:
    """The folder that a folder of tests belongs to."""
    folder = _folder(path)
    while folder.rpartition("/")[2].lower() in _TEST_FOLDERS:
        folder = _folder(folder)
    return folder
