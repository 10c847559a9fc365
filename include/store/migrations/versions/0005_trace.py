"""What a trace looks up by: the index of what payloads name, and the ledger's own indexes in the order of its entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from include.store import refs

revision = "0005"
down_revision = "0004"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_ref",
        sa.Column("ref_kind", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    # With the number, a page of a busy actor's entries is read and not sorted. SQLite would do without; PostgreSQL does not.
    for column in ("subject", "run", "actor"):
        op.drop_index(f"ledger_{column}", "ledger")
        op.create_index(f"ledger_{column}_seq", "ledger", [column, "seq"])
    conn = op.get_bind()
    head = conn.execute(sa.text("SELECT max(seq) FROM ledger")).scalar() or 0
    refs.index(conn.connection.cursor(), conn.dialect.name, 1, head)
