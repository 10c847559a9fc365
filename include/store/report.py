"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

MAX_LISTED = 100  # a ruined ledger has a problem in every entry; the first hundred say as much as all


class Problem(NamedTuple):
    """One thing wrong; `seq` is the entry it was found at, None where it concerns no entry."""

    seq: int | None
    problem: str
    next_step: str


class Note(NamedTuple):
    """One thing odd that breaks nothing, such as a clock that went back."""

    seq: int
    note: str


@dataclass(slots=True)
class LedgerReport:
    """The outcome of `verify`. Entries after `sealed_to` stand in a sound chain that no checkpoint has sealed yet."""

    store_id: str | None = None
    entries: int = 0  # read in this verification
    head: int = 0
    head_hash: str = ""
    head_at: str = ""
    sealed_to: int = 0
    erased: int = 0  # payloads read as erased
    erasures: int = 0  # entries that say so, up to the head
    missing: int = 0  # payloads gone without such an entry
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    notes: list[Note] = field(default_factory=list)
    note_count: int = 0

    @property
    def ok(self) -> bool:
        return not self.problem_count

    @property
    def unsealed(self) -> int:
        return max(self.head - self.sealed_to, 0)

    @property
    def unsealed_range(self) -> tuple[int, int] | None:
        return (self.sealed_to + 1, self.head) if self.unsealed else None

    def blame(self, seq: int | None, problem: str, next_step: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_LISTED:
            self.problems.append(Problem(seq, problem, next_step))

    def remark(self, seq: int, note: str) -> None:
        self.note_count += 1
        if len(self.notes) < MAX_LISTED:
            self.notes.append(Note(seq, note))

    def to_json(self) -> dict[str, Any]:
        """All of it for a machine, with `ok`, `unsealed` and `unsealed_range`."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {
            "ok": self.ok,
            "unsealed": self.unsealed,
            "unsealed_range": self.unsealed_range,
            "problems": [problem._asdict() for problem in self.problems],
            "notes": [note._asdict() for note in self.notes],
        }
