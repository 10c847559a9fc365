"""Change requests: notes, assessments, packages, offers of a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "change_notes",
        sa.Column("change_id", sa.String(length=64), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "change_assessment",
        sa.Column("change_id", sa.String(length=64), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("briefing", sa.Integer(), primary_key=True),
        sa.Column("assessed_at", sa.String(length=32), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.String(length=32)),
        sa.Column("ends_at", sa.String(length=32)),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "change_package",
        sa.Column("change_id", sa.String(length=64), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("briefing", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("drafted_at", sa.String(length=32), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "change_offer",
        sa.Column("change_id", sa.String(length=64), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("briefing", sa.Integer(), primary_key=True),
        sa.Column("offered_at", sa.String(length=32), nullable=False),
        sa.Column("request", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
    )
