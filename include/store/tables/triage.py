"""What a briefing read and drafted: reads planned and made, evidence, briefs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from include.store.schema import metadata

read = Table(
    "read",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("incident_id", String(64), ForeignKey("incident.id"), nullable=False),
    Column("briefing", Integer, nullable=False),
    Column("principal", String(80), nullable=False),
    Column("tool", String(64), nullable=False),
    Column("params", Text, nullable=False),  # canonical JSON
    Column("label", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # planned | answered | failed
    Column("reason", Text),  # why it failed: a code and no content
    Column("attempts", Integer, nullable=False),
    Column("evidence_id", String(64)),
    Column("planned_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    UniqueConstraint("incident_id", "briefing", "tool", "params"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("incident_id", String(64), ForeignKey("incident.id"), nullable=False),
    Column("read_id", String(64)),
    Column("tool", String(64), nullable=False),
    Column("params", Text, nullable=False),
    Column("principal", String(80), nullable=False),
    Column("label", String(64), nullable=False),
    Column("place", Text, nullable=False),
    Column("collected_at", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("output", Text, nullable=False),
    Index("evidence_by_incident", "incident_id"),
)

not_asked = Table(
    "not_asked",
    metadata,
    Column("incident_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("briefing", Integer, primary_key=True),
    Column("gaps", Text, nullable=False),  # JSON list
)

brief = Table(
    "brief",
    metadata,
    Column("incident_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("briefing", Integer, nullable=False),
    Column("run_id", String(250), nullable=False),
    Column("label", String(64), nullable=False),
    Column("drafted_at", String(32), nullable=False),
    Column("content_digest", String(64), nullable=False),  # without version and time: the same content is the same version
    Column("body", Text, nullable=False),
)
