"""Counts by day, and Airflow's records of tasks that were marked by hand.

The counts begin empty: whoever asks counts what is not counted yet, and `reconcile` counts the ledger part by part.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("kind", sa.String(length=64), primary_key=True),
        sa.Column("day", sa.String(length=10), primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("actor", "origin", "labels", "name", "detail")),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "tally_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", _SEQ, nullable=False),
    )
    op.create_table(
        "hand_mark",
        sa.Column("mark", sa.String(length=220), primary_key=True),
        sa.Column("at", sa.String(length=32), nullable=False),
    )
