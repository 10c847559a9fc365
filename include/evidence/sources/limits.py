"""What every read observes: a total time limit, a bounded answer, errors that carry no content (H12)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import islice
from typing import Literal, TypeVar

from include.contracts.base import clean_text
from include.contracts.errors import ReadFailed

# Below what evidence keeps of a text, so that what is left out is chosen, and stated, by the read that knows what matters.
TEXT_BUDGET = 450_000
OBSERVED_LIMIT = 8_000
LINE_LIMIT = 300

# Why a read failed, for a log: nothing that a system answered may stand in an error (H12).
Reason = Literal[
    "timeout",
    "refused",
    "connection broken",
    "address not found",
    "certificate not accepted",
    "bad answer",
    "answer too large",
    "no such file",
    "not readable",
    "http",
]

T = TypeVar("T")


class Unreadable(Exception):
    """What a system answered is not in its format. The text is one of ours, never content."""


def read_failed(system: str, reason: Reason, detail: str = "", *, next_step: str | None = None) -> ReadFailed:
    """The error of a read that gave no usable answer.

    :param detail: a status, a name of the catalogue, or fixed words of ours; never content
    """
    return ReadFailed(
        f"{system} gave no usable answer: {reason}{detail and f' {detail}'}.",
        next_step=next_step or f"look at {system} and at its Airflow connection, then clear this task to read again",
    )


class Deadline:
    """A point in time after which a read has failed, however busily the other side still answers.

    :param seconds: from now
    :param system: named in the error
    """

    def __init__(self, seconds: float, system: str) -> None:
        self._end = time.monotonic() + seconds
        self.system = system

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise ReadFailed ("timeout") once the time is over."""
        if self.left() <= 0:
            raise read_failed(self.system, "timeout")


class TextBudget:
    """How much text may still be taken, so that what is rendered fits into one piece of evidence."""

    def __init__(self, characters: int = TEXT_BUDGET) -> None:
        self._left = characters

    def take(self, characters: int) -> bool:
        """Take them and return True, or return False and take nothing more from then on."""
        if characters > self._left:
            self._left = 0
            return False
        self._left -= characters
        return True


def observed(text: str, limit: int = OBSERVED_LIMIT) -> str:
    """Foreign text for an `Observed` field: inert characters only, at most `limit`; a cut says so, and how long the text was."""
    cleaned = clean_text(text[:limit])
    if len(text) <= limit and len(cleaned) <= limit:
        return cleaned
    note = f"… [cut: {len(text)} characters]"
    return cleaned[: limit - len(note)] + note


def flat(text: str, limit: int = OBSERVED_LIMIT) -> str:
    """As `observed`, on one line, so that foreign text cannot pass for an observation of its own; a line break shows as ⏎."""
    return " ⏎ ".join(observed(text, limit // 2).splitlines())[:limit]


def one_line(text: str, *, empty: str = "-", limit: int = LINE_LIMIT) -> str:
    """Foreign text for a `Line` field: one line, never empty."""
    return flat(" ".join(text[: 4 * limit].split()) or empty, limit)


def first(rows: Iterable[T], limit: int) -> tuple[tuple[T, ...], bool]:
    """The first `limit` rows, and whether there were more."""
    taken = tuple(islice(rows, limit + 1))
    return taken[:limit], len(taken) > limit
