# ruff: noqa: S608 - the SQL below is put together from constants of this file
"""The ledger, its payloads, and the triggers that keep both append-only.

A trigger stops every mistake and whoever speaks SQL as a runtime role; it does not stop the tables' owner, nor whoever
writes the database's files. Against those stands the hash chain with its exported checkpoints.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ERASURE = (
    "OLD.erased IS NULL AND NEW.seq = OLD.seq AND NEW.salt IS NULL AND NEW.body IS NULL AND EXISTS ("
    "SELECT 1 FROM {s}ledger WHERE seq = NEW.erased AND kind = 'payload.erased' AND subject = 'ledger:' || OLD.seq)"
)
_NOT_APPENDED = "an entry can only be appended, as the successor of the head"
_NOT_ANNOUNCED = "a payload can only be added once, to the entry that announces it"
_NOT_ERASURE = "a payload can only be erased, after the ledger entry that says so"
_APPEND_ONLY = "the ledger is append-only"

# When to refuse, and why. A BEFORE trigger sees a REPLACE before it deletes anything, with or without recursive_triggers.
_SQLITE = {
    "ledger_append BEFORE INSERT ON ledger": (
        "NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)"
        " OR NEW.seq <> 1 AND NEW.prev_hash IS NOT (SELECT hash FROM ledger WHERE seq = NEW.seq - 1)",
        _NOT_APPENDED,
    ),
    "ledger_no_update BEFORE UPDATE ON ledger": ("1", _APPEND_ONLY),
    "ledger_no_delete BEFORE DELETE ON ledger": ("1", _APPEND_ONLY),
    "payload_append BEFORE INSERT ON payload": (
        "NEW.erased IS NOT NULL OR NEW.salt IS NULL OR NEW.body IS NULL OR EXISTS (SELECT 1 FROM payload WHERE seq = NEW.seq)"
        " OR NOT EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq AND payload_digest <> '')",
        _NOT_ANNOUNCED,
    ),
    "payload_no_update BEFORE UPDATE ON payload": (f"NOT ({_ERASURE.format(s='')})", _NOT_ERASURE),
    "payload_no_delete BEFORE DELETE ON payload": ("1", _APPEND_ONLY),
}

# The same in PL/pgSQL, where a duplicate key is the index's affair. Tables are named with their schema, so that neither
# the caller's search_path nor a temporary table of that name can stand in for them.
_HEADER = "RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS"
_FUNCTIONS = (
    f"""CREATE FUNCTION {{s}}holdpoint_refuse() {_HEADER} $$ BEGIN
        RAISE EXCEPTION USING MESSAGE = '{_APPEND_ONLY}', ERRCODE = 'insufficient_privilege';
    END $$""",
    f"""CREATE FUNCTION {{s}}holdpoint_ledger_append() {_HEADER} $$
    DECLARE
        head record;
    BEGIN
        SELECT seq, hash INTO head FROM {{s}}ledger ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> coalesce(head.seq, 0) + 1 OR NEW.prev_hash <> coalesce(head.hash, NEW.prev_hash) THEN
            RAISE EXCEPTION USING MESSAGE = '{_NOT_APPENDED}', ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE FUNCTION {{s}}holdpoint_payload_append() {_HEADER} $$ BEGIN
        IF NEW.erased IS NOT NULL OR NEW.salt IS NULL OR NEW.body IS NULL
           OR NOT EXISTS (SELECT 1 FROM {{s}}ledger WHERE seq = NEW.seq AND payload_digest <> '') THEN
            RAISE EXCEPTION USING MESSAGE = '{_NOT_ANNOUNCED}', ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE FUNCTION {{s}}holdpoint_payload_erase() {_HEADER} $$ BEGIN
        IF NOT ({_ERASURE}) THEN
            RAISE EXCEPTION USING MESSAGE = '{_NOT_ERASURE}', ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
)
_TRIGGERS = (
    ("ledger_append", "INSERT ON {s}ledger", "ROW", "ledger_append"),
    ("ledger_no_change", "UPDATE OR DELETE ON {s}ledger", "ROW", "refuse"),
    ("ledger_no_truncate", "TRUNCATE ON {s}ledger", "STATEMENT", "refuse"),
    ("payload_append", "INSERT ON {s}payload", "ROW", "payload_append"),
    ("payload_no_update", "UPDATE ON {s}payload", "ROW", "payload_erase"),
    ("payload_no_delete", "DELETE ON {s}payload", "ROW", "refuse"),
    ("payload_no_truncate", "TRUNCATE ON {s}payload", "STATEMENT", "refuse"),
)


def upgrade() -> None:
    _create_tables()
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        for head, (refused, why) in _SQLITE.items():
            conn.exec_driver_sql(f"CREATE TRIGGER {head} BEGIN SELECT RAISE(ABORT, '{why}') WHERE {refused}; END")
    else:
        _guard_postgresql(conn)


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back")


def _create_tables() -> None:
    seq = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    texts = ("at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash")
    op.create_table(
        "ledger",
        sa.Column("seq", seq, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
    )
    for name, columns in {"subject": ["subject"], "run": ["run"], "kind_seq": ["kind", "seq"], "actor": ["actor"]}.items():
        op.create_index(f"ledger_{name}", "ledger", columns)
    op.create_table(
        "payload",
        sa.Column("seq", seq, sa.ForeignKey("ledger.seq"), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sa.Column("erased", seq),
    )


def _guard_postgresql(conn: sa.Connection) -> None:
    name = conn.execute(sa.text("SELECT current_schema()")).scalar_one()
    schema = conn.dialect.identifier_preparer.quote(name) + "."
    for function in _FUNCTIONS:
        conn.exec_driver_sql(function.format(s=schema))
    for trigger, when, each, function in _TRIGGERS:
        conn.exec_driver_sql(
            f"CREATE TRIGGER {trigger} BEFORE {when.format(s=schema)} FOR EACH {each}"
            f" EXECUTE FUNCTION {schema}holdpoint_{function}()"
        )
