"""Which store: never another one because a look-up failed."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse

from plugins.hooks.store import store_url


def _looking_up(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def look_up(conn_id: str) -> Any:
        raise error

    monkeypatch.setattr(BaseHook, "get_connection", look_up)


@pytest.mark.parametrize(
    "error",
    [AirflowNotFoundException("no"), AirflowRuntimeError(ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND))],
    ids=["in a server", "in a task"],
)
def test_without_a_connection_it_is_the_default_file(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    _looking_up(monkeypatch, error)
    assert store_url() is None


@pytest.mark.parametrize(
    "error",
    [ConnectionError("no"), AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR)), PermissionError("no")],
    ids=["broken off", "server error", "refused"],
)
def test_h09_a_look_up_that_failed_is_not_taken_for_no_connection(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Else alerts would be answered 202 into a file that no task and no `reconcile` ever opens."""
    _looking_up(monkeypatch, error)
    with pytest.raises(type(error)):
        store_url()
    monkeypatch.setenv("HOLDPOINT_STORE", "sqlite:////tmp/x.db")
    assert store_url() == "sqlite:////tmp/x.db"
