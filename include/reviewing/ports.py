"""What a review needs of a repository and of the rules. Both only read: nothing of a repository is ever run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from include.script_review.repository.owners import Owners
from include.script_review.runner import Runner


class Snapshot(Protocol):
    """The files of one commit: regular ones only, no link followed, no submodule entered.

    :ivar commit: its whole hash
    :ivar blobs: path to the hash of what it holds
    """

    @property
    def commit(self) -> str: ...

    @property
    def blobs(self) -> Mapping[str, str]: ...

    def read(self, path: str) -> bytes:
        """What the file holds.

        :raises ReadFailed: the repository cannot give it
        :raises BadInput: it is larger than what is reviewed
        """

    def owners(self) -> Owners:
        """What its CODEOWNERS says."""


class Git(Protocol):
    """One repository."""

    def resolve(self, commit: str | None) -> str:
        """The whole hash of a commit; of the reviewed branch's newest one where None.

        :raises NotFound: there is none
        :raises ReadFailed: the repository cannot be read
        """

    def snapshot(self, commit: str) -> Snapshot:
        """The files of a commit, as `resolve` names it."""

    def common(self, one: str, other: str) -> str:
        """The newest commit that both have; `one` where there is none."""


@dataclass(frozen=True)
class Rules:
    """`digest` names the rules: the same digest and the same bytes give the same reviews. `runner` applies them to each unit, as
    `include.script_review.run.bounded()` does."""

    digest: str
    runner: Runner
