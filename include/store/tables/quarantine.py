"""Sources that people marked misleading, and who lifted that. One row a quarantine; at most one of a source is open."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from include.store.schema import Sequence, metadata

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True),
    Column("kind", String(64), nullable=False),  # what sort of source: runbook
    Column("name", String(64), nullable=False),
    Column("placed_by", String(80), nullable=False),
    Column("placed_at", String(32), nullable=False),
    Column("reason", Text, nullable=False),  # redacted
    Column("lifted_by", String(80)),
    Column("lifted_at", String(32)),  # NULL while it is open
)
_open = quarantine.c.lifted_at.is_(None)
Index("quarantine_open", quarantine.c.kind, quarantine.c.name, unique=True, sqlite_where=_open, postgresql_where=_open)
