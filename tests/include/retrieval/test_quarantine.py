from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import Denied, NotFound
from include.contracts.tools.query_approved_runbook import RunbookQuery
from include.retrieval.loader import Runbook, load_runbooks
from include.retrieval.quarantine import held_back, lift, mark_misleading, may_read
from include.retrieval.search import search
from include.store.database import Store

TODAY = date(2026, 11, 2)


@pytest.fixture
def runbooks(catalogue: Catalogue, write: Callable[..., Path]) -> tuple[Runbook, ...]:
    write("disk", "## Symptoms\n\npool\n", owner="tomas")
    write("cards", "## Symptoms\n\npool\n", owner="priya", classification="restricted", services=["shop-payments"])
    write("logons", "## Symptoms\n\npool\n", owner="jonas", classification="security")
    return load_runbooks(None, catalogue)[0]


def test_a_quarantined_runbook_is_not_found_until_its_owner_releases_it(
    catalogue: Catalogue, store: Store, runbooks: tuple[Runbook, ...]
) -> None:
    def found() -> list[str]:
        with store.read() as conn:
            quarantined = held_back(conn)
        query = RunbookQuery(words="pool", service=None)
        return [hit.runbook for hit in search(catalogue, "jonas", query, today=TODAY, quarantined=quarantined).hits]

    assert found() == ["disk"]
    with store.begin() as conn:
        mark_misleading(conn, catalogue, runbooks, name="disk", by="jonas", reason="wrong host", today=TODAY)
    assert found() == []
    with store.begin() as conn, pytest.raises(Denied, match="tomas"):
        lift(conn, catalogue, runbooks, name="disk", by="jonas", today=TODAY)
    assert found() == []
    with store.begin() as conn:
        lift(conn, catalogue, runbooks, name="disk", by="tomas", today=TODAY)
    assert found() == ["disk"]


def test_h12_what_one_may_not_read_is_as_if_it_did_not_exist(
    catalogue: Catalogue, store: Store, runbooks: tuple[Runbook, ...]
) -> None:
    def told(name: str, action: Callable[..., None], **more: str) -> str:
        with pytest.raises(NotFound) as caught, store.begin() as conn:
            action(conn, catalogue, runbooks, name=name, by="jonas", today=TODAY, **more)
        return str(caught.value).replace(name, "NAME")

    assert told("cards", mark_misleading, reason="x") == told("missing", mark_misleading, reason="x")
    assert told("cards", lift) == told("missing", lift)
    with store.begin() as conn:
        mark_misleading(conn, catalogue, runbooks, name="cards", by="ruth", reason="x", today=TODAY)
    assert told("cards", lift) == told("missing", lift)


def test_an_owner_without_a_grant_may_still_release_what_is_theirs(
    catalogue: Catalogue, store: Store, runbooks: tuple[Runbook, ...]
) -> None:
    with store.begin() as conn:
        mark_misleading(conn, catalogue, runbooks, name="logons", by="ines", reason="x", today=TODAY)
        assert held_back(conn) == {"logons"}
        lift(conn, catalogue, runbooks, name="logons", by="jonas", today=TODAY)
        assert held_back(conn) == frozenset()


def test_workflows_and_strangers_mark_nothing(catalogue: Catalogue, store: Store, runbooks: tuple[Runbook, ...]) -> None:
    for by in ("incident_triage@service", "nobody", ""):
        with store.begin() as conn, pytest.raises(NotFound):
            mark_misleading(conn, catalogue, runbooks, name="disk", by=by, reason="x", today=TODAY)


def test_a_store_that_was_never_migrated_holds_no_quarantine(tmp_path: Path) -> None:
    opened = Store.open(f"sqlite:///{tmp_path / 'new.db'}")
    with opened.read() as conn:
        assert held_back(conn) == frozenset()
    opened.dispose()


def test_h12_who_may_read_what(catalogue: Catalogue, runbooks: tuple[Runbook, ...]) -> None:
    readers = {
        each.meta.name: {name for name in catalogue.people if may_read(catalogue, name, each, today=TODAY)} for each in runbooks
    }
    assert readers["disk"] == set(catalogue.people)
    assert readers["cards"] == {"priya", "ruth"}
    assert readers["logons"] == {"maya", "tomas", "priya", "ines"}
