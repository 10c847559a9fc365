"""Standard changes and emergencies: templates, uses, and pages that go up a service's own chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "template",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("environment", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seq", _SEQ, sa.ForeignKey("ledger.seq"), nullable=False),
    )
    op.create_table(
        "standing_use",
        sa.Column("hold_id", sa.String(64), sa.ForeignKey("hold.id"), primary_key=True),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("used_at", sa.String(32), nullable=False),
        sa.Column("review_by", sa.String(32)),
        sa.Column("seq", _SEQ, sa.ForeignKey("ledger.seq"), nullable=False, unique=True),
    )
    op.create_index("standing_use_by_ref", "standing_use", ["way", "ref"])
    op.add_column("delivery", sa.Column("service", sa.String(64)))
