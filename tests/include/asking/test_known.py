from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from include.asking.known import known_services, require_known
from include.contracts.errors import NotFound

TODAY = date(2026, 11, 20)


def test_h12_only_services_that_the_grants_clear_are_named(catalogue: Any) -> None:
    rows = [
        row.model_copy(update={"classification": "security"}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    ]
    higher = replace(catalogue, tables={**catalogue.tables, "services": tuple(rows)})
    assert "shop-payments" in {row.name for row in known_services(catalogue, "jonas", today=TODAY)}
    assert "shop-payments" not in {row.name for row in known_services(higher, "jonas", today=TODAY)}
    said = set()
    for name in ("shop-payments", "moon", "", "x" * 10_000, "'; DROP TABLE incident"):
        with pytest.raises(NotFound) as caught:
            require_known(higher, "jonas", name, today=TODAY)
        said.add(str(caught.value))
    assert len(said) == 1, "a hidden service and none are told apart by nothing"


def test_who_is_nobody_knows_nothing(catalogue: Any) -> None:
    assert known_services(catalogue, "nobody", today=TODAY) == []
    require_known(catalogue, "nobody", None, today=TODAY)
