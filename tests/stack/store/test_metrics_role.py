"""The API server's login sees what it counts, and of the pages nothing but how many."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from include.store.database import Store
from plugins.console import metrics, services
from plugins.console.last_good import LastGood
from tests.briefing import open_incident


def test_the_api_server_can_ask_for_all_of_it(
    login: Callable[[str], Store], store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = login("holdpoint_intake")
    open_incident(api, catalogue)
    running = SimpleNamespace(store=api, last_good=LastGood(), heartbeat=SimpleNamespace(last=1.0))
    monkeypatch.setattr(services, "services", lambda: running)
    found = metrics.Gauges().samples()
    assert found["holdpoint_store_up"] == {(): 1}
    assert found["holdpoint_incidents_open"]["critical",] == 1
    assert found["holdpoint_intake_alerts_total"]["generic",] == 1
    assert found["holdpoint_deliveries_undelivered"]["due",] == 0
    with api.read() as conn, pytest.raises(ProgrammingError, match="permission denied"):
        conn.exec_driver_sql("SELECT body FROM delivery")
