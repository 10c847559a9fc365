"""The condition of the query and the rule for one incident say the same, for every person and every sort of incident (H12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from include.contracts.alert import Severity
from include.contracts.catalogue import Grant
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.policy.labels import label_of
from include.policy.permit import clears
from include.policy.readable import readable
from include.store import incidents
from include.store.database import Store

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def _incident(number: int, kind: IncidentKind, service: str | None, source: str) -> Incident:
    return Incident(
        id=f"inc_{number:05d}",
        key=str(number),
        generation=1,
        kind=kind,
        status=IncidentStatus.OPEN,
        source=source,
        principal="incident_triage@service",
        service=service,
        environment=None,
        severity=Severity.WARNING,
        title="x",
        owner="maya",
        opened_at=AT,
        started_at=AT,
    )


@pytest.fixture
def all_sorts(store: Store, catalogue: Any) -> list[Incident]:
    services = [None, "gone-from-the-catalogue", *catalogue.services]
    sources = ["gone-too", *catalogue.sources]
    made = [_incident(n, *each) for n, each in enumerate(product(IncidentKind, services, sources))]
    with store.begin() as conn:
        for item in made:
            incidents.add(conn, item)
    return made


def _grant(name: str, **fields: Any) -> Grant:
    base = {"name": name, "owner": "maya", "principals": (), "roles": (), "tools": ("query_logs",), "environments": ("*",)}
    return Grant(**base | {"reviewed": TODAY, "review_interval_days": 30} | fields)


def _changed(catalogue: Any, **tables: tuple[Any, ...]) -> Any:
    return replace(catalogue, tables={**catalogue.tables, **tables})


NARROW = (
    _grant("one", principals=("maya",), services=("shop-orders",), classifications=("public", "internal")),
    _grant("all", principals=("tomas",), services=("*",), classifications=("public", "internal", "security", "restricted")),
    _grant("low", principals=("ines",), services=("*",), classifications=("public", "internal")),
    _grant("old", principals=("ruth",), services=("*",), classifications=("restricted",), expires=date(2026, 11, 19)),
)


def _case(catalogue: Any, case: str) -> Any:
    if case == "narrow grants":
        return _changed(catalogue, grants=NARROW)
    rows = catalogue.tables["services"]
    raised = {"shop-payments": "restricted", "shop-frontend": "security"}
    services = tuple(row.model_copy(update={"classification": raised.get(row.name, "internal")}) for row in rows)
    return _changed(catalogue, services=services) if case == "raised services" else catalogue


@pytest.mark.parametrize("case", ["the example", "narrow grants", "raised services"])
def test_h12_the_query_finds_exactly_what_the_rule_allows(
    store: Store, catalogue: Any, all_sorts: list[Incident], case: str
) -> None:
    catalogue = _case(catalogue, case)
    seen = set()
    for person in catalogue.people:
        condition = readable(catalogue, person, today=TODAY)
        with store.read() as conn:
            found = {row["id"] for row in incidents.page(conn, condition, after=None, limit=10_000)}
        allowed = {
            item.id for item in all_sorts if clears(catalogue, person, (label_of(catalogue, item),), item.service, today=TODAY)
        }
        assert found == allowed, person
        seen.add(len(found))
    assert (len(seen) > 1) == (case != "the example"), "people differ in what they may read"


def test_pages_follow_each_other_without_gap_or_repeat(store: Store, catalogue: Any, all_sorts: list[Incident]) -> None:
    condition = readable(_changed(catalogue, grants=NARROW), "tomas", today=TODAY)
    seen, after = [], None
    while True:
        with store.read() as conn:
            rows = incidents.page(conn, condition, after=after, limit=7)
        if not rows:
            break
        seen += [row["id"] for row in rows]
        after = rows[-1]["opened_at"], rows[-1]["id"]
    assert seen == sorted((item.id for item in all_sorts), reverse=True)
