"""Airflow's audit log over a socket, with its documented payloads: who asked to mark what as successful."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.contracts.errors import ConfigError, HoldpointError, ReadFailed
from plugins.hooks.airflow_log import PAGE, AirflowLogHook, _Record, marks_of

SINCE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAGS = frozenset({"incident_triage", "gated_change"})


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A record as `GET /api/v2/eventLogs` gives it, of a task marked in Airflow's own page."""
    said = {
        "event_log_id": number,
        "when": "2026-11-20T10:15:30.123456Z",
        "dag_id": "incident_triage",
        "task_id": "draft_brief",
        "run_id": "inc_01jd3c4k7w8m9e2f5a6b7c8d9e.b1.run_01jd3c4k7w8m9e2f5a6b7c8d9e",
        "map_index": None,
        "try_number": None,
        "event": "patch_task_instance",
        "logical_date": None,
        "owner": "maya",
        "extra": json.dumps({"map_index": "-1", "new_state": "success", "include_downstream": False, "method": "PATCH"}),
        "dag_display_name": "incident_triage",
        "task_display_name": None,
    }
    return said | fields


def answer(*events: dict[str, Any]) -> bytes:
    return json.dumps({"event_logs": events, "total_entries": len(events)}).encode()


@pytest.fixture
def hook(connect: Callable[..., None]) -> Callable[..., AirflowLogHook]:
    def at(address: dict[str, Any], **fields: Any) -> AirflowLogHook:
        connect("holdpoint_airflow", **{**address, "password": "a-token", **fields})
        return AirflowLogHook()

    return at


def test_a_task_that_was_marked_is_found_with_whoever_did_it(serve: Any, hook: Any) -> None:
    server = serve(answer(event()))
    (mark,) = hook(server.address).marks(SINCE, DAGS)
    assert (mark.record, mark.event, mark.account, mark.dag, mark.task) == (
        1,
        "patch_task_instance",
        "maya",
        "incident_triage",
        "draft_brief",
    )
    assert (mark.run.partition(".")[0], mark.map_index) == ("inc_01jd3c4k7w8m9e2f5a6b7c8d9e", -1)
    ((method, path, headers, _),) = server.requests
    query = parse_qs(urlsplit(path).query)
    assert (method, urlsplit(path).path) == ("GET", "/api/v2/eventLogs")
    assert headers["Authorization"] == "Bearer a-token"
    assert "patch_task_instance" in query["included_events"]
    assert query["after"] == ["2026-11-20T10:00:00+00:00"]
    assert query["order_by"] == ["event_log_id"]


def test_a_login_is_given_for_a_token(serve: Any, hook: Any) -> None:
    def reply(number: int, path: str) -> tuple[int, dict[str, str], bytes]:
        return (201, {}, b'{"access_token": "made"}') if path == "/auth/token" else (200, {}, answer(event()))

    server = serve(reply)
    assert len(hook(server.address, login="reader", password="secret").marks(SINCE, DAGS)) == 1
    first, second = server.requests
    assert (first[0], first[1], json.loads(first[3])) == ("POST", "/auth/token", {"username": "reader", "password": "secret"})
    assert second[2]["Authorization"] == "Bearer made"
    assert all(request[0] == "GET" for request in server.requests[1:])


