"""Reviews of scripts: runs and their batches, reviewed units by content, reports, what became of findings, dismissals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "script_manifest",
        sa.Column("digest", sa.String(length=64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "script_review",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("mark", sa.String(length=220), nullable=False, unique=True),
        sa.Column("repository", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("commit_id", sa.String(length=64)),
        sa.Column("base_id", sa.String(length=64)),
        sa.Column("pull", sa.Integer),
        sa.Column("rules", sa.String(length=64)),
        sa.Column("manifest", sa.String(length=64), sa.ForeignKey("script_manifest.digest")),
        sa.Column("same_as", sa.String(length=64)),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("fresh_files", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(length=250)),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.String(length=32), nullable=False),
        sa.Column("triggered_at", sa.String(length=32)),
        sa.Column("claimed_at", sa.String(length=32)),
        sa.Column("begun_at", sa.String(length=32)),
        sa.Column("ended_at", sa.String(length=32)),
    )
    op.create_index("script_review_by_state", "script_review", ["state", "not_before"])
    op.create_index("script_review_by_repository", "script_review", ["repository", "asked_at"])
    op.create_index("script_review_by_run", "script_review", ["run_id"])
    op.create_table(
        "script_batch",
        sa.Column("review_id", sa.String(length=64), sa.ForeignKey("script_review.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("units", sa.Text, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=64)),
        sa.Column("ended_at", sa.String(length=32)),
    )
    op.create_table(
        "script_unit",
        sa.Column("key", sa.String(length=64), primary_key=True),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("reviewed_at", sa.String(length=32), nullable=False),
    )
    op.create_table(
        "script_report",
        sa.Column("review_id", sa.String(length=64), sa.ForeignKey("script_review.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("fixed", sa.Integer, nullable=False),
        sa.Column("gaps", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sarif", sa.Text, nullable=False),
        sa.Column("markdown", sa.Text, nullable=False),
    )
    op.create_table(
        "script_finding",
        sa.Column("repository", sa.String(length=64), primary_key=True),
        sa.Column("fingerprint", sa.String(length=64), primary_key=True),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("first_review", sa.String(length=64), nullable=False),
        sa.Column("first_seen", sa.String(length=32), nullable=False),
        sa.Column("last_review", sa.String(length=64), nullable=False),
        sa.Column("last_seen", sa.String(length=32), nullable=False),
        sa.Column("fixed_review", sa.String(length=64)),
        sa.Column("fixed_at", sa.String(length=32)),
    )
    op.create_table(
        "script_dismissal",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("mark", sa.String(length=220), nullable=False, unique=True),
        sa.Column("repository", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64)),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("agreed_by", sa.String(length=80)),
        sa.Column("agreed_at", sa.String(length=32)),
    )
    op.create_index("script_dismissal_by_repository", "script_dismissal", ["repository", "rule"])
    op.create_table(
        "script_comment",
        sa.Column("repository", sa.String(length=64), primary_key=True),
        sa.Column("pull", sa.Integer, primary_key=True),
        sa.Column("comment_id", sa.String(length=32)),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
    )
