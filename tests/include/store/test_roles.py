from __future__ import annotations

import re
from importlib import import_module

import pytest
from sqlalchemy import Table

from include.contracts.errors import ConfigError
from include.store.database import Store
from include.store.location import REPOSITORY
from include.store.roles import PRIVILEGES, SEQUENCES, apply_roles, isolation_gap, roles_sql
from include.store.schema import metadata


def test_only_tables_that_exist_are_opened(store: Store) -> None:
    from sqlalchemy import inspect

    with store.read() as conn:
        there = set(inspect(conn).get_table_names())
    assert {table for tables in PRIVILEGES.values() for table in tables} <= there


@pytest.fixture
def tables() -> dict[str, Table]:
    """Every table that the code declares, by its name."""
    for path in sorted((REPOSITORY / "include/store/tables").glob("*.py")):
        import_module(f"include.store.tables.{path.stem}")
    return dict(metadata.tables)


def test_every_table_is_opened_to_somebody_who_does_more_than_read(tables: dict[str, Table]) -> None:
    """A table without a line in PRIVILEGES would fail at run time only, and only on PostgreSQL."""
    written = {name for held in PRIVILEGES.values() for name, privileges in held.items() if set(privileges) != {"SELECT"}}
    assert written == set(tables)
    assert set(PRIVILEGES["holdpoint_read"]) == {*tables, "alembic_version"}


def test_every_column_that_is_opened_exists_and_no_table_is_opened_whole(tables: dict[str, Table]) -> None:
    for role, held in PRIVILEGES.items():
        for name, privileges in held.items():
            for privilege in privileges:
                verb, columns = re.fullmatch(r"([A-Z]+)(?: \((.+)\))?", privilege).groups("")
                assert bool(columns) == (verb == "UPDATE") or (verb == "SELECT" and columns), (role, name, privilege)
                assert not columns or set(columns.split(", ")) <= set(tables[name].columns.keys()), (role, name, privilege)


def test_every_number_that_the_database_draws_comes_from_a_sequence_that_is_named(tables: dict[str, Table]) -> None:
    drawn = {(name, column.name) for name, table in tables.items() if (column := table.autoincrement_column) is not None}
    assert {(name, f"{name}_{column}_seq") for name, column in drawn} == set(SEQUENCES.items())


@pytest.mark.parametrize("role", ["holdpoint_verify", "holdpoint_erase"])
def test_who_has_no_work_in_a_table_yet_may_not_even_read_it(role: str) -> None:
    assert set(PRIVILEGES[role]) == {"alembic_version", "ledger", "payload", "ledger_ref"}


def test_h09_what_was_read_drafted_or_said_stays_as_it_is() -> None:
    for held in PRIVILEGES.values():
        for name in ("evidence", "brief", "ticket_comment", "message", "alert"):
            assert set(held.get(name, ())) <= {"SELECT", "INSERT"}, name


def test_h03_what_was_decided_on_and_how_stays_as_it_is() -> None:
    for role, held in PRIVILEGES.items():
        for name in ("plan", "statement", "view", "observation", "outside_record", "attempt", "template", "standing_use"):
            assert set(held.get(name, ())) <= {"SELECT", "INSERT"}, (role, name)


def test_h03_only_the_writer_opens_an_attempt_and_it_casts_no_vote() -> None:
    assert [role for role, held in PRIVILEGES.items() if "INSERT" in held.get("attempt", ())] == ["holdpoint_execute"]
    assert "INSERT" not in PRIVILEGES["holdpoint_execute"]["statement"]


def test_h03_only_the_writer_enters_a_use_and_only_who_sends_pages_says_that_one_was_sent() -> None:
    assert [role for role, held in PRIVILEGES.items() if "INSERT" in held.get("standing_use", ())] == ["holdpoint_execute"]
    sends = [role for role, held in PRIVILEGES.items() if any("sent_at" in each for each in held.get("delivery", ()))]
    assert sends == ["holdpoint_propose"]


def test_h12_nobody_changes_whose_permissions_an_incident_has() -> None:
    for role, held in PRIVILEGES.items():
        opened = " ".join(held.get("incident", ()))
        assert not re.search(r"\b(id|key|generation|principal|owner|source|question)\b", opened), role


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
