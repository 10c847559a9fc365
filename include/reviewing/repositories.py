"""A repository of the catalogue as reviews see it: what its row leaves out is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from include.contracts.repository import Repository as Row
from include.reviewing.ports import Git, Snapshot
from include.script_review.repository.owners import Owners
from include.script_review.repository.patterns import Patterns


@dataclass(frozen=True, eq=False)
class Chosen:
    """`git` with only the files that `include` names and `exclude` does not."""

    git: Git
    row: Row
    _include: Patterns = field(init=False)
    _exclude: Patterns = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_include", Patterns(self.row.include))
        object.__setattr__(self, "_exclude", Patterns(self.row.exclude))

    def resolve(self, commit: str | None) -> str:
        return self.git.resolve(commit)

    def common(self, one: str, other: str) -> str:
        return self.git.common(one, other)

    def snapshot(self, commit: str) -> ChosenSnapshot:
        return ChosenSnapshot(self.git.snapshot(commit), self)

    def takes(self, path: str) -> bool:
        return self._include.fit(path) and not self._exclude.fit(path)


@dataclass(frozen=True, eq=False)
class ChosenSnapshot:
    """What is chosen of a commit. Whose files are, the whole commit says."""

    whole: Snapshot
    chosen: Chosen

    @property
    def commit(self) -> str:
        return self.whole.commit

    @cached_property
    def blobs(self) -> Mapping[str, str]:
        return {path: sha for path, sha in self.whole.blobs.items() if self.chosen.takes(path)}

    def read(self, path: str) -> bytes:
        return self.whole.read(path)

    def owners(self) -> Owners:
        return self.whole.owners()
