"""Names of the catalogue select services by exact match; what looks like a system and is in no catalogue is listed."""

from __future__ import annotations

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.affected import affected, unmatched
from include.changes.places import lay_out
from include.changes.read import read_notes

CATALOGUE = load_catalogue(EXAMPLE, "")


def services(text: str) -> dict[str, bool]:
    return {str(row.service): row.declared for row in affected(lay_out(read_notes(text)), CATALOGUE)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Affected services: shop-orders, shop-payments\n", {"shop-orders": True, "shop-payments": True}),
        ("We restart shop-orders.\n", {"shop-orders": False}),
        ("We restart `shop-orders`, then wait.\n", {"shop-orders": False}),
        ("shop-orders-canary is new.\n", {}),
        ("my-shop-orders is another thing.\n", {}),
        ("Shop-Orders\n", {}),
        ("## Not affected\n\nshop-orders\n", {}),
        ("## Out of scope\n\n- shop-frontend\n", {}),
        ("no name\n", {}),
    ],
)
def test_exact_names(text: str, expected: dict[str, bool]) -> None:
    assert services(text) == expected


def test_owner_and_dependants_come_from_the_catalogue() -> None:
    (row,) = affected(lay_out(read_notes("Service: shop-orders\n")), CATALOGUE)
    assert (row.owner, row.tier, row.line) == ("tomas", 1, 1)
    assert [(each.service, each.owner) for each in row.dependants] == [("shop-frontend", "maya")]


def test_what_no_catalogue_knows() -> None:
    text = "Affected: fw-dmz-a, shop-orders, worker pool `blue`, all Windows clients, 2026-11-02, 3.5\n\nAlso db-7 elsewhere.\n"
    assert [row.name for row in unmatched(lay_out(read_notes(text)), CATALOGUE)] == ["blue", "fw-dmz-a"]
