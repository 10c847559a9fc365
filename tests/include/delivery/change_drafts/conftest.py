from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from include.delivery.change_drafts.registry import SYSTEMS
from include.delivery.transports.base import Endpoint
from tests.change_systems import LOGIN, PASSWORD, Jira, ServiceNow, System, make_desk, serving


@pytest.fixture
def servicenow() -> Iterator[ServiceNow]:
    own = ServiceNow()
    with serving(own):
        yield own


@pytest.fixture
def jira() -> Iterator[Jira]:
    own = Jira()
    with serving(own):
        yield own


@pytest.fixture(params=["servicenow", "jira"])
def vendor(request: pytest.FixtureRequest) -> System:
    """Each of the two: what holds for one must hold for the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def connect() -> Callable[..., Any]:
    """`connect(vendor, **desk)`: our side of it, with the credential that it knows."""

    def make(system: System, **fields: Any) -> Any:
        kind = "servicenow" if isinstance(system, ServiceNow) else "jira"
        return SYSTEMS[kind](make_desk(kind, **fields), Endpoint(host=system.url, login=LOGIN, password=PASSWORD))

    return make
