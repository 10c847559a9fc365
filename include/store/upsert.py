"""Inserts that may find their row there already: each database's own, as SQLAlchemy has no common one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

Upsert: TypeAlias = sqlite.Insert | postgresql.Insert
INSERTS: Mapping[str, Callable[[Table], Upsert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_for(conn: Connection, table: Table) -> Upsert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`, for the database behind `conn`."""
    return INSERTS[conn.dialect.name](table)


def once(conn: Connection, key: Column[Any], **values: Any) -> tuple[Any, bool]:
    """Insert the row, or find the one that has its `mark` already: (its key, created)."""
    table = key.table
    # Asked for its key: PostgreSQL's driver does not count the rows of an insert whose key the database makes.
    made = conn.scalar(insert_for(conn, table).values(**values).on_conflict_do_nothing().returning(key))
    if made is not None:
        return made, True
    return conn.execute(select(key).where(table.c.mark == values["mark"])).scalar_one(), False
