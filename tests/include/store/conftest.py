from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from include.store.checkpoint import Checkpoint, create_checkpoint, open_checkpoint
from include.store.database import Store
from include.store.keys import generate_key
from tests.include.store.attacks import Run, build


@pytest.fixture
def ledger_store(store: Store) -> Store:
    """The store that the attacks know."""
    build(store)
    return store


@contextmanager
def sqlite_attacker(path: str | Path) -> Iterator[Run]:
    """Somebody with the file, and every trigger gone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.create_function("chr", 1, chr)
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        yield lambda statement: conn.execute(statement).fetchall()


@pytest.fixture
def attacker(ledger_store: Store) -> Iterator[Run]:
    with sqlite_attacker(str(ledger_store.engine.url.database)) as run:
        yield run


@pytest.fixture
def signer(tmp_path: Path) -> Any:
    return generate_key(tmp_path / "key")


@pytest.fixture
def sealed(ledger_store: Store, signer: Any) -> Checkpoint:
    """A checkpoint of the head, kept elsewhere."""
    return seal_head(ledger_store, signer)


def seal_head(store: Store, signer: Any) -> Checkpoint:
    import json

    with store.read() as conn:
        envelope = create_checkpoint(conn, signer)
    return open_checkpoint(json.dumps(envelope.to_dict()).encode(), [signer.public_key])


@pytest.fixture
def seal() -> Callable[[Store, Any], Checkpoint]:
    return seal_head