def test_pages_are_read_to_the_end(serve: Any, hook: Any) -> None:
    def reply(number: int, path: str) -> tuple[int, dict[str, str], bytes]:
        offset = int(parse_qs(urlsplit(path).query)["offset"][0])
        return 200, {}, answer(*(event(offset + n) for n in range(PAGE if offset < 2 * PAGE else 3)))

    found = hook(serve(reply).address).marks(SINCE, DAGS)
    assert [mark.record for mark in found] == list(range(2 * PAGE + 3))


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"event": "patch_task_instance", "extra": '{"new_state": "failed", "method": "PATCH"}'}, []),
        ({"event": "patch_task_instance", "extra": '{"new_state": "SUCCESS"}'}, [("draft_brief", None)]),
        ({"event": "patch_task_instance", "extra": '{"note": "success"}'}, []),
        (
            {"event": "patch_task_group_instances", "task_id": None, "extra": '{"group_id": "reads", "new_state": "success"}'},
            [("reads", None)],
        ),
        ({"event": "patch_dag_run", "task_id": None, "extra": '{"state": "success"}'}, [(None, None)]),
        ({"event": "patch_dag_run", "task_id": None, "extra": '{"state": "queued"}'}, []),
        (
            {
                "event": "bulk_task_instances",
                "task_id": None,
                "dag_id": "~",
                "run_id": "~",
                "extra": json.dumps(
                    {
                        "actions": [
                            {
                                "action": "update",
                                "entities": [
                                    {
                                        "task_id": "a",
                                        "dag_id": "gated_change",
                                        "dag_run_id": "r",
                                        "new_state": "success",
                                        "map_index": 2,
                                    },
                                    {"task_id": "b", "dag_id": "gated_change", "dag_run_id": "r", "new_state": "skipped"},
                                    {"task_id": "c", "dag_id": "another", "dag_run_id": "r", "new_state": "success"},
                                ],
                            },
                            {"action": "delete", "entities": ["d"]},
                        ],
                        "method": "PATCH",
                    }
                ),
            },
            [("a", 2)],
        ),
        ({"dag_id": "somebody_elses"}, []),
        ({"dag_id": None}, []),
        ({"owner": None}, [("draft_brief", -1)]),
    ],
)
def test_what_counts_as_marked(serve: Any, hook: Any, fields: dict[str, Any], found: list[Any]) -> None:
    marks = hook(serve(answer(event(**fields))).address).marks(SINCE, DAGS)
    assert [(mark.task, mark.map_index) for mark in marks] == found


@pytest.mark.parametrize(
    "extra",
    [
        None,
        "",
        "null",
        "[]",
        "7",
        "{",
        '{"new_state": ["success"]}',
        '{"actions": [7, {"action": "update", "entities": [3, null]}]}',
        "[" * 50_000,
    ],
)
def test_an_extra_of_garbage_marks_nothing(extra: str | None) -> None:
    assert list(marks_of(_Record.model_validate(event(extra=extra)))) == []


def test_words_of_a_record_are_lines(serve: Any, hook: Any) -> None:
    odd = event(owner="ma\u202eya\nx" + "y" * 900, task_id="t\x00\u200bask")
    (mark,) = hook(serve(answer(odd)).address).marks(SINCE, DAGS)
    assert mark.account.isprintable()
    assert len(mark.account) <= 250
    assert mark.task is not None
    assert mark.task.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"event_logs": 3, "total_entries": 1}',
        b'{"event_logs": [{"event_log_id": "x"}], "total_entries": 1}',
        b"\xff",
        b"<html>",
    ],
)
def test_an_answer_that_is_no_audit_log_is_a_failed_read(serve: Any, hook: Any, body: bytes) -> None:
    with pytest.raises(ReadFailed) as failed:
        hook(serve(body).address).marks(SINCE, DAGS)
    assert "a-token" not in str(failed.value)


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_who_may_not_read_audit_logs_is_told_the_status(serve: Any, hook: Any, status: int) -> None:
    with pytest.raises(HoldpointError, match=str(status)):
        hook(serve(b'{"detail": "secret words"}', status).address).marks(SINCE, DAGS)


@pytest.mark.parametrize("token", [b"{}", b"7", b'{"access_token": 7}', b'{"access_token": "a\\r\\nX-Other: b"}', b"no"])
def test_a_token_that_is_none_is_refused(serve: Any, hook: Any, token: bytes) -> None:
    with pytest.raises(ReadFailed):
        hook(serve(token, 201).address, login="reader").marks(SINCE, DAGS)


def test_without_a_connection_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_HOLDPOINT_AIRFLOW", raising=False)
    assert AirflowLogHook().connection() is None
    with pytest.raises(ConfigError):
        AirflowLogHook().marks(SINCE, DAGS)
