"""One change system. Adding one: a file beside this one and a line in `registry.py`.

There is no verb here that approves, moves or closes anything, and there shall be none: a draft is for people to decide about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from include.contracts.change_draft import ChangeDraft


class Lost(Exception):
    """A write was sent, and whether it was taken is not known: look it up, never send it again blindly."""


@dataclass(frozen=True)
class Probe:
    """May the account approve? `refused` names what it must not have; `not_probed` says why nothing is known."""

    state: Literal["clear", "refused", "not_probed"]
    reason: str
    powers: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """A draft of ours as the system now has it.

    `version` is what we last wrote. `edited`: people have changed what we wrote. `is_draft`: nobody has moved it on. `noted`:
    the newest version that a note on it tells of, 0 without one.
    """

    id: str
    number: str
    url: str
    version: int
    edited: bool
    is_draft: bool
    noted: int = 0


class DraftSystem(Protocol):
    """What the filing needs of a system. Reads raise ReadFailed or ConfigError, writes DeliveryFailed, ConfigError or Lost."""

    # Seconds after a write during which "not found" does not yet mean "not there".
    settle_s: float

    def probe(self) -> Probe:
        """What the account may do, as far as the system shows it."""

    def find(self, mark: str) -> Found | None:
        """The draft that bears the mark: the oldest where people have copied it."""

    def fetch(self, ref: str) -> Found | None:
        """The draft of this id, read past any index; None where it is gone."""

    def create(self, draft: ChangeDraft) -> str:
        """File it, and return its id."""

    def update(self, found: Found, draft: ChangeDraft) -> None:
        """Replace what we wrote, and nothing else."""

    def note(self, found: Found, draft: ChangeDraft) -> None:
        """Say on it that a newer version exists, once."""
