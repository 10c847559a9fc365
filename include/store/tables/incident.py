"""Incidents, which alerts of theirs still fire, and the outbox of briefings to start."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from include.store.schema import metadata

incident = Table(
    "incident",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("briefing", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("source", String(64), nullable=False),
    Column("principal", String(80), nullable=False),
    Column("service", String(64)),
    Column("environment", String(64)),
    Column("severity", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("question", Text),
    Column("owner", String(64), nullable=False),
    Column("alert_count", Integer, nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("last_seen_at", String(32), nullable=False),
    Column("resolved_at", String(32)),
    Column("umbrella_id", String(64)),
    UniqueConstraint("key", "generation"),
    Index("incident_by_opening", "opened_at"),
    Index("incident_by_umbrella", "umbrella_id"),
)

firing = Table(
    "incident_firing",
    metadata,
    Column("incident_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
)

dispatch = Table(
    "dispatch",
    metadata,
    Column("incident_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("briefing", Integer, primary_key=True),
    Column("reason", String(32), nullable=False),  # new | severity | umbrella | question | chosen | person | change
    Column("state", String(16), nullable=False),  # pending | triggered | claimed | briefed | escalated
    Column("attempt", Integer, nullable=False),
    Column("run_id", String(250)),  # Airflow's longest
    Column("not_before", String(32), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("triggered_at", String(32)),
    Column("claimed_at", String(32)),
    Index("dispatch_by_state", "state", "not_before"),
)
