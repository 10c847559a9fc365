"""The embedded ticket desk, and deliveries to people."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from include.store.schema import Sequence, metadata

ticket = Table(
    "ticket",
    metadata,
    Column("number", Sequence, primary_key=True, autoincrement=True),
    Column("mark", String(220), nullable=False, unique=True),
    Column("queue", String(64), nullable=False),
    Column("incident_id", String(64)),
    Column("service", String(64)),
    Column("label", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # open | closed; closed by people only
    Column("title", Text, nullable=False),
    Column("assignee", String(64)),
    Column("opened_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Index("ticket_by_queue", "queue", "updated_at"),
)

comment = Table(
    "ticket_comment",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True),
    Column("ticket", Sequence, ForeignKey("ticket.number"), nullable=False),
    Column("mark", String(220), nullable=False, unique=True),
    Column("label", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", String(80), nullable=False),
    Column("body", Text, nullable=False),
    Index("comment_by_ticket", "ticket", "id"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("mark", String(220), nullable=False, unique=True),
    Column("incident_id", String(64), ForeignKey("incident.id"), nullable=False),
    Column("briefing", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("label", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),  # due | sent | failed (its next level is due) | gave_up
    Column("attempts", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("next_at", String(32), nullable=False),
    Column("sent_at", String(32)),
    Column("error", String(64)),
    Column("service", String(64)),  # whose chain it goes up; none: the incident's
    Index("delivery_by_state", "state", "next_at"),
)
