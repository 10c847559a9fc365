"""ServiceNow and Jira Cloud on loopback sockets: documented payloads, checks and error shapes, and ways to misbehave.

A write that is `lost` is carried out and its connection cut before the answer. What would approve or move a record on is kept in
`forbidden`, so that a test can say that it stayed empty.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from include.contracts.change_desk import ChangeDesk
from include.contracts.change_draft import ChangeDraft

LOGIN, PASSWORD = "holdpoint.drafts", "s3cret-of-the-machine"
Reply = tuple[int, dict[str, str], bytes]
AUTHORIZATION = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Misbehaviour:
    """Applied to the first requests that it matches. `act` is a reply, `lost` (done, then cut) or `cut` (not done)."""

    method: str
    path: str
    act: Reply | str
    times: int = 1


@dataclass
class System:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    wrong: list[Misbehaviour] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    authorization: str = AUTHORIZATION
    clock: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    lock: Any = field(default_factory=threading.Lock)

    def misbehave(self, method: str, path: str, act: Reply | str, times: int = 1) -> None:
        self.wrong.append(Misbehaviour(method, path, act, times))

    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.method != "GET" and not each.path.endswith("/search/jql")]

    def tick(self) -> str:
        self.clock += timedelta(seconds=1)
        return self.clock.strftime("%Y-%m-%d %H:%M:%S")

    def handle(self, asked: Asked) -> Reply | str:
        with self.lock:
            self.asked.append(asked)
            self.look(asked)
            for wrong in self.wrong:
                if wrong.times and wrong.method == asked.method and re.search(wrong.path, asked.path):
                    wrong.times -= 1
                    if wrong.act == "lost":
                        self.reply(asked)
                    return wrong.act
            if asked.headers.get("authorization") != self.authorization:
                return self.unauthorized()
            return self.reply(asked)

    def look(self, asked: Asked) -> None:
        raise NotImplementedError

    def reply(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def unauthorized(self) -> Reply:
        raise NotImplementedError


def as_json(status: int, body: Any, **headers: str) -> Reply:
    return status, {"Content-Type": "application/json;charset=UTF-8", **headers}, json.dumps(body).encode()


LOGIN_PAGE: Reply = (200, {"Content-Type": "text/html"}, b"<!doctype html><form action=/login><input name=password></form>")


@contextmanager
def serving(system: System) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = system.handle(Asked(self.command, parts.path, query, headers, body))
            if isinstance(reply, str):
                self.close_connection = True
                return
            status, more, data = reply
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    system.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- Drafts and desks ---

MARK = "chg_01jd3c4k7w8m9e2f5a6b7c8d9e"


def make_draft(version: int = 1, **fields: Any) -> ChangeDraft:
    given: dict[str, Any] = {
        "mark": MARK,
        "version": version,
        "short_description": f"[DRAFT] Larger pool, version {version}",
        "description": f"DRAFT, written by Holdpoint (a machine).\nChange request {MARK}, version {version}.",
        "implementation_plan": "1. Change `pool.max` from 40 to 70.\n2. Restart.",
        "backout_plan": "Set it to 40 again.\n\nThen restart.",
        "risk_impact_analysis": "Computed by Holdpoint: high.",
        "communication_plan": "The shop's channel, a day before.",
        "type": "normal",
        "start": "2026-12-01T05:30:00Z",
        "end": "2026-12-01T07:00:00+01:00",
        "services": ["shop-payments"],
        "environment": "production",
        "requested_by": "tomas",
        "questions": ["What will you look at afterwards?"],
    }
    return ChangeDraft.model_validate_json(json.dumps(given | fields))


def make_desk(kind: str, **fields: Any) -> ChangeDesk:
    rows: dict[str, dict[str, Any]] = {
        "servicenow": {"conn_id": "holdpoint_changes"},
        "jira": {"conn_id": "holdpoint_changes", "project": "OPS"},
        "embedded": {},
    }
    given = {"name": kind, "owner": "tomas", "kind": kind, "services": ["*"], "environments": ["*"], "clears": ["internal"]}
    return ChangeDesk.model_validate_json(json.dumps({**given, **rows[kind], **fields}))


# -- ServiceNow --------------------------------------------------------------------------------------------------------

LIMITS = {"short_description": 160, "correlation_id": 100, "correlation_display": 100}
PLANS = ("description", "justification", "implementation_plan", "backout_plan", "test_plan", "risk_impact_analysis")
COLUMNS = (
    "short_description",
    *PLANS,
    "type",
    "state",
    "approval",
    "start_date",
    "end_date",
    "correlation_id",
    "correlation_display",
)


@dataclass
class ServiceNow(System):
    """The Table API over `change_request` and `sys_user_has_role`. `mandatory` is a data policy's."""

    roles: list[str] = field(default_factory=lambda: ["snc_internal", "u_change_drafter"])
    records: list[dict[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    mandatory: tuple[str, ...] = ()
    hides_roles: bool = False

    def look(self, asked: Asked) -> None:
        if isinstance(asked.body, dict):
            self.forbidden += [name for name in asked.body if name in ("state", "approval", "phase", "close_code")]
        if "sysapproval" in asked.path or asked.method == "DELETE":
            self.forbidden.append(asked.path)

    def unauthorized(self) -> Reply:
        return self._error(401, "User Not Authenticated", "Required to provide Auth information")

    def reply(self, asked: Asked) -> Reply:
        table, _, sys_id = asked.path.removeprefix("/api/now/table/").partition("/")
        if table == "sys_user_has_role" and asked.method == "GET":
            mine = [{"role.name": name, "user.user_name": LOGIN, "user": "f" * 32, "state": "active"} for name in self.roles]
            other = [{"role.name": "admin", "user.user_name": "someone.else", "user": "e" * 32, "state": "active"}]
            return self._list(asked, [] if self.hides_roles else [*other, *mine])
        if table != "change_request":
            return self._error(400, "Invalid table " + table, None)
        if asked.method == "GET":
            return self._list(asked, self.records)
        if asked.method == "POST" and not sys_id:
            return self._insert(asked)
        row = next((each for each in self.records if each["sys_id"] == sys_id), None)
        if row is None:
            return self._error(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
        return self._store(asked, row, 200)

    def _insert(self, asked: Asked) -> Reply:
        if missing := [name for name in self.mandatory if not asked.body.get(name)]:
            text = f"Data Policy Exception: The following fields are mandatory: {', '.join(missing)}"
            return self._error(403, "Operation Failed", text)
        number = len(self.records) + 1
        row = dict.fromkeys(COLUMNS, "") | {"type": "normal", "state": "-5", "approval": "not requested"}
        row |= {"sys_id": f"{number:032x}", "number": f"CHG{30_000 + number:07d}", "sys_created_on": self.tick()}
        self.records.append(row)
        return self._store(asked, row, 201)

    def _store(self, asked: Asked, row: dict[str, str], status: int) -> Reply:
        for name, value in asked.body.items():
            if name == "work_notes":
                self.notes.append((row["sys_id"], value))
            elif name in COLUMNS:  # a field that there is not is ignored without a word
                row[name] = value.replace("\n", "\r\n")[: LIMITS.get(name, 4_000)]
        if any(
            row[name] and not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row[name]) for name in ("start_date", "end_date")
        ):
            return self._error(400, "Invalid date", None)
        return as_json(status, {"result": self._shown(asked, row)})

    def _list(self, asked: Asked, rows: list[dict[str, str]]) -> Reply:
        order = re.search(r"\^ORDERBY([a-z_]+)", asked.query["sysparm_query"])
        for term in asked.query["sysparm_query"].split("^"):
            name, _, value = term.partition("=")
            value = "f" * 32 if value == "javascript:gs.getUserID()" else value
            if _ and any(name in row for row in rows):  # what is no field is no condition either
                rows = [row for row in rows if row.get(name) == value]
        rows = sorted(rows, key=lambda row: row.get(order[1], "")) if order else rows
        shown = [self._shown(asked, row) for row in rows[: int(asked.query["sysparm_limit"])]]
        return as_json(200, {"result": shown}, **{"X-Total-Count": str(len(rows))})

    def _shown(self, asked: Asked, row: dict[str, str]) -> dict[str, str]:
        return {name: row[name] for name in asked.query["sysparm_fields"].split(",") if name in row}

    def _error(self, status: int, message: str, detail: str | None) -> Reply:
        return as_json(status, {"error": {"message": message, "detail": detail}, "status": "failure"})


# -- Jira Cloud --------------------------------------------------------------------------------------------------------

PERMISSIONS = ("ADMINISTER", "ADMINISTER_PROJECTS", "TRANSITION_ISSUES", "CREATE_ISSUES", "BROWSE_PROJECTS", "CLOSE_ISSUES")


@dataclass
class Jira(System):
    """REST API version 3 over one project, `OPS`. `indexed` False: search does not see yet what was created."""

    permissions: set[str] = field(default_factory=lambda: {"CREATE_ISSUES", "BROWSE_PROJECTS"})
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[str, list[Any]] = field(default_factory=dict)
    approvers: dict[str, bool] = field(default_factory=dict)
    indexed: bool = True
    as_reporter: set[str] = field(default_factory=set)  # what the scheme gives whoever made an issue, on that issue

    def look(self, asked: Asked) -> None:
        if "transitions" in asked.path or asked.method == "DELETE" or (asked.method == "POST" and "approval" in asked.path):
            self.forbidden.append(asked.path)
        if isinstance(asked.body, dict):
            fields = asked.body.get("fields", {})
            sent = {*asked.body, *(fields if isinstance(fields, dict) else ())}  # a search lists the fields that it wants
            self.forbidden += sorted(sent & {"transition", "status", "resolution"})

    def unauthorized(self) -> Reply:
        return as_json(401, {"errorMessages": ["Client must be authenticated to access this resource."], "errors": {}})

    def reply(self, asked: Asked) -> Reply:
        path = asked.path
        if path == "/rest/api/3/mypermissions":
            return self._permissions(asked)
        if path == "/rest/api/3/search/jql":
            return self._search(asked.body)
        if path == "/rest/api/3/issue" and asked.method == "POST":
            return self._create(asked.body)
        if hit := re.fullmatch(r"/rest/servicedeskapi/request/([^/]+)/approval", path):
            values = [{"id": "1", "finalDecision": "pending", "canAnswerApproval": self.approvers.get(hit[1], False)}]
            return as_json(200, {"size": 1, "start": 0, "isLastPage": True, "values": values})
        hit = re.fullmatch(r"/rest/api/3/issue/(\d+)(/comment)?", path)
        issue = next((each for each in self.issues if hit and each["id"] == hit[1]), None)
        if hit is None or issue is None:
            text = "Issue does not exist or you do not have permission to see it."
            return as_json(404, {"errorMessages": [text], "errors": {}})
        return self._comment(asked, issue) if hit[2] else self._issue(asked, issue)

    def _permissions(self, asked: Asked) -> Reply:
        names = asked.query["permissions"].split(",")
        if unknown := [name for name in names if name not in PERMISSIONS]:
            return as_json(400, {"errorMessages": [f"The permission {unknown[0]} does not exist."], "errors": {}})
        if issue := asked.query.get("issueId"):
            mine = self.permissions | self.as_reporter
            if not any(each["id"] == issue for each in self.issues):
                return as_json(404, {"errorMessages": ["Issue does not exist."], "errors": {}})
            return as_json(200, {"permissions": {name: {"key": name, "havePermission": name in mine} for name in names}})
        if asked.query["projectKey"] != "OPS":
            return as_json(404, {"errorMessages": ["No project could be found with key."], "errors": {}})
        found = {n: {"id": "1", "key": n, "name": n, "type": "PROJECT", "havePermission": n in self.permissions} for n in names}
        return as_json(200, {"permissions": found})

    def _search(self, body: dict[str, Any]) -> Reply:
        hit = re.fullmatch(r'project = "([A-Z]+)" AND labels = "([a-z0-9_]+)" ORDER BY created ASC', body["jql"])
        if hit is None:
            return as_json(400, {"errorMessages": ["Error in the JQL Query."], "errors": {}})
        found = [each for each in self.issues if hit[2] in each["fields"]["labels"]] if self.indexed else []
        shown = [{"id": each["id"], "key": each["key"], "fields": each["fields"]} for each in found]
        return as_json(200, {"issues": shown, "isLast": True})

    def _create(self, body: dict[str, Any]) -> Reply:
        if errors := _problems(body["fields"], whole=True):
            return as_json(400, {"errorMessages": [], "errors": errors})
        number = 10_000 + len(self.issues)
        status = {"name": "To Do", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}}
        properties = {each["key"]: each["value"] for each in body.get("properties", ())}
        fields = {**body["fields"], "status": status}
        self.issues.append({"id": str(number), "key": f"OPS-{number - 9_999}", "fields": fields, "properties": properties})
        self.comments[str(number)] = []
        return as_json(201, {"id": str(number), "key": f"OPS-{number - 9_999}", "self": f"{self.url}/rest/api/3/issue/{number}"})

    def _issue(self, asked: Asked, issue: dict[str, Any]) -> Reply:
        if asked.method == "GET":
            fields = {name: issue["fields"][name] for name in asked.query["fields"].split(",")}
            wanted = asked.query.get("properties", "").split(",")
            properties = {name: value for name, value in issue["properties"].items() if name in wanted}
            return as_json(200, {"id": issue["id"], "key": issue["key"], "fields": fields, "properties": properties})
        if errors := _problems(asked.body.get("fields", {}), whole=False):
            return as_json(400, {"errorMessages": [], "errors": errors})
        issue["fields"] |= asked.body.get("fields", {})
        issue["properties"] |= {each["key"]: each["value"] for each in asked.body.get("properties", ())}
        return 204, {}, b""

    def _comment(self, asked: Asked, issue: dict[str, Any]) -> Reply:
        told = self.comments[issue["id"]]
        if asked.method == "GET":
            return as_json(200, {"startAt": 0, "maxResults": 100, "total": len(told), "comments": told[::-1]})
        if not is_document(asked.body["body"]):
            return as_json(400, {"errorMessages": [], "errors": {"comment": "Comment body is not valid!"}})
        told.append({"id": str(len(told) + 1), "body": asked.body["body"]})
        return as_json(201, told[-1])


def _problems(fields: dict[str, Any], *, whole: bool) -> dict[str, str]:
    found = {}
    summary = fields.get("summary", "" if whole else "x")
    if not summary or len(summary) > 255 or "\n" in summary:
        found["summary"] = "You must specify a summary of the issue."
    if "description" in fields and not is_document(fields["description"]):
        found["description"] = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    if len(json.dumps(fields.get("description"))) > 32_767:
        found["description"] = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    if any(" " in label for label in fields.get("labels", ())):
        found["labels"] = "The label contains spaces which is invalid."
    if whole and fields.get("project") != {"key": "OPS"}:
        found["project"] = "valid project is required"
    if whole and fields.get("issuetype") != {"name": "Change"}:
        found["issuetype"] = "Specify a valid issue type"
    return found


_CHILDREN = {"doc": {"heading", "paragraph"}, "heading": {"text"}, "paragraph": {"text", "hardBreak"}}
_KEYS = {"doc": {"type", "version", "content"}, "heading": {"type", "attrs", "content"}, "paragraph": {"type", "content"}}


def is_document(node: Any, kind: str = "doc") -> bool:
    """Plain Atlassian Document Format, as far as a draft may use it: no marks, no mentions, no cards, no empty text."""
    if not isinstance(node, dict) or node.get("type") != kind:
        return False
    if kind == "text":
        return (
            set(node) == {"type", "text"} and isinstance(node["text"], str) and len(node["text"]) > 0 and "\n" not in node["text"]
        )
    if kind == "hardBreak":
        return set(node) == {"type"}
    whole = set(node) <= _KEYS[kind] and (kind != "doc" or node.get("version") == 1)
    return whole and all(each.get("type") in _CHILDREN[kind] and is_document(each, each["type"]) for each in node["content"])
