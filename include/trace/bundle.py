"""A trace as a file for somebody else, one JSON object a line.

The first line is `{"holdpoint_trace": 1, "store": "store_…", "question": "incident:…", "reader": "ruth", "at": "…"}`, the last
`{"entries": N}`. The lines between are those of the ledger's export (`include/store/export.py`), byte for byte, for the entries
that the reader may see; `{"withheld": true}` stands for a payload that they may not read.

`./holdpoint ledger verify --export` checks such a file by itself: each entry is whole, and follows the one before it where both
are there. Anybody could make such a file, though. That these entries are the ledger's, the ledger says: its own export, verified
against checkpoints, holds the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store.chain import GENESIS
from include.store.checkpoint import Checkpoint
from include.store.erasure import ERASED, erased_seq
from include.store.export import bad_line, entry_from_json, entry_to_json, parse_line, require, write_line
from include.store.faults import Row, faults, is_erased
from include.store.files import new_file
from include.trace.entry import Shown

FORMAT = 1
_MAX_HEAD = 10_000
_WITHHELD = {"withheld": True}
_NEITHER = 0  # in the place of the erasing entry's number: a payload that is there, and not here


@dataclass
class BundleReport:
    """What a bundle says, and what is wrong with it; `sealed` are its entries that a checkpoint names as they are here."""

    store: str
    question: str
    reader: str
    entries: int = 0
    first: int = 0
    last: int = 0
    withheld: int = 0
    erased: int = 0
    sealed: list[int] = field(default_factory=list)
    problems: list[tuple[int | None, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        said = [{"seq": seq, "problem": problem} for seq, problem in self.problems]
        return asdict(self) | {"ok": self.ok, "problems": said}


def write_bundle(file: TextIO, entries: Iterable[Shown], *, store: str | None, question: str, reader: str, at: str) -> int:
    """Write a trace and return how many entries it holds."""
    write_line(file, {"holdpoint_trace": FORMAT, "store": store, "question": question, "reader": reader, "at": at})
    count = 0
    for entry in entries:
        line = entry_to_json(entry.row)
        write_line(file, line | {"payload": _WITHHELD} if entry.state == "withheld" else line)
        count += 1
    write_line(file, {"entries": count})
    return count


def write_bundle_to(path: Path, entries: Iterable[Shown], *, store: str | None, question: str, reader: str, at: str) -> int:
    """`write_bundle` to a new file that only its owner can read.

    :raises Conflict: the file exists
    :raises BadInput: it cannot be written
    """
    try:
        with new_file(path, 0o600) as file:
            return write_bundle(file, entries, store=store, question=question, reader=reader, at=at)
    except FileExistsError:
        raise Conflict(f"{path} exists and is not overwritten.", next_step="Name another file.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.", next_step="Name a file you may write.") from error


def is_bundle(path: Path) -> bool:
    """Does the file begin as a trace does? False also where there is none."""
    try:
        with path.open("rb") as file:
            return b'"holdpoint_trace"' in file.readline(_MAX_HEAD)
    except OSError:
        return False


def verify_bundle(path: Path, checkpoints: Sequence[Checkpoint] = ()) -> BundleReport:
    """Verify a trace's file by itself.

    :raises NotFound: there is no such file
    :raises BadInput: it is no trace, or was cut short; says which line
    """
    try:
        with path.open(encoding="utf-8") as file:
            return _verify(file, checkpoints)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.", next_step="Name a file written by trace --export.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text.", next_step="Fetch the file again.") from error


def _verify(file: TextIO, checkpoints: Sequence[Checkpoint]) -> BundleReport:
    report = _head(parse_line(file.readline(), 1))
    seals = _seals(report, checkpoints)
    erased: dict[int, int] = {}
    erasures: dict[int, int | None] = {}
    before: Row | None = None
    for row in _rows(file):
        _check(report, row, before, seals.get(row[0], ()))
        if is_erased(row) and row[12] != _NEITHER:
            erased[row[0]] = row[12]
        erasures[row[0]] = erased_seq(row[4]) if row[3] == ERASED else None
        before = row
    for seq, by in erased.items():
        if erasures.get(by, seq) != seq:  # where the erasing entry is not here, the ledger's own export says
            report.problems.append((seq, f"The payload is gone, but entry {by} does not say that it was erased."))
    report.erased = len(erased)
    return report


def _head(line: dict[str, Any]) -> BundleReport:
    store, question, reader = (line.get(name) for name in ("store", "question", "reader"))
    if line.get("holdpoint_trace") != FORMAT or not (
        isinstance(store, str) and isinstance(question, str) and isinstance(reader, str)
    ):
        raise bad_line(1, "it is not the first line of a trace")
    return BundleReport(store, question, reader)


def _seals(report: BundleReport, checkpoints: Sequence[Checkpoint]) -> dict[int, list[Checkpoint]]:
    found: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        if checkpoint.store == report.store:
            found.setdefault(checkpoint.seq, []).append(checkpoint)
        else:
            report.problems.append((None, f"The checkpoint of entry {checkpoint.seq} is of another store, {checkpoint.store}."))
    return found


def _rows(file: TextIO) -> Iterator[Row]:
    """The entries' cells; BadInput with the line's number where a line is not as it should be, or the end is missing."""
    number, count, last, end = 1, 0, 0, None
    for number, line in enumerate(file, 2):
        value = parse_line(line, number)
        require(end is None, number, "it stands behind the end")
        if value.keys() == {"entries"}:
            end = value["entries"]
            continue
        withheld = value.get("payload") == _WITHHELD
        entry, payload = entry_from_json(value | {"payload": None} if withheld else value, number)
        require(entry[0] > last, number, "its entry does not come after the one before it")
        last, count = entry[0], count + 1
        yield (*entry, *(payload[0] if payload else (entry[0], None, None, _NEITHER) if withheld else (None,) * 4))
    if end != count:
        raise bad_line(number + 1, f"the file ends after {count} entries, and does not say that these are all")


def _check(report: BundleReport, row: Row, before: Row | None, seals: Sequence[Checkpoint]) -> None:
    seq = row[0]
    prev = before[8] if before is not None and before[0] == seq - 1 else None
    report.problems += [(fault.seq, fault.problem) for fault in faults(row, seq, GENESIS if seq == 1 else prev)]
    report.withheld += row[12] == _NEITHER and is_erased(row)
    report.entries, report.first, report.last = report.entries + 1, report.first or seq, seq
    for seal in seals:
        if seal.hash == row[8]:
            report.sealed.append(seq)
        else:
            report.problems.append((seq, f"The entry is not the one sealed on {seal.at}: the chain was rewritten."))
