"""Many units through one pure function, each with an answer or a reason. Where it runs is the subclass's affair.

Runner
├── InProcess    here and now: for tests and small jobs; bounds nothing
└── Bounded      in worker processes of their own, which may hang, crash or eat memory (`bounded.py`)

The function is `review(files: dict[str, bytes], options: dict[str, Any]) -> Any`: the files' bytes by path, and what the caller
says about them; the answer is anything JSON holds. It must not depend on what it was given before.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from typing import Any

Review = Callable[[dict[str, bytes], dict[str, Any]], Any]
# How many units are done, and of how many; None where the units do not say their number.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is reviewed together: one file, or the files of a module. `options` is JSON."""

    files: Mapping[str, bytes]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit. `reason` says why there is no result; it is None if there is one. `seconds` is wall time."""

    index: int  # of the unit, from 0
    paths: tuple[str, ...]
    result: Any
    reason: str | None
    seconds: float


class Runner(ABC):
    """The one way to run units."""

    def run(self, units: Iterable[Unit], *, total: int | None = None, progress: Progress | None = None) -> Iterator[Outcome]:
        """An outcome for each unit, in their order, while later ones are still at work.

        Units are taken only as fast as outcomes are, so that an endless row of them needs no more memory than a short one.
        Leaving the loop early ends the work.

        :param total: how many units there are, for `progress`; known of itself where `units` has a length
        """
        total = len(units) if total is None and isinstance(units, Sized) else total
        done = 0

        def count() -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done, total)

        return self._outcomes(iter(units), count)

    @abstractmethod
    def _outcomes(self, units: Iterator[Unit], count: Callable[[], None]) -> Iterator[Outcome]:
        """As `run`; `count` is called once for each unit when it is done."""


class InProcess(Runner):
    """The function called where we are."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def _outcomes(self, units: Iterator[Unit], count: Callable[[], None]) -> Iterator[Outcome]:
        for index, unit in enumerate(units):
            began = time.monotonic()
            try:
                said = json.loads(answer(self._review, dict(unit.files), dict(unit.options)))
            except MemoryError:
                said = {"error": "it needs more memory than there is"}
            count()
            yield Outcome(index, tuple(unit.files), said.get("result"), said.get("error"), time.monotonic() - began)


class InOrder:
    """Outcomes that came before their turn. `room`: may more units be begun?"""

    def __init__(self, *, most: int = 64, most_bytes: int = 32 * 1024 * 1024) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._early: dict[int, tuple[Outcome, int]] = {}
        self._bytes = self._next = 0

    @property
    def room(self) -> bool:
        """The one whose turn it is has always begun, so that waiting for it ends."""
        return len(self._early) < self._most and self._bytes < self._most_bytes

    def add(self, outcome: Outcome, size: int) -> None:
        """An outcome, and how many bytes it keeps: its own, and those of its unit, which callers hold on to until its turn."""
        self._early[outcome.index] = outcome, size
        self._bytes += size

    def ready(self) -> Iterator[Outcome]:
        """Those whose turn it is."""
        while self._next in self._early:
            outcome, size = self._early.pop(self._next)
            self._next, self._bytes = self._next + 1, self._bytes - size
            yield outcome


def answer(review: Review, files: dict[str, bytes], options: dict[str, Any]) -> bytes:
    """`{"result": …}` or `{"error": why}` as JSON. An interrupt goes through, and so does want of memory."""
    try:
        return json.dumps({"result": review(files, options)}, allow_nan=False, separators=(",", ":")).encode()
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        return json.dumps({"error": f"the review failed: {failure(error)}"}).encode()


def failure(error: BaseException) -> str:
    """An error's kind and place. Not its message, which may quote what is reviewed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{where}"
