"""Freezes, other changes and incidents in the way of a window."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.assess import assess
from include.changes.read import read_notes
from include.contracts.change import ChangeConflict, OpenIncident, OtherChange

CATALOGUE = load_catalogue(EXAMPLE, "")
OTHER = OtherChange(
    id="CHG-2",
    services=("shop-orders",),
    start=datetime(2026, 12, 3, 22, 30, tzinfo=UTC),
    end=datetime(2026, 12, 3, 23, 30, tzinfo=UTC),
)
INCIDENT = OpenIncident(id="INC-1", service="shop-orders", title="errors")


def met(window: str, **more: object) -> tuple[ChangeConflict, ...]:
    return assess(read_notes(f"Service: shop-orders\nWindow: {window}\n"), CATALOGUE, **more).conflicts  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("2026-12-20 10:00-11:00 UTC", [("freeze", "year-end", True)]),
        ("2026-12-18 16:00-17:00 UTC", []),
        ("2026-12-18 16:00-17:01 UTC", [("freeze", "year-end", True)]),
        ("2027-01-04 05:00-06:00 UTC", []),
        ("2026-12-18 16:00-17:00", [("freeze", "year-end", False)]),
        ("2026-12-10 16:00-17:00", []),
        ("in the new year", []),
    ],
)
def test_freezes(window: str, expected: list[tuple[str, str, bool]]) -> None:
    assert [(each.kind, each.name, each.certain) for each in met(window)] == expected


def test_a_freeze_binds_its_environment() -> None:
    assert met("2026-12-20 10:00-11:00 UTC", environment="lab") == ()


@pytest.mark.parametrize(("window", "expected"), [("2026-12-03 22:00-23:00 UTC", 1), ("2026-12-03 23:30-23:50 UTC", 0)])
def test_other_changes_of_the_same_services(window: str, expected: int) -> None:
    assert len(met(window, overlapping=[OTHER])) == expected
    assert not met(window, overlapping=[OTHER.model_copy(update={"services": ("shop-payments",)})])


def test_open_incidents() -> None:
    found = met("2026-12-03 22:00-23:00 UTC", incidents=[INCIDENT, INCIDENT.model_copy(update={"service": "shop-payments"})])
    assert [(each.kind, each.name) for each in found] == [("incident", "INC-1")]
