"""Counting what is turned away: from several servers, and while the store is away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from include.store import messages
from include.store.database import Store
from include.store.tables.intake import counter
from plugins.console import turned_away as module
from plugins.console.turned_away import Tally, turned_away
from tests.overlap import at_once, meet_after, servers

pytestmark = pytest.mark.both_databases


def _counts(store: Store) -> dict[str, int]:
    with store.read() as conn:
        return {row.name: row.count for row in conn.execute(select(counter))}


def test_two_servers_that_count_the_same_names_do_not_wait_for_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies = [Tally(), Tally()]
    for one, names in zip(tallies, ("ab", "ba"), strict=True):
        one.add(names[0])
        one.add(names[1])
    meet_after(monkeypatch, messages, "count")
    with servers(store, 2) as them:
        at_once(*(partial(one.write, server) for one, server in zip(tallies, them, strict=True)))
    assert _counts(store) == {"unauthenticated:a": 2, "unauthenticated:b": 2}


def test_while_the_store_is_away_nothing_is_raised_and_nothing_lost(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally()
    monkeypatch.setattr(module, "_tally", tally)
    monkeypatch.setattr(module, "FLUSH_S", 0.0)
    never_migrated = Store.open(f"sqlite:///{tmp_path / 'x.db'}")
    for _ in range(3):
        turned_away(never_migrated, "lab")
    turned_away(store, "lab")
    assert _counts(store) == {"unauthenticated:lab": 4}
