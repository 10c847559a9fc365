"""Change requests: the notes as handed in, what was judged of them, the package, the plan that they would make.

The request itself is a row of `incident` of the kind `change` (docs/adr/0011): it is claimed, read for and dispatched like one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from include.store.schema import metadata

change_notes = Table(
    "change_notes",
    metadata,
    Column("change_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("origin", String(16), nullable=False),  # notes | ticket | hypothesis | drift
    Column("reference", Text),
    Column("text", Text, nullable=False),  # redacted
    Column("digest", String(64), nullable=False),  # SHA-256 of the bytes as handed in
    Column("length", BigInteger, nullable=False),
)

change_assessment = Table(
    "change_assessment",
    metadata,
    Column("change_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("briefing", Integer, primary_key=True),
    Column("assessed_at", String(32), nullable=False),
    Column("services", Text, nullable=False),  # JSON list
    Column("starts_at", String(32)),  # the window, where it is certain
    Column("ends_at", String(32)),
    Column("body", Text, nullable=False),  # JSON
)

change_package = Table(
    "change_package",
    metadata,
    Column("change_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("briefing", Integer, nullable=False),
    Column("run_id", String(250), nullable=False),
    Column("label", String(64), nullable=False),
    Column("drafted_at", String(32), nullable=False),
    Column("content_digest", String(64), nullable=False),  # without version and time: the same content is the same version
    Column("body", Text, nullable=False),
)

change_offer = Table(
    "change_offer",
    metadata,
    Column("change_id", String(64), ForeignKey("incident.id"), primary_key=True),
    Column("briefing", Integer, primary_key=True),
    Column("offered_at", String(32), nullable=False),
    Column("request", Text),  # JSON: what a person may sign and propose; NULL where the notes make no plan
    Column("reason", Text, nullable=False),  # why there is one, or none
)
