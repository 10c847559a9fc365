"""Plans, their holds, the signed statements about them, what was shown, and the one attempt that an approval opens."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from include.store.schema import Sequence, metadata

plan = Table(
    "plan",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("body", Text, nullable=False),  # the canonical JSON that the digest covers, never made again
)

hold = Table(
    "hold",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("plan_id", String(64), ForeignKey("plan.id"), nullable=False, unique=True),
    Column("plan_digest", String(64), nullable=False),
    Column("environment", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("risk", String(16), nullable=False),
    Column("release_mode", String(16), nullable=False),
    Column("proposed_at", String(32), nullable=False),
    Column("approve_by", String(32), nullable=False),
    Column("execute_by", String(32), nullable=False),
    Column("supersedes", String(64)),
    Column("superseded_by", String(64)),
    Column("run_id", String(250)),  # Airflow's longest
    Index("hold_by_state", "state", "approve_by"),
    Index("hold_by_proposal", "proposed_at"),
)

hold_service = Table(
    "hold_service",
    metadata,
    Column("hold_id", String(64), ForeignKey("hold.id"), primary_key=True),
    Column("service", String(64), primary_key=True),
    Index("hold_service_by_service", "service"),
)

statement = Table(
    "statement",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the bytes that were signed; the signature's own are malleable
    Column("type", String(32), nullable=False),
    Column("subject", String(80), nullable=False),  # a hold, a key, a person, or the digest of another statement
    Column("person", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("method", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("seq", Sequence, ForeignKey("ledger.seq"), nullable=False),
    Index("statement_by_subject", "subject"),
    Index("statement_by_type", "type"),
)

view = Table(
    "view",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("hold_id", String(64), ForeignKey("hold.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Index("view_by_hold", "hold_id"),
)

observation = Table(
    "observation",
    metadata,
    Column("id", Sequence, primary_key=True),
    Column("hold_id", String(64), ForeignKey("hold.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("observed_at", String(32), nullable=False),
    Column("observed_by", String(80), nullable=False),
    Column("fields", Text, nullable=False),  # canonical JSON
    Column("problem", Text),
    Index("observation_by_hold", "hold_id", "step"),
)

outside_record = Table(
    "outside_record",
    metadata,
    Column("id", Sequence, primary_key=True),
    Column("hold_id", String(64), ForeignKey("hold.id"), nullable=False),
    Column("source", String(64), nullable=False),
    Column("record", String(200), nullable=False),  # the source's own immutable id
    Column("person", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("fetched_at", String(32), nullable=False),
    UniqueConstraint("hold_id", "source", "record", "digest"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("hold_id", String(64), ForeignKey("hold.id"), primary_key=True),  # the key is what makes an approval single-use
    Column("id", String(64), nullable=False, unique=True),
    Column("plan_digest", String(64), nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("opened_by", String(80), nullable=False),
    Column("execute_by", String(32), nullable=False),
)
