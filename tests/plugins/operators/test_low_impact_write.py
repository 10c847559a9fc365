"""A draft change request through Airflow's connections: what the workflow calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.errors import ConfigError
from include.store.database import Store
from plugins.operators.low_impact_write import change_system, file_draft
from tests.change_systems import LOGIN, PASSWORD, Jira, ServiceNow, System, make_desk, make_draft, serving


@pytest.fixture(params=["servicenow", "jira"])
def vendor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    own = ServiceNow() if request.param == "servicenow" else Jira()
    with serving(own):
        connection = {"conn_type": "http", "host": own.url, "login": LOGIN, "password": PASSWORD}
        monkeypatch.setenv("AIRFLOW_CONN_HOLDPOINT_CHANGES", json.dumps(connection))
        yield own


def test_a_draft_goes_where_the_catalogue_says(store: Store, vendor: System) -> None:
    kind = "servicenow" if isinstance(vendor, ServiceNow) else "jira"
    catalogue = load_catalogue(EXAMPLE, "")
    catalogue = replace(catalogue, tables={**catalogue.tables, "change_desks": (make_desk(kind),)})
    filed = file_draft(store, catalogue, make_draft(), label="internal", run="run-1")
    assert (filed.system, filed.outcome, filed.probed) == (kind, "created", "clear")
    assert file_draft(store, catalogue, make_draft(), label="internal", run="run-2").outcome == "unchanged"
    assert vendor.forbidden == []


def test_the_example_needs_no_vendor(store: Store) -> None:
    filed = file_draft(store, load_catalogue(EXAMPLE, ""), make_draft(), label="internal", run="run-1")
    assert (filed.system, filed.number, filed.outcome, filed.probed) == ("embedded", "DESK-1", "created", "embedded")


def test_a_connection_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    desk: Any = make_desk("jira", conn_id="holdpoint_nowhere")
    with pytest.raises(ConfigError, match="holdpoint_nowhere"):
        change_system(desk)
