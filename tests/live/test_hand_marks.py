"""A task marked as successful by hand in a live Airflow: its audit log says so, our hook reads it, `reconcile` would enter it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from include.store.tables.incident import dispatch
from plugins.hooks.airflow_log import AirflowLogHook

pytestmark = pytest.mark.live


def test_airflow_says_who_marked_which_task(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = live.post()
    live.wait_until_briefed(incident)
    with live.store.read() as conn:
        run = conn.scalar(select(dispatch.c.run_id).where(dispatch.c.incident_id == incident))
    address = f"http://127.0.0.1:{live.airflow.port}"
    task = next(each["task_id"] for each in live.task_instances(run) if each["map_index"] == -1)
    asked = f"{address}/api/v2/dags/incident_triage/dagRuns/{run}/taskInstances/{task}"
    bearer = {"Authorization": f"Bearer {live.airflow.token('maya')}"}
    answer = httpx.patch(asked, json={"new_state": "success"}, headers=bearer, timeout=60)
    assert answer.status_code in (200, 409), answer.text  # 409: it is so already; it is logged all the same
    login = {"conn_type": "http", "host": "127.0.0.1", "port": live.airflow.port, "login": "maya"}
    known = json.dumps(login | {"password": live.airflow.passwords["maya"]})
    monkeypatch.setenv("AIRFLOW_CONN_HOLDPOINT_AIRFLOW", known)
    found = AirflowLogHook().marks(datetime.now(UTC) - timedelta(hours=1), frozenset({"incident_triage"}))
    assert [(mark.account, mark.task) for mark in found if mark.run == run] == [("maya", task)]
