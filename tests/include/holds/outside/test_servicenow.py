"""ServiceNow approvals over a loopback socket: its documented answers, and every way one does not count."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.contracts.errors import BadInput, ConfigError, RateLimited, ReadFailed, Refused
from include.holds.outside.servicenow import ServiceNow

RECORD, USER, DIGEST = "a" * 32, "b" * 32, "c" * 64


def _tables() -> dict[str, list[dict[str, Any]]]:
    return {
        "sysapproval_approver": [
            {
                "sys_id": RECORD,
                "approver": USER,
                "state": "approved",
                "sys_updated_by": "tomas.lindqvist",
                "sys_updated_on": "2026-11-20 09:05:00",
            }
        ],
        "sys_user": [{"sys_id": USER, "user_name": "tomas.lindqvist", "active": "true"}],
        "sys_journal_field": [
            {
                "element_id": RECORD,
                "value": f"Looks right, after lunch. holdpoint:{DIGEST}",
                "sys_created_by": "tomas.lindqvist",
                "sys_created_on": "2026-11-20 09:04:00",
            }
        ],
    }


@dataclass
class Instance:
    """A loopback server that answers the Table API from `tables`: equality terms of the encoded query only."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=_tables)
    answer: Callable[[str], tuple[int, bytes]] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def reply(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        parts = urlsplit(path)
        table = parts.path.rpartition("/")[2]
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append({"table": table, "authorization": authorization or "", **query})
        if self.answer is not None:
            return self.answer(table)
        terms = [term.split("=", 1) for term in query["sysparm_query"].split("^") if "=" in term]
        rows = [row for row in self.tables[table] if all(row.get(name, value) == value for name, value in terms)]
        fields = query["sysparm_fields"].split(",")
        shown = [{name: row[name] for name in fields if name in row} for row in rows[: int(query["sysparm_limit"])]]
        return 200, json.dumps({"result": shown}).encode()


@pytest.fixture
def instance() -> Iterator[Instance]:
    own = Instance()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = own.reply(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    own.url = f"http://127.0.0.1:{server.server_port}"
    yield own
    server.shutdown()
    server.server_close()
    thread.join()


def _source(instance: Instance) -> ServiceNow:
    return ServiceNow(name="servicenow", url=instance.url, authorization="Basic c2VjcmV0")


def test_an_approval_in_the_approvers_own_words_counts(instance: Instance) -> None:
    found = _source(instance).fetch(RECORD)
    assert (found.decision, found.plan_digest, found.account, found.record) == ("approve", DIGEST, USER, RECORD)
    assert found.decided_at.isoformat() == "2026-11-20T09:05:00+00:00"
    assert {asked["authorization"] for asked in instance.asked} == {"Basic c2VjcmV0"}
    assert {asked["sysparm_display_value"] for asked in instance.asked} == {"false"}


def test_a_rejection_is_told_as_one(instance: Instance) -> None:
    instance.tables["sysapproval_approver"][0]["state"] = "rejected"
    assert _source(instance).fetch(RECORD).decision == "reject"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("sysapproval_approver", {"state": "requested"}),
        ("sysapproval_approver", {"state": "not required"}),
        ("sysapproval_approver", {"sys_updated_by": "admin"}),
        ("sysapproval_approver", {"approver": ""}),
        ("sysapproval_approver", {"approver": "d" * 32}),
        ("sys_user", {"active": "false"}),
        ("sys_user", {"user_name": "tomas^ORactive=true"}),
        ("sys_journal_field", {"sys_created_by": "system"}),
        ("sys_journal_field", {"value": f"holdpoint:{DIGEST} or holdpoint:{'e' * 64}"}),
        ("sys_journal_field", {"value": "approved"}),
        ("sys_journal_field", {"value": f"holdpoint:{DIGEST}f"}),
    ],
)
def test_h03_an_approval_that_does_not_say_which_plan_or_is_not_the_approvers_is_refused(
    instance: Instance, table: str, change: dict[str, str]
) -> None:
    instance.tables[table][0] |= change
    with pytest.raises(Refused) as refused:
        _source(instance).fetch(RECORD)
    assert refused.value.rule == "outside"


def test_h03_a_login_name_that_two_accounts_bear_proves_nobody(instance: Instance) -> None:
    instance.tables["sys_user"].append({"sys_id": "d" * 32, "user_name": "tomas.lindqvist", "active": "true"})
    with pytest.raises(Refused):
        _source(instance).fetch(RECORD)


def test_the_newest_comment_that_names_a_plan_is_the_one_that_counts(instance: Instance) -> None:
    newer = instance.tables["sys_journal_field"][0] | {
        "value": f"No: holdpoint:{'e' * 64}",
        "sys_created_on": "2026-11-20 09:06:00",
    }
    instance.tables["sys_journal_field"].insert(0, newer)
    assert _source(instance).fetch(RECORD).plan_digest == "e" * 64


@pytest.mark.parametrize("record", ["", "CHG0030001", "A" * 32, "a" * 31, "a" * 32 + "^ORsys_id=" + "b" * 32, "../" + "a" * 29])
def test_what_is_no_sys_id_is_never_asked_for(instance: Instance, record: str) -> None:
    with pytest.raises(BadInput):
        _source(instance).fetch(record)
    assert instance.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"result": {}}',
        b'{"result": [{}]}',
        b'{"result": [null]}',
        b'{"result": [], "result": []}',
        json.dumps({"result": [{"sys_id": {"value": RECORD}, "approver": 1, "state": None}]}).encode(),
        b"[" * 100_000,
        b'{"result": "' + b"x" * 2_000_000 + b'"}',
    ],
)
def test_an_answer_that_is_no_table_is_a_failed_read(instance: Instance, body: bytes) -> None:
    instance.answer = lambda _: (200, body)
    with pytest.raises((ReadFailed, Refused)) as failed:
        _source(instance).fetch(RECORD)
    assert "x" * 20 not in str(failed.value)


@pytest.mark.parametrize(
    ("status", "error"), [(401, ReadFailed), (404, ReadFailed), (429, RateLimited), (302, ReadFailed), (503, ReadFailed)]
)
def test_another_status_is_a_failed_read_that_says_what_to_do(instance: Instance, status: int, error: type[ReadFailed]) -> None:
    instance.answer = lambda _: (status, b"secret words")
    with pytest.raises(error) as failed:
        _source(instance).fetch(RECORD)
    assert failed.value.next_step
    assert "secret" not in str(failed.value)


def test_nobody_there_is_a_failed_read() -> None:
    with pytest.raises(ReadFailed):
        ServiceNow(name="servicenow", url="http://127.0.0.1:9", authorization="Basic x").fetch(RECORD)


@pytest.mark.parametrize("url", ["", "ftp://x", "https://user@host", "https://host/path", "https://host?x"])
def test_an_address_that_is_none_is_said_at_once(url: str) -> None:
    with pytest.raises(ConfigError):
        ServiceNow(name="servicenow", url=url, authorization="Basic x")
