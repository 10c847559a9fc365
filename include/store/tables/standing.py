"""Standard changes: signed templates. And the uses of what releases without the plan's own quorum: templates, emergencies."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from include.store.schema import Sequence, metadata

template = Table(
    "template",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("environment", String(64), nullable=False),
    Column("body", Text, nullable=False),  # the canonical JSON that the digest covers, never made again
    Column("seq", Sequence, ForeignKey("ledger.seq"), nullable=False),  # of its entry `template.filed`
)

standing_use = Table(
    "standing_use",
    metadata,
    Column("hold_id", String(64), ForeignKey("hold.id"), primary_key=True),  # an approval is consumed once
    Column("way", String(16), nullable=False),  # standard | emergency
    Column("ref", String(64), nullable=False),  # the template, or the digest of the declaration
    Column("used_at", String(32), nullable=False),
    Column("review_by", String(32)),  # of an emergency: when somebody is to have looked at it
    Column("seq", Sequence, ForeignKey("ledger.seq"), nullable=False, unique=True),
    Index("standing_use_by_ref", "way", "ref"),
)
