from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from include.store.checkpoint import Checkpoint, create_checkpoint, open_checkpoint
from include.store.database import Store
from include.store.keys import generate_key
from tests.include.store.attacks import Run, build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.stack)


@pytest.fixture
def store(new_database: Callable[[], str]) -> Iterator[Store]:
    """A migrated store in a database of its own."""
    opened = Store.open(new_database())
    opened.migrate()
    yield opened
    opened.dispose()


@pytest.fixture
def ledger_store(store: Store) -> Store:
    build(store)
    return store


def plain_url(store: Store) -> str:
    """The store's URL as the driver itself takes it."""
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def attacker(ledger_store: Store) -> Iterator[Run]:
    """The tables' owner, every trigger and foreign key switched off."""
    with psycopg.connect(plain_url(ledger_store), autocommit=True) as conn:
        conn.execute("SET session_replication_role = replica")

        def run(statement: str) -> Any:
            cursor = conn.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def signer(tmp_path: Path) -> Any:
    return generate_key(tmp_path / "key")


@pytest.fixture
def sealed(ledger_store: Store, signer: Any) -> Checkpoint:
    import json

    with ledger_store.read() as conn:
        envelope = create_checkpoint(conn, signer)
    return open_checkpoint(json.dumps(envelope.to_dict()).encode(), [signer.public_key])


@pytest.fixture
def login(store: Store) -> Iterator[Callable[[str], Store]]:
    """`login("holdpoint_intake")`: the store as a login role of its own in that group, as a worker would open it."""
    from uuid import uuid4

    from include.store.roles import apply_roles

    apply_roles(store.engine)
    opened: list[Store] = []
    names: list[str] = []
    with psycopg.connect(plain_url(store), autocommit=True) as admin:

        def as_member(group: str) -> Store:
            name, password = f"holdpoint_test_{uuid4().hex[:12]}", uuid4().hex
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")  # type: ignore[call-overload]
            names.append(name)
            if group:
                admin.execute(f"GRANT {group} TO {name}")  # type: ignore[call-overload]
            url = make_url(plain_url(store)).set(username=name, password=password)
            opened.append(Store.open(url.render_as_string(hide_password=False)))
            return opened[-1]

        yield as_member
        for store_ in opened:
            store_.dispose()
        for name in names:
            admin.execute(f"DROP ROLE IF EXISTS {name}")  # type: ignore[call-overload]
