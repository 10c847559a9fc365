"""What came in: posts as received, the alerts in them, and counters of what was turned away."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from include.store.schema import Sequence, metadata

message = Table(
    "message",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the bytes as received
    Column("length", BigInteger, nullable=False),  # bytes as received
    Column("body", Text, nullable=False),  # redacted; the first 64 KB
    Column("truncated", Boolean, nullable=False),
    Column("problem", Text),  # why it could not be understood; NULL where it could
)

alert = Table(
    "alert",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True),
    Column("message_id", String(64), ForeignKey("message.id"), nullable=False),
    Column("incident_id", String(64)),  # NULL: resolved, and nothing was open
    Column("source", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("service", String(64)),  # as resolved against the catalogue
    Column("environment", String(64)),
    Column("title", Text, nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("received_at", String(32), nullable=False),
    Column("body", Text, nullable=False),  # the canonical alert, redacted, JSON
    Index("alert_by_incident", "incident_id", "id"),
    Index("alert_by_service", "service", "received_at"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("minute", String(16), primary_key=True),  # YYYY-MM-DDTHH:MM
    Column("count", Integer, nullable=False),
)
