from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.otlp import Collector, collecting, without_settings


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(os.environ) - set(without_settings()):
        monkeypatch.delenv(name)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Telemetry is on, and this takes it."""
    with collecting() as own:
        monkeypatch.setenv("HOLDPOINT_OTLP_ENDPOINT", own.url)
        yield own
