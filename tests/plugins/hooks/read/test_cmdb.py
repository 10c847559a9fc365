from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from include.contracts.tools.search_cmdb import CONTRACT
from plugins.hooks.read.registry import read_hook


def read(catalogue: Any, service: str = "shop-orders", principal: str = "incident_triage@service") -> Any:
    query = CONTRACT.input_model(service=service, environment="lab")
    return read_hook("search_cmdb", catalogue=catalogue, principal=principal).read(query).output


def changed(catalogue: Any, name: str, **fields: Any) -> Any:
    rows = tuple(row.model_copy(update=fields) if row.name == name else row for row in catalogue.tables["services"])
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})


def test_the_item(catalogue: Any) -> None:
    item = read(catalogue)
    assert (item.name, item.tier, item.depends_on, item.dependants) == ("shop-orders", 1, ("shop-payments",), ("shop-frontend",))
    assert item.owner.endswith("(tomas)")


def test_an_entry_is_stale_the_day_after_its_review_was_due(catalogue: Any) -> None:
    today = datetime.now(UTC).date()
    for days, stale in ((30, False), (31, True)):
        reviewed: date = today - timedelta(days=days)
        assert read(changed(catalogue, "shop-orders", reviewed=reviewed, review_interval_days=30)).stale is stale


def test_h12_a_neighbour_above_the_answer_s_label_is_not_named(catalogue: Any) -> None:
    item = read(changed(catalogue, "shop-payments", classification="restricted"))
    assert (item.depends_on, item.dependants) == ((), ("shop-frontend",))


def test_h12_not_even_where_a_grant_allows_it_because_the_answer_s_readers_may_not(catalogue: Any) -> None:
    grants = tuple(row.model_copy(update={"classifications": ("public", "internal", "restricted")}) for row in catalogue.grants)
    wide = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})
    assert read(changed(wide, "shop-payments", classification="restricted")).depends_on == ()
    assert read(changed(wide, "shop-orders", classification="restricted")).depends_on == ("shop-payments",)


def test_h02_nobody_sees_the_neighbours(catalogue: Any) -> None:
    item = read(catalogue, principal="")
    assert (item.depends_on, item.dependants) == ((), ())
