"""Sources, settings and recorded payloads for the alert tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.alerts.parse import parse
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.alert import Alert
from include.contracts.catalogue import AlertSource, Settings

FIXTURES = Path(__file__).parents[2] / "fixtures" / "alerts"
RECEIVED_AT = datetime(2026, 11, 2, 9, 30, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_catalogue(EXAMPLE, "").settings


@pytest.fixture(scope="session")
def sources() -> dict[str, AlertSource]:
    return load_catalogue(EXAMPLE, "").sources


@pytest.fixture
def payload() -> Callable[[str], Any]:
    """`payload("grafana/firing")` is a fresh copy of that recorded payload."""
    return lambda name: json.loads((FIXTURES / f"{name}.json").read_bytes())


@pytest.fixture
def read(settings: Settings, sources: dict[str, AlertSource]) -> Callable[..., list[Alert]]:
    """`read("grafana", value)` parses a JSON value as that source's post, received at RECEIVED_AT unless said otherwise."""

    def parse_value(source: str, value: Any, **changes: Any) -> list[Alert]:
        overrides = changes.pop("source_row", {})
        row = sources[source].model_copy(update=overrides)
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return parse(body, row, changes.pop("settings", settings), **{"received_at": RECEIVED_AT, **changes})

    return parse_value
