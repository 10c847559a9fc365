"""Prometheus, Alertmanager, supervisor and git: what their answers say, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xmlrpc import client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.sources import alertmanager_api, git_log, prometheus_api, supervisor_info
from include.evidence.sources.limits import Unreadable

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def matrix(**more: Any) -> bytes:
    result = [{"metric": {"__name__": "up", "job": "x"}, "values": [[AT.timestamp(), "0.10"], [AT.timestamp() + 30.5, "NaN"]]}]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}} | more).encode()


def test_a_matrix_keeps_values_as_written() -> None:
    (series,) = prometheus_api.matrix(matrix()).series
    assert series.labels == {"__name__": "up", "job": "x"}
    assert [value for _, value in series.points] == ["0.10", "NaN"]
    assert series.points[0][0] == AT


def test_warnings_are_counted() -> None:
    assert prometheus_api.matrix(matrix(warnings=["a store was not reached"])).warnings == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b"{}", b"[" * 100_000, matrix()[:-9], matrix(status="error"), matrix(data=None)]
    + [matrix(data={"resultType": "vector", "result": []}), matrix(data={"resultType": "matrix", "result": [[]]})]
    + [
        matrix(data={"resultType": "matrix", "result": [{"metric": {}, "values": [[1, value]]}]})
        for value in (1, None, "x", "1" * 50)
    ]
    + [
        matrix(data={"resultType": "matrix", "result": [{"metric": {}, "values": [[value, "1"]]}]})
        for value in ("x", 1e300, None)
    ],
)
def test_what_is_no_matrix(body: bytes) -> None:
    with pytest.raises(Unreadable):
        prometheus_api.matrix(body)


def test_an_error_type_is_a_word_of_the_api_or_nothing() -> None:
    assert prometheus_api.error_type(b'{"status":"error","errorType":"bad_data","error":"secret"}') == "bad_data"
    for body in (b'{"errorType":"secret"}', b'{"errorType":["bad_data"]}', b"secret", b"[]", b"[" * 100_000):
        assert prometheus_api.error_type(body) is None


def alert(**more: Any) -> dict[str, Any]:
    return {
        "labels": {"alertname": "ServiceDown", "service": "shop-orders"},
        "annotations": {"summary": "down"},
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
        "startsAt": "2026-11-20T10:00:00.000Z",
        "fingerprint": "ab12",
    } | more


def test_alerts_of_alertmanager() -> None:
    (found,) = alertmanager_api.alerts(json.dumps([alert()]).encode())
    assert (found.state, found.started_at, found.labels["alertname"]) == ("active", AT, "ServiceDown")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"null", b"[1]", b"[[]]", b"[" * 100_000]
    + [json.dumps([alert(**{key: value})]).encode() for key in ("labels", "status", "startsAt") for value in (None, 1, "x", [])],
)
def test_what_is_no_list_of_alerts(body: bytes) -> None:
    with pytest.raises(Unreadable):
        alertmanager_api.alerts(body)


def process(**more: Any) -> dict[str, Any]:
    start = int(AT.timestamp())
    times = {"start": start, "stop": 0, "now": start + 5}
    files = {"logfile": "", "stdout_logfile": "", "stderr_logfile": ""}
    state = {"state": 20, "statename": "RUNNING", "spawnerr": "", "exitstatus": 0, "pid": 12, "description": "pid 12"}
    return {"name": "orders", "group": "shop"} | times | files | state | more


def answer(*rows: object) -> bytes:
    return client.dumps((list(rows),), methodresponse=True).encode()


def test_processes() -> None:
    (running,) = supervisor_info.processes(answer(process()))
    assert (running.since, running.exit_status, running.pid) == (AT, None, 12)
    stopped = process(statename="FATAL", stop=int(AT.timestamp()) + 9, exitstatus=78, pid=0, spawnerr="can't find command")
    (fatal,) = supervisor_info.processes(answer(stopped))
    assert (fatal.exit_status, fatal.description) == (78, "can't find command")
    (never,) = supervisor_info.processes(answer(process(statename="STOPPED", start=0)))
    assert (never.since, never.exit_status) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>401</body></html>",
        b"{}",
        answer()[:-20],
        answer("text"),
        answer({"name": "x"}),
        answer(process(stop="x")),
        client.dumps(client.Fault(10, "BAD_NAME: secret"), methodresponse=True).encode(),
        answer(process(start=2**31 - 1, pid="x")),
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><methodResponse/>',
        answer(process()).decode().encode("utf-16"),
    ],
)
def test_what_is_no_answer_of_supervisor(body: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        supervisor_info.processes(body)
    assert "secret" not in str(caught.value)


def test_only_one_question_is_ever_asked() -> None:
    assert client.loads(supervisor_info.request()) == ((), "supervisor.getAllProcessInfo")


def test_git_records() -> None:
    output = b"a" * 40 + b"\naaaaaaa\n1763632800\nMaya\nsubject \x1e\x1f with traps\0"
    (commit,) = git_log.commits(output)
    assert commit.subject == "subject \x1e\x1f with traps"
    tags = git_log.tags(b"t1\nc1\n1763632800\ndeploy-1\0\nc2\n\n1763632800\ndeploy-2\0\nx\n\n\ndeploy-of-a-blob\0\n")
    assert [(tag.name, tag.commit, tag.annotated) for tag in tags] == [("deploy-1", "c1", True), ("deploy-2", "c2", False)]


@pytest.mark.parametrize(
    "output", [b"fatal: not a git repository", b"a\nb\nc\0", b"a\nb\nnot a time\nd\ne\0", b"a\nb\n99999999999999\nd\ne\0"]
)
def test_what_is_no_record_of_git(output: bytes) -> None:
    with pytest.raises(Unreadable):
        git_log.commits(output)
    with pytest.raises(Unreadable):
        git_log.tags(output)


@given(st.binary(max_size=80))
def test_any_bytes_are_an_answer_or_unreadable(data: bytes) -> None:
    for read in (prometheus_api.matrix, alertmanager_api.alerts, supervisor_info.processes, git_log.commits, git_log.tags):
        try:
            read(data)
        except Unreadable:
            continue
