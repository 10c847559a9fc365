"""Versioned migrations (Alembic), started by us: no ini file, one transaction, one process at a time.

A migration is `migrations/versions/NNNN_name.py`; the highest number is the revision this code expects.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import StoreError
from include.store.ledger import LOCK, append, found

if TYPE_CHECKING:
    from include.store.database import Store

_FOLDER = Path(__file__).parent / "migrations"
_MIGRATE = "Run ./holdpoint store migrate."


@cache
def expected() -> str:
    """The revision this code expects, read from the files' names: Alembic itself takes 0.2 s to import."""
    return max(path.stem.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def current(conn: Connection) -> str | None:
    """The revision the store is at; None where nothing was ever migrated."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def check(store: Store) -> None:
    """StoreError unless the store is at the expected revision."""
    with store.read() as conn:
        _compare(current(conn), expected())


def migrate(store: Store) -> str:
    """Upgrade, and enter it into the ledger; the first upgrade founds the chain. Returns the revision."""
    with store.begin() as conn:
        if store.dialect == "postgresql":
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        before, wanted = current(conn), expected()
        if before == wanted:
            return wanted
        if before is not None and before > wanted:
            _compare(before, wanted)
        _upgrade(conn, wanted)
        if before is None:
            found(conn)
        append(conn, actor="store@service", kind="store.migrated", subject=f"revision:{wanted}", payload={"from": before})
    return wanted


def _compare(found_revision: str | None, wanted: str) -> None:
    if found_revision is None:
        raise StoreError("The store holds no tables yet.", next_step=_MIGRATE)
    if found_revision > wanted:
        raise StoreError(
            f"The store is at revision {found_revision}, this code only knows {wanted}.", next_step="Update this installation."
        )
    if found_revision != wanted:
        raise StoreError(f"The store is at revision {found_revision}, this code needs {wanted}.", next_step=_MIGRATE)


def _upgrade(conn: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))  # it interpolates
    config.attributes["connection"] = conn
    try:
        command.upgrade(config, revision)
    except DBAPIError as error:
        raise StoreError(
            f"The migration failed and was taken back: {error.orig}", next_step="Check the database user's rights."
        ) from error
