from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from include.contracts.errors import StoreError
from include.store import migrate as module
from include.store.database import Store
from include.store.ledger import entries, store_id
from include.store.location import REPOSITORY
from include.store.migrate import current, expected
from include.store.schema import metadata
from include.store.verify import verify


def test_the_expected_revision_is_alembics_only_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "include/store/migrations").replace("%", "%%"))
    assert ScriptDirectory.from_config(config).get_heads() == [expected()]


@pytest.mark.both_databases
def test_the_migrations_build_the_tables_that_the_code_declares(store: Store) -> None:
    for path in sorted((REPOSITORY / "include/store/tables").glob("*.py")):
        importlib.import_module(f"include.store.tables.{path.stem}")
    with store.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_migrating_again_changes_nothing(store: Store) -> None:
    with store.read() as conn:
        before = list(entries(conn))
    assert store.migrate() == expected()
    with store.read() as conn:
        assert list(entries(conn)) == before


def test_the_first_migration_founds_the_chain(store: Store) -> None:
    with store.read() as conn:
        first, *rest = entries(conn)
        assert (first.seq, first.kind, first.subject) == (1, "store.created", store_id(conn))
    assert rest[-1].kind == "store.migrated"
    assert rest[-1].subject == f"revision:{expected()}"
    assert verify(store).ok


def test_two_stores_have_two_ids(store: Store, tmp_path: Path) -> None:
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    other.migrate()
    with store.read() as conn, other.read() as conn2:
        assert store_id(conn) != store_id(conn2)


def test_a_store_never_migrated_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"\./holdpoint store migrate"):
        Store.open(f"sqlite:///{tmp_path}/x.db").check()


def test_an_older_store_says_what_to_do(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "expected", lambda: "9999")
    with pytest.raises(StoreError, match=r"needs 9999.*\./holdpoint store migrate"):
        store.check()


def test_a_newer_store_is_left_alone(store: Store) -> None:
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (store.check, store.migrate):
        with pytest.raises(StoreError, match="Update this installation"):
            attempt()
    with store.read() as conn:
        assert current(conn) == "9999"


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/x.db")
    with store.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE payload (in_the_way)")
    with pytest.raises(StoreError, match="taken back"):
        store.migrate()
    with store.read() as conn:
        tables = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    assert tables == ["payload"]
