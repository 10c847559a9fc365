"""Is the record of a hold whole? Rows against ledger entries, both ways; the row's state against its moves; the chain itself.
`key_record.py` asks the same of what was said about keys.

A row without its entry was put in by another hand, an entry without its row lost one; either way nothing is released (rule
`complete_record`). That a row *and* its entry are gone shows in the chain, and where somebody wrote a new chain, in a checkpoint
that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, select

from include.contracts.errors import HoldpointError
from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Declaration, Proposal, Review, Revocation, Revoked, Statement, Vote
from include.holds.digest import digest_of, read_statement
from include.holds.key_record import KINDS as KEY_KINDS
from include.holds.states import TRANSITIONS
from include.holds.trust import TrustRoots
from include.store import outside_records, statements
from include.store.checkpoint import Checkpoint, load_checkpoints
from include.store.database import DRIVER_ERRORS
from include.store.keys import load_public_keys
from include.store.ledger import LedgerRow, store_id
from include.store.report import LedgerReport
from include.store.schema import ledger
from include.store.statements import Stored
from include.store.verify import verify_snapshot

_OUTSIDE = frozenset({"outside.entered"})
OF_HOLD = frozenset({"hold.proposed", "vote.cast", "hold.revoked", "vote.revoked", "emergency.declared", "emergency.reviewed"})
OF_TEMPLATE = frozenset({"template.filed", "template.signed", "template.revoked", "template.used"})
WATCHED = KEY_KINDS | OF_TEMPLATE | {"emergency.declared", "emergency.reviewed", "emergency.used"}
"""What a release is judged by that may stand before the hold's own part of the chain."""
_MOVES = frozenset(f"hold.{state.value}" for state in HoldState)


class Depth(Enum):
    """How much of the chain is verified beside the rows: none (to look), the hold's own time, or all of it against the seals."""

    ROWS = "rows"
    CHAIN = "chain"
    SEALS = "seals"


class Broken(Exception):
    """Says what does not agree."""


class Row(NamedTuple):
    """A statement's row and what its bytes say."""

    stored: Stored
    statement: Statement


class Sealed(NamedTuple):
    """The ledger as the checkpoints bore it out a moment ago, before the lock: to verify all of it under the lock would keep
    every other writer waiting. Under the lock, what is judged by is compared with it (`_check_still`).

    :ivar problem: "" where it verified
    :ivar seq: the newest entry then, and `head` its hash; 0 where no checkpoint is known
    :ivar watched: the entries about keys, templates and emergencies
    """

    problem: str
    seq: int = 0
    head: str = ""
    watched: Sequence[LedgerRow] = ()


class Record(NamedTuple):
    """What a hold's statements and entries say. `problem` is "" where they agree; then `rows` and `entered` are to be believed.

    :ivar entered: the time of each statement's ledger entry, by the statement's digest
    """

    rows: Sequence[Row]
    entered: dict[str, str]
    problem: str


def verify_sealed(conn: Connection, roots: TrustRoots) -> Sealed:
    """Verify the whole ledger, and against the checkpoints of the trust folder where there are any."""
    try:
        seals = _seals(roots)
        report = verify_snapshot(conn, checkpoints=seals)
        if not report.ok:
            return Sealed(_told(report))
        return Sealed("", report.head, report.head_hash, list(statements.history(conn, WATCHED)))
    except HoldpointError as error:
        return Sealed(error.message)
    except (*DRIVER_ERRORS, ValueError, TypeError) as error:
        return Sealed(f"the ledger cannot be read ({type(error).__name__})")


def _seals(roots: TrustRoots) -> Sequence[Checkpoint]:
    if roots.checkpoints is None or roots.checkpoint_key is None:
        return ()
    return load_checkpoints(roots.checkpoints, load_public_keys(roots.checkpoint_key))


