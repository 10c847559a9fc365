"""Questions: what a person may name in one."""

from __future__ import annotations

from typing import Any

import pytest

from include.alerts.question import ask
from include.contracts.errors import BadInput
from include.store.database import Store


@pytest.mark.parametrize("environment", ["Prod !", "prod", "x" * 10_000, "\u202e"])
@pytest.mark.parametrize("service", [None, "shop-orders"])
def test_h02_an_environment_of_no_service_is_refused(store: Store, catalogue: Any, environment: str, service: str | None) -> None:
    with pytest.raises(BadInput):
        ask(store, catalogue, principal="maya", question="why?", service=service, environment=environment)
    assert ask(store, catalogue, principal="maya", question="why?", service=service, environment="lab").incident_id
