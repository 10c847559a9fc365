from __future__ import annotations

import pytest

from include.contracts.errors import ConfigError
from include.store.database import Store
from include.store.roles import PRIVILEGES, apply_roles, isolation_gap, roles_sql
from include.store.schema import metadata


def test_only_tables_that_exist_are_opened(store: Store) -> None:
    from sqlalchemy import inspect

    with store.read() as conn:
        there = set(inspect(conn).get_table_names())
    assert {table for tables in PRIVILEGES.values() for table in tables} <= there


def test_h09_no_role_may_change_or_delete_what_the_ledger_says() -> None:
    for role, tables in PRIVILEGES.items():
        assert set(tables["ledger"]) <= {"SELECT", "INSERT"}, role
        assert set(tables["payload"]) <= {
            "SELECT",
            "INSERT",
            *(["UPDATE (salt, body, erased)"] if role == "holdpoint_erase" else []),
        }
        assert not [table for table, held in tables.items() if {"TRUNCATE", "ALL"} & set(held)], role


def test_the_reading_role_only_reads() -> None:
    assert {privilege for held in PRIVILEGES["holdpoint_read"].values() for privilege in held} == {"SELECT"}


def test_the_printed_sql_quotes_a_schema() -> None:
    assert 'GRANT SELECT, INSERT ON "a""b".ledger TO holdpoint_vote' in roles_sql('a"b')


def test_sqlite_has_no_roles(store: Store) -> None:
    with pytest.raises(ConfigError):
        apply_roles(store.engine)
    with store.read() as conn:
        assert isolation_gap(conn)


def test_the_ledgers_tables_are_among_those_declared() -> None:
    assert {"ledger", "payload"} <= set(metadata.tables)