def read_record(conn: Connection, roots: TrustRoots, hold: Hold, depth: Depth, sealed: Sealed | None = None) -> Record:
    """The record of a hold. Never raises for what lies in the store, however ruined.

    :param sealed: with `Depth.SEALS`: `verify_sealed` of a moment ago; None verifies it now
    """
    rows: Sequence[Row] = ()
    entered: dict[str, str] = {}
    try:
        stored = statements.of_subject(conn, hold.id)
        rows, problem = readable(stored)
        entries = list(statements.history(conn, OF_HOLD | _MOVES, hold.id))
        entered = {
            str(entry.payload["statement"]): entry.at for entry in entries if entry.payload and "statement" in entry.payload
        }
        _check(hold, rows, entries, problem)
        _check_outside(conn, hold.id)
        if depth is not Depth.ROWS:
            _check_chain(conn, entries[0])
        if depth is Depth.SEALS:
            _check_still(conn, sealed or verify_sealed(conn, roots))
    except Broken as error:
        return Record(rows, entered, str(error))
    except HoldpointError as error:
        return Record(rows, entered, error.message)
    except (*DRIVER_ERRORS, ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return Record(rows, entered, f"the record cannot be read ({type(error).__name__})")
    return Record(rows, entered, "")


def _check(hold: Hold, rows: Sequence[Row], entries: Sequence[LedgerRow], problem: str) -> None:
    if problem:
        raise Broken(problem)
    compare(rows, [entry for entry in entries if states(entry)], _kind_of)
    _replay(hold, [entry for entry in entries if not states(entry)])
    _require_proposal(rows, entries)
    if [entry.at for entry in entries] != sorted(entry.at for entry in entries):
        raise Broken("the times of the hold's entries go back")


def _check_outside(conn: Connection, hold_id: str) -> None:
    """What was entered from outside is there still: who takes it out keeps it from being asked again, and from saying no."""
    there = {(item.source, item.record) for item in outside_records.of_hold(conn, hold_id)}
    for entry in statements.history(conn, _OUTSIDE, hold_id):
        said = entry.payload or {}
        if (said.get("source"), said.get("record")) not in there:
            raise Broken("an outside record of the ledger is missing from the store")


def readable(stored: Sequence[Stored]) -> tuple[Sequence[Row], str]:
    """The rows whose bytes are a statement, and what is wrong with the others."""
    rows, problem = [], ""
    for item in stored:
        try:
            rows.append(Row(item, _verified(item)))
        except (Broken, HoldpointError, ValidationError, ValueError, TypeError):
            problem = "a stored statement is not the one that was signed: its bytes, digest or columns were changed"
    return rows, problem


def _verified(item: Stored) -> Statement:
    statement = read_statement(item.body)
    columns = (item.digest, item.type, item.person, item.key, item.method)
    if columns != (digest_of(statement), statement.type, statement.person, statement.key, item.signed().method.value):
        raise Broken
    return statement


def states(entry: LedgerRow) -> bool:
    """Does the entry stand for a statement? One of another kind says from where to where the hold moved."""
    if entry.payload is None:
        raise Broken(f"what the ledger's entry {entry.seq} said was erased or lost")
    return "statement" in entry.payload


def compare(rows: Sequence[Row], entries: Sequence[LedgerRow], kind_of: Callable[[Statement], str]) -> None:
    """Rows and entries, both ways; Broken where one lacks the other.

    :param kind_of: the ledger's kind of a statement; Broken for one that does not belong there
    """
    there = {(row.stored.seq, kind_of(row.statement), row.stored.person, row.stored.digest) for row in rows}
    said = {(entry.seq, entry.kind, entry.actor, (entry.payload or {}).get("statement")) for entry in entries}
    if there - said:
        raise Broken("a stored statement has no entry in the ledger")
    if said - there:
        raise Broken("a statement of the ledger is missing from the store")


def _kind_of(statement: Statement) -> str:
    """The ledger's kind of a statement about a hold; what is none of these belongs elsewhere."""
    if isinstance(statement, Proposal):
        return "hold.proposed"
    if isinstance(statement, Vote):
        return "vote.cast"
    if isinstance(statement, Revocation) and statement.what in (Revoked.VOTE, Revoked.HOLD):
        return f"{statement.what.value}.revoked"
    if isinstance(statement, Declaration):
        return "emergency.declared"
    if isinstance(statement, Review):
        return "emergency.reviewed"
    raise Broken("a statement is filed under the hold that is about none")


def _require_proposal(rows: Sequence[Row], entries: Sequence[LedgerRow]) -> None:
    """It begins with its one proposal."""
    kinds = [_kind_of(row.statement) for row in rows]
    if kinds[:1] != ["hold.proposed"] or kinds.count("hold.proposed") != 1 or entries[0].seq != rows[0].stored.seq:
        raise Broken("the hold's record does not begin with its one proposal")


def _replay(hold: Hold, moves: Sequence[LedgerRow]) -> None:
    """The row's state is where the moves of the ledger lead, one legal step after the other."""
    state, revision = HoldState.PROPOSED, 0
    for move in moves:
        said = move.payload or {}
        before, after = HoldState(said["from"]), HoldState(said["to"])
        if before is not state or after not in TRANSITIONS[before] or said["revision"] != revision + 1:
            raise Broken("the ledger tells of a move that the hold could not make")
        state, revision = after, revision + 1
    if (hold.state, hold.revision) != (state, revision):
        raise Broken(f"the hold's row says {hold.state.value}, the ledger {state.value}")


def _check_chain(conn: Connection, first: LedgerRow) -> None:
    """From the hold's own first entry, taken as it lies there, to the head; what came before it is not looked at."""
    start = Checkpoint(store=store_id(conn) or "", seq=first.seq, hash=first.hash, at=first.at, erased=0)
    report = verify_snapshot(conn, start=start)
    if not report.ok:
        raise Broken(_told(report))


def _check_still(conn: Connection, sealed: Sealed) -> None:
    """Is the ledger still the one that verified? Its newest entry of then is part of the hold's chain, or older than the hold."""
    if sealed.problem:
        raise Broken(sealed.problem)
    if not sealed.seq:
        return
    if conn.scalar(select(ledger.c.hash).where(ledger.c.seq == sealed.seq)) != sealed.head:
        raise Broken("the ledger is not the one that verified against its checkpoints a moment ago")
    now = [entry for entry in statements.history(conn, WATCHED) if entry.seq <= sealed.seq]
    if now != list(sealed.watched):
        raise Broken("what the ledger says about keys, templates or emergencies was changed a moment ago")


def _told(report: LedgerReport) -> str:
    found = report.problems[0]
    return f"the ledger does not verify: entry {found.seq}: {found.problem}"
