"""What a review needs of a repository and of the rules. Both only read: nothing of a repository is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from include.contracts.script_review import FileReview


class Snapshot(Protocol):
    """The files of one commit: regular ones only, no link followed, no submodule entered.

    :ivar commit: its whole hash
    :ivar blobs: path to the hash of what it holds
    """

    commit: str
    blobs: Mapping[str, str]

    def read(self, path: str) -> bytes:
        """What the file holds; ReadFailed where the repository cannot give it."""


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


Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Rules:
    """`review`: members of a unit and the tests that belong to it, each path to bytes, to a review of each member.

    `digest` names the rules: the same digest and the same bytes give the same reviews.
    """

    digest: str
    review: Callable[[Files, Files], Sequence[FileReview]]
