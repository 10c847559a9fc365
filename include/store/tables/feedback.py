"""What people said of a brief: corrections, misleading sources, summaries of their own, and what they did on its ticket."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from include.store.schema import metadata

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("mark", String(220), nullable=False, unique=True),
    Column("incident_id", String(64), ForeignKey("incident.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # of the draft's content: brief.content_digest
    Column("kind", String(16), nullable=False),  # correction | misleading | summary | ticket_edit
    Column("person", String(80), nullable=False),  # for ticket_edit whoever the desk says it was
    Column("about", String(140), nullable=False),  # F1, H2, summary; runbook:disk-full, evidence:ev_…; DESK-7
    Column("label", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("text", Text, nullable=False),  # redacted
    Index("feedback_by_incident", "incident_id", "at"),
)
