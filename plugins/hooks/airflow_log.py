"""Airflow's audit log: which tasks of ours somebody asked to mark as successful. Read only, through the public API.

Airflow 3.3 logs each request that changes something, before it acts, as an event of the endpoint's name, with the request's JSON
body in `extra` (`api_fastapi/logging/decorators.py`). A task is marked by PATCH …/taskInstances/{task}[/{map_index}], a group by
PATCH …/taskGroupInstances/{group}, several by PATCH …/taskInstances (a bulk body), a run by PATCH …/dagRuns/{run} or in bulk.
`GET /api/v2/eventLogs` needs a login that may read audit logs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from airflow.sdk import BaseHook
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from include.contracts.base import clean_text
from include.contracts.errors import ConfigError
from include.contracts.hand_mark import HandMark
from include.evidence.sources.limits import Deadline, read_failed
from plugins.hooks.read.http_transport import BoundedHttp

CONN_ID = "holdpoint_airflow"
SYSTEM = "airflow"
PAGE = 100
MOST = 5_000  # records in one pass; the next one goes on
TIMEOUT_S = 20.0
TASKS = ("patch_task_instance", "bulk_task_instances", "patch_task_group_instances")
RUNS = ("patch_dag_run", "bulk_dag_runs")
SUCCESS = "success"


class _Record(BaseModel):
    """What we read of `EventLogResponse`; what else stands there is left alone."""

    model_config = ConfigDict(extra="ignore")

    event_log_id: Annotated[int, Field(ge=0)]
    when: AwareDatetime
    event: str
    owner: str | None = None
    dag_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    extra: str | None = None


class _Records(BaseModel):
    model_config = ConfigDict(extra="ignore")

    event_logs: Annotated[list[_Record], Field(max_length=1_000)]
    total_entries: Annotated[int, Field(ge=0)]


class AirflowLogHook(BaseHook):
    """Connection `holdpoint_airflow`: host (Airflow's address), and `password` alone, a token; or `login` and `password`, for
    which `POST /auth/token` gives one."""

    def __init__(self, conn_id: str = CONN_ID) -> None:
        super().__init__()
        self.conn_id = conn_id

    def connection(self) -> Any | None:
        """The connection; None where there is none."""
        from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

        try:
            return self.get_connection(self.conn_id)
        except AirflowNotFoundException:
            return None
        except AirflowRuntimeError:
            raise read_failed(SYSTEM, "not readable", f"the Airflow connection {self.conn_id!r}") from None

    def marks(self, since: datetime, dags: frozenset[str]) -> list[HandMark]:
        """What was asked to be marked as successful since then, of these DAGs, oldest first.

        :raises ConfigError: there is no connection, or it has no host
        :raises ReadFailed: no usable answer
        """
        connection = self.connection()
        if connection is None or not connection.host:
            raise ConfigError(
                f"There is no usable Airflow connection {self.conn_id!r}.", next_step="define it; docs/fleet.md says how"
            )
        http = BoundedHttp(_bearing(connection), deadline=Deadline(TIMEOUT_S, SYSTEM), agent="holdpoint (reconcile)")
        found: list[HandMark] = []
        for record in _records(http, since):
            found += [mark for mark in marks_of(record) if mark.dag in dags]
        return found


def _bearing(connection: Any) -> Any:
    """The connection for HttpHook, with the token as a header: as it stands, or had for login and password."""
    from airflow.sdk import Connection

    def plain(headers: Mapping[str, str]) -> Any:
        place = {"host": connection.host, "port": connection.port, "schema": connection.schema}
        return Connection(conn_id=connection.conn_id, conn_type="http", extra=json.dumps(headers), **place)

    if not connection.login:
        return plain({"Authorization": f"Bearer {connection.password}"} if connection.password else {})
    http = BoundedHttp(plain({}), deadline=Deadline(TIMEOUT_S, SYSTEM), agent="holdpoint (reconcile)")
    said = http.sign_in(connection.login, connection.password or "")
    try:
        token = json.loads(said)["access_token"]
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise read_failed(SYSTEM, "bad answer", "no token") from None
    return plain({"Authorization": f"Bearer {token}"})


def _records(http: BoundedHttp, since: datetime) -> Iterator[_Record]:
    """In the log's order, page by page; a page is asked for by how many came before, and the log only grows."""
    for offset in range(0, MOST, PAGE):
        params: dict[str, Any] = {
            "included_events": [*TASKS, *RUNS],
            "after": since.isoformat(),
            "order_by": "event_log_id",
            "limit": str(PAGE),
            "offset": str(offset),
        }
        try:
            page = _Records.model_validate_json(http.get("/api/v2/eventLogs", params))
        except ValidationError:
            raise read_failed(SYSTEM, "bad answer", "does not fit the audit log's form") from None
        yield from page.event_logs
        if len(page.event_logs) < PAGE:
            return


def marks_of(record: _Record) -> Iterator[HandMark]:
    """What one record asked to mark as successful; nothing where it asked for something else, or cannot be read."""
    try:
        said = json.loads(record.extra or "null")
    except (ValueError, RecursionError):
        return
    if not isinstance(said, dict):
        return
    for asked in _asked(record.event, said):
        values = {
            "record": record.event_log_id,
            "event": record.event,
            "at": record.when,
            "account": _line(record.owner) or "anonymous",
            "dag": _line(asked.get("dag_id")) or _line(record.dag_id),
            "run": _line(asked.get("dag_run_id")) or _line(record.run_id),
            "task": _line(asked.get("task_id")) or _line(record.task_id) or _line(asked.get("group_id")),
            "map_index": _number(asked.get("map_index")),
        }
        try:
            yield HandMark.model_validate(values)
        except ValidationError:
            continue  # without a DAG or a run it is about nothing of ours


def _asked(event: str, said: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Each thing that the body asks to set to success."""
    state = "new_state" if event in TASKS else "state"
    actions = said.get("actions")
    if not isinstance(actions, list):
        return [said] if _is_success(said.get(state)) else []
    found = []
    for action in actions:
        entities = action.get("entities") if isinstance(action, dict) and action.get("action") == "update" else None
        found += [
            {key: value for key, value in entity.items() if value != "~"}
            for entity in (entities if isinstance(entities, list) else ())
            if isinstance(entity, dict) and _is_success(entity.get(state))
        ]
    return found


def _is_success(value: object) -> bool:
    return isinstance(value, str) and value.lower() == SUCCESS


def _line(value: object) -> str | None:
    text = clean_text(" ".join(value.split()))[:250] if isinstance(value, str) else ""
    return text if text and text != "~" else None


def _number(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 8 else None
