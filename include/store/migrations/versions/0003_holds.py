"""Plans, holds, signed statements, views, observations, outside records, attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _plans()
    _statements()
    _records()


def _text(name: str, length: int = 64, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=null)


def _of_hold() -> sa.Column[str]:
    return sa.Column("hold_id", sa.String(length=64), sa.ForeignKey("hold.id"), nullable=False)


def _plans() -> None:
    op.create_table(
        "plan",
        _text("id"),
        _text("digest"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "hold",
        _text("id"),
        sa.Column("plan_id", sa.String(length=64), sa.ForeignKey("plan.id"), nullable=False),
        _text("plan_digest"),
        _text("environment"),
        _text("state", 16),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _text("risk", 16),
        _text("release_mode", 16),
        _text("proposed_at", 32),
        _text("approve_by", 32),
        _text("execute_by", 32),
        _text("supersedes", null=True),
        _text("superseded_by", null=True),
        _text("run_id", 250, null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id"),
    )
    op.create_index("hold_by_state", "hold", ["state", "approve_by"])
    op.create_index("hold_by_proposal", "hold", ["proposed_at"])
    op.create_table("hold_service", _of_hold(), _text("service"), sa.PrimaryKeyConstraint("hold_id", "service"))
    op.create_index("hold_service_by_service", "hold_service", ["service"])


def _statements() -> None:
    op.create_table(
        "statement",
        _text("digest"),
        _text("type", 32),
        _text("subject", 80),
        _text("person"),
        _text("key"),
        _text("method", 16),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        _text("received_at", 32),
        sa.Column("seq", _NUMBER, sa.ForeignKey("ledger.seq"), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("statement_by_subject", "statement", ["subject"])
    op.create_index("statement_by_type", "statement", ["type"])


def _records() -> None:
    op.create_table(
        "view",
        _text("digest"),
        _of_hold(),
        sa.Column("body", sa.Text(), nullable=False),
        _text("made_at", 32),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("view_by_hold", "view", ["hold_id"])
    op.create_table(
        "observation",
        sa.Column("id", _NUMBER, nullable=False),
        _of_hold(),
        sa.Column("step", sa.Integer(), nullable=False),
        _text("observed_at", 32),
        _text("observed_by", 80),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("observation_by_hold", "observation", ["hold_id", "step"])
    op.create_table(
        "outside_record",
        sa.Column("id", _NUMBER, nullable=False),
        _of_hold(),
        _text("source"),
        _text("record", 200),
        _text("person"),
        _text("digest"),
        sa.Column("body", sa.Text(), nullable=False),
        _text("fetched_at", 32),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hold_id", "source", "record", "digest"),
    )
    op.create_table(
        "attempt",
        _of_hold(),
        _text("id"),
        _text("plan_digest"),
        _text("opened_at", 32),
        _text("opened_by", 80),
        _text("execute_by", 32),
        sa.PrimaryKeyConstraint("hold_id"),
        sa.UniqueConstraint("id"),
    )
