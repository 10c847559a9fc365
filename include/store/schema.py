"""The tables of the ledger, and the `MetaData` that the domain's tables (`include/store/tables/`) join.

What is written here must equal what the migrations build; a test compares the two on a fresh store.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# SQLite makes only a column typed exactly INTEGER its row id.
Sequence = BigInteger().with_variant(Integer(), "sqlite")

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("payload_digest", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ledger_subject_seq", "subject", "seq"),
    Index("ledger_run_seq", "run", "seq"),
    Index("ledger_kind_seq", "kind", "seq"),
    Index("ledger_actor_seq", "actor", "seq"),
)
"""One row an entry. No unique constraint beside the key: SQLite's REPLACE would silently delete whatever row it hits."""

payload = Table(
    "payload",
    metadata,
    Column("seq", Sequence, ForeignKey("ledger.seq"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
    Column("erased", Sequence),
)
"""What an entry says beyond its columns: canonical JSON (RFC 8785), and the salt of its digest. Where it was erased both
are NULL, and `erased` is the seq of the entry that says so."""

ledger_ref = Table(
    "ledger_ref",
    metadata,
    Column("ref_kind", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which entries name what in their payload: an index made of the payloads by `include/store/refs.py`, and no evidence."""
