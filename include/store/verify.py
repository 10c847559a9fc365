"""Does the ledger still say what was written into it?

One pass in the order of seq over one snapshot, a page at a time: every entry's number, link and hash, every payload's
digest, every erasure in both directions, every checkpoint. Nobody has to stop appending meanwhile.

What it proves reaches back to the newest checkpoint that was kept elsewhere: whoever owns the database can write a new
chain, but cannot sign it. What came after that checkpoint is reported as unsealed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from include.store.chain import GENESIS, is_intact
from include.store.database import DRIVER_ERRORS, Store
from include.store.erasure import ERASED, erased_seq
from include.store.faults import COMPARE, RESTORE, Row, faults, is_erased, is_missing
from include.store.ledger import store_id
from include.store.report import LedgerReport
from include.store.schema import ledger, payload

if TYPE_CHECKING:
    from include.store.checkpoint import Checkpoint

PAGE = 500


def verify(store: Store, *, checkpoints: Sequence[Checkpoint] = (), start: Checkpoint | None = None) -> LedgerReport:
    """Verify the whole ledger, or what came after the checkpoint `start`, against checkpoints that were kept elsewhere.

    :raises StoreError: the database cannot be reached
    """
    with store.read() as conn:
        return verify_snapshot(conn, checkpoints=checkpoints, start=start)


def verify_snapshot(conn: Connection, *, checkpoints: Sequence[Checkpoint] = (), start: Checkpoint | None = None) -> LedgerReport:
    """`verify` over a connection that stands in a transaction of `Store.read()`."""
    try:
        return _Verification(conn, checkpoints, start).run()
    except DRIVER_ERRORS:
        # A cell that is no UTF-8 stops the driver's quick decoding. Once more, slowly, to say which.
        with any_bytes(conn):
            return _Verification(conn, checkpoints, start).run_as_far_as_possible()


@contextmanager
def any_bytes(conn: Connection) -> Iterator[None]:
    """Let SQLite hand over text that is no UTF-8, its bad bytes as lone surrogates, which no hash accepts."""
    driver: Any = conn.connection.driver_connection
    if conn.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def rows(conn: Connection, first: int | None = None) -> Iterator[Sequence[Row]]:
    """Pages of the ledger's rows, each with its payload's, in the order of seq; all of them, or those from `first` on."""
    query = (
        select(ledger, payload)
        .join_from(ledger, payload, ledger.c.seq == payload.c.seq, isouter=True)
        .order_by(ledger.c.seq)
        .execution_options(yield_per=PAGE)
    )
    return conn.execute(query if first is None else query.where(ledger.c.seq >= first)).partitions()


class _Verification:
    def __init__(self, conn: Connection, checkpoints: Sequence[Checkpoint], start: Checkpoint | None) -> None:
        self._conn = conn
        self._start = start
        self._report = LedgerReport(erasures=start.erased if start else 0)
        self._seals: dict[int, list[Checkpoint]] = defaultdict(list)
        for checkpoint in (*checkpoints, *((start,) if start else ())):
            self._seals[checkpoint.seq].append(checkpoint)
        # What the next row must be. Where we start at a checkpoint, that entry's own hash is known, not its predecessor's.
        self._seq = start.seq if start else 1
        self._prev: str | None = None if start else GENESIS

    def run(self) -> LedgerReport:
        self._check_store()
        for page in rows(self._conn, self._start.seq if self._start else None):
            self._check_page(page)
        self._check_ends()
        return self._report

    def run_as_far_as_possible(self) -> LedgerReport:
        try:
            return self.run()
        except DRIVER_ERRORS as error:
            self._report.blame(self._seq, f"The database cannot be read on from here: {getattr(error, 'orig', error)}", RESTORE)
            return self._report

    def _check_store(self) -> None:
        self._report.store_id = found = store_id(self._conn)
        for seal in [seal for seals in self._seals.values() for seal in seals]:
            if found is not None and seal.store != found:
                problem = f"The checkpoint is of another store, {seal.store}."
                self._report.blame(seal.seq, problem, "Give the checkpoints of this store; if they are, it was replaced.")
                self._seals[seal.seq].remove(seal)

    def _check_page(self, page: Sequence[Row]) -> None:
        report, seals, first = self._report, self._seals, self._start.seq + 1 if self._start else 1
        seq, prev = self._seq, self._prev
        erased: dict[int, int] = {}
        erasures: dict[int, int | None] = {}
        for row in map(tuple, page):  # SQLAlchemy's rows cost twice as much to take apart
            if is_intact(row, seq, prev):
                if row[1] < report.head_at:
                    report.remark(row[0], f"The clock went back, from {report.head_at} to {row[1]}.")
                report.head_at = row[1]
            else:
                self._blame(row, seq, prev, erased)
            seq, prev = row[0], row[8]
            if row[3] == ERASED and seq >= first:
                erasures[seq] = erased_seq(row[4])
                report.erasures += 1
            if seq in seals:
                self._check_seals(seq, prev)
            seq += 1
        self._seq, self._prev = seq, prev
        report.entries, report.head, report.head_hash = report.entries + len(page), seq - 1, str(prev)
        self._check_erased(erased)
        self._check_erasures(erasures)

    def _blame(self, row: Row, seq: int, prev: str | None, erased: dict[int, int]) -> None:
        for fault in faults(row, seq, prev):
            self._report.blame(*fault)
        self._report.missing += is_missing(row)
        if is_erased(row):
            erased[row[0]] = row[12]

    def _check_erased(self, marks: dict[int, int]) -> None:
        """Each payload marked as erased is named by the entry that its mark points to."""
        said = self._lookup(select(ledger.c.seq, ledger.c.kind, ledger.c.subject), marks.values())
        for seq, by in marks.items():
            kind, subject = said.get(by, ("", ""))
            if kind == ERASED and erased_seq(subject) == seq:
                self._report.erased += 1
            else:
                self._report.missing += 1
                self._report.blame(seq, f"The payload is gone, but entry {by} does not say that it was erased.", COMPARE)

    def _check_erasures(self, erasures: dict[int, int | None]) -> None:
        """Each payload that an entry calls erased is so."""
        marks = self._lookup(select(payload.c.seq, payload.c.erased), erasures.values())
        for seq, target in erasures.items():
            if marks.get(target, (None,)) == (None,):
                problem = f"The entry calls payload {target} erased, which it is not."
                self._report.blame(seq, problem, f"If it came back with a backup: ./holdpoint ledger erase {target}.")

    def _lookup(self, query: Any, wanted: Iterable[int | None]) -> dict[int | None, tuple[Any, ...]]:
        numbers = {number for number in wanted if number is not None}
        found = self._conn.execute(query.where(query.selected_columns.seq.in_(numbers))) if numbers else ()
        return {row[0]: tuple(row[1:]) for row in found}

    def _check_seals(self, seq: int, stored_hash: Any) -> None:
        for seal in self._seals.pop(seq):
            if seal.hash != stored_hash:
                problem = f"The entry is not the one sealed on {seal.at}: the chain was rewritten, here or before."
                self._report.blame(seq, problem, RESTORE)
            elif seal.erased != self._report.erasures:
                problem = f"There were {seal.erased} erasures when this was sealed, now {self._report.erasures}."
                self._report.blame(seq, problem, RESTORE)
            else:
                self._report.sealed_to = max(self._report.sealed_to, seq)

    def _check_ends(self) -> None:
        report = self._report
        if not report.entries:
            report.blame(self._seq, f"The ledger has no entry {self._seq} and none after it.", RESTORE)
        for seq, seal in sorted((seq, seals[0]) for seq, seals in self._seals.items() if seals):
            tail = f"the ledger ends at {report.head}: its tail was deleted, or an older backup was restored"
            report.blame(seq, f"Entry {seq} was sealed on {seal.at}; {tail if seq > report.head else 'it is missing'}.", RESTORE)
        ends = (select(end(payload.c.seq)).scalar_subquery() for end in (func.min, func.max))
        low, high = self._conn.execute(select(*ends)).one()  # two look-ups; asked for both at once, SQLite reads every payload
        if low is not None and (low < 1 or high > report.head):
            report.blame(low if low < 1 else high, "A payload lies here that belongs to no entry.", RESTORE)
