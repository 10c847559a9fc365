from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import HoldpointError
from include.contracts.tools.search_tickets import TicketQuery
from include.store import desk
from plugins.hooks.read.registry import read_hook
from tests.grants_end import DAY_AFTER, LAST_DAY, catalogue_that_ends, database_day

pytestmark = pytest.mark.both_databases


def read(catalogue: Any, window: dict[str, Any], principal: str = "incident_triage@service", **more: Any) -> Any:
    return read_hook("search_tickets", catalogue=catalogue, principal=principal).read(TicketQuery(**window | more))


@pytest.fixture
def opened(store: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))

    def add(title: str, **fields: Any) -> int:
        values = {
            "queue": "shop",
            "label": "internal",
            "assignee": "priya",
            "incident_id": None,
            "service": "shop-payments",
        } | fields
        with store.begin() as conn:
            return desk.open_ticket(conn, mark=title, title=title, **values)[0]

    return add


def titles(result: Any) -> list[str]:
    return [ticket.title for ticket in result.output.tickets]


def test_tickets_about_the_service(opened: Callable[..., int], store: Any, catalogue: Any, window: dict[str, Any]) -> None:
    number = opened("payments are slow")
    opened("other queue", queue="infra")
    opened("other service", service="shop-orders")
    with store.begin() as conn:
        desk.add_comment(conn, number=number, mark="c", author="priya", label="internal", body="looking")
    result = read(catalogue, window)
    (ticket,) = result.output.tickets
    assert (ticket.number, ticket.title, ticket.assignee, ticket.last_comment) == (
        f"DESK-{number}",
        "payments are slow",
        "priya",
        "looking",
    )
    assert result.place == "desk queue shop"


def test_h12_tickets_and_comments_above_the_answer_s_label_are_not_searched(
    opened: Callable[..., int], store: Any, catalogue: Any, window: dict[str, Any]
) -> None:
    opened("restricted", label="restricted")
    opened("security", label="security")
    number = opened("fine")
    with store.begin() as conn:
        desk.add_comment(conn, number=number, mark="c", author="ruth", label="restricted", body="canary")
    for principal in ("incident_triage@service", "ruth", "ines"):
        output = read(catalogue, window, principal).output
        assert "canary" not in str(output)
        assert "restricted" not in str(output)


def test_h12_a_principal_who_may_read_less_finds_less(opened: Callable[..., int], catalogue: Any, window: dict[str, Any]) -> None:
    """The service is restricted, so tickets may be; the triage workflow is granted public and internal only."""
    opened("restricted", label="restricted")
    opened("internal")
    rows = tuple(
        row.model_copy(update={"classification": "restricted"}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    )
    restricted = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
    assert titles(read(restricted, window)) == ["internal"]


def test_h12_what_the_answer_s_readers_may_not_read_is_not_in_it(
    opened: Callable[..., int], catalogue: Any, window: dict[str, Any]
) -> None:
    """The principal may read restricted tickets, but an answer about an internal service is labelled internal."""
    opened("restricted", label="restricted")
    opened("internal")
    grants = tuple(row.model_copy(update={"classifications": ("public", "internal", "restricted")}) for row in catalogue.grants)
    wide = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})
    assert titles(read(wide, window)) == ["internal"]


@pytest.mark.parametrize(("day", "found"), [(LAST_DAY, ["fine"]), (DAY_AFTER, [])])
def test_h02_the_database_s_day_decides_whether_a_grant_holds(
    opened: Callable[..., int],
    catalogue: Any,
    window: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    found: list[str],
) -> None:
    opened("fine")
    database_day(monkeypatch, day)
    assert titles(read(catalogue_that_ends(catalogue), window)) == found


def test_h02_nobody_finds_nothing(opened: Callable[..., int], catalogue: Any, window: dict[str, Any]) -> None:
    opened("fine")
    assert titles(read(catalogue, window, "")) == []


def test_more_than_asked_for(opened: Callable[..., int], catalogue: Any, window: dict[str, Any]) -> None:
    for number in range(4):
        opened(f"t{number}")
    output = read(catalogue, window, max_tickets=3).output
    assert (len(output.tickets), output.truncated) == (3, True)


def test_no_store(catalogue: Any, window: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{tmp_path}/none/none.db")
    with pytest.raises(HoldpointError):
        read(catalogue, window)
