"""ServiceNow: drafts in `change_request` through the Table API (`/api/now/table/…`, raw values, times in UTC).

A draft bears our mark in `correlation_id`; `correlation_display` holds the version, a fingerprint of what we wrote, and the
newest version that a work note told of. `state` and `approval` are read and never sent: a new record stands in New by itself.
An account's roles are read from `sys_user_has_role`. Rows that the account may not see are left out of an answer without a word,
so that no roles at all means: not shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from include.contracts.change import ChangeType
from include.contracts.change_desk import ChangeDesk
from include.contracts.change_draft import ChangeDraft
from include.contracts.errors import ConfigError, ReadFailed
from include.delivery.change_drafts.base import Found, Lost, Probe
from include.delivery.change_drafts.text import cut, fingerprint, newer
from include.delivery.change_drafts.wire import Wire

NEW = "-5"
MAX_ROLES = 1_000
_RAW = {"sysparm_display_value": "false", "sysparm_exclude_reference_link": "true"}
_SYS_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LOGIN = re.compile(r"[A-Za-z0-9_.@+-]{1,100}")
_OURS = re.compile(r"Holdpoint v(\d{1,5}) ([0-9a-f]{16})(?: noted v(\d{1,5}))?")
_TEXTS = (
    "short_description",
    "description",
    "justification",
    "implementation_plan",
    "backout_plan",
    "test_plan",
    "risk_impact_analysis",
)
_WRITTEN = (*_TEXTS, "start_date", "end_date")
_READ = ("sys_id", "number", "state", "approval", "type", "correlation_id", "correlation_display", *_WRITTEN)
# Without a template a standard change is none, and what is unknown is for people to say.
_TYPES = {ChangeType.NORMAL: "normal", ChangeType.EMERGENCY: "emergency"}


class ServiceNowDrafts:
    """One instance.

    :param desk: its row of change_desks.yaml
    :param login: the account's user name; empty for a token, then the instance is asked who we are
    """

    settle_s = 300.0  # a transaction of the REST API may go on for minutes after we stopped listening

    def __init__(self, desk: ChangeDesk, wire: Wire, *, login: str = "") -> None:
        if login and not _LOGIN.fullmatch(login):
            raise ConfigError("ServiceNow's login name has characters that a query cannot hold.", next_step="use another account")
        self._desk, self._wire, self._login = desk, wire, login

    def probe(self) -> Probe:
        """The account's roles, inherited ones too; clear only where all are shown, there are some, and none is refused."""
        whose = f"user.user_name={self._login}" if self._login else "user=javascript:gs.getUserID()"
        fields = ("role.name", "user.user_name")
        answer = self._wire.read("/api/now/table/sys_user_has_role", self._query(whose, fields, MAX_ROLES), known=(403, 404))
        if answer.status != 200:
            return Probe("not_probed", f"sys_user_has_role answered http {answer.status}")
        try:
            rows = self._rows(answer.body, fields)
        except ReadFailed:
            return Probe("not_probed", "sys_user_has_role does not show the names of roles and users")
        if why := self._not_shown(rows, answer.total):
            return Probe("not_probed", f"sys_user_has_role {why}")
        has = sorted({row["role.name"] for row in rows} & set(self._desk.refused))
        if has:
            return Probe("refused", "; ".join(f"{name}: {self._desk.refused[name]}" for name in has), has)
        return Probe("clear", f"{len(rows)} roles, none of which can approve")

    def _not_shown(self, rows: list[dict[str, str]], total: str | None) -> str:
        """Why these rows are not all roles of our account; "" where they are, as far as an answer can show it."""
        names = {row["user.user_name"].casefold() for row in rows}
        if not rows:
            return "shows no roles of our account"
        if len(names) > 1 or (self._login and names != {self._login.casefold()}):
            return "did not keep to our account"
        if len(rows) >= MAX_ROLES or (total is not None and total != str(len(rows))) or not all(row["role.name"] for row in rows):
            return "does not show all roles of our account"
        return ""

    def find(self, mark: str) -> Found | None:
        query = f"correlation_id={mark}^ORDERBYsys_created_on"
        rows = self._rows(self._wire.read(self._path(), self._query(query, _READ, 20)).body, _READ)
        if any(row["correlation_id"] != mark for row in rows):
            raise ReadFailed("ServiceNow did not keep to the query for our mark.", next_step="check the table's fields")
        ours = [row for row in rows if _OURS.fullmatch(row["correlation_display"])]
        if rows and not ours:
            raise ConfigError(
                "A change in ServiceNow bears our mark and not our sign.", next_step="look at its correlation_id; a person set it"
            )
        return self._found(ours[0]) if ours else None

    def fetch(self, ref: str) -> Found | None:
        if not _SYS_ID.fullmatch(ref):
            return None
        rows = self._rows(self._wire.read(self._path(), self._query(f"sys_id={ref}", _READ, 2)).body, _READ)
        rows = [row for row in rows if row["sys_id"] == ref]
        return self._found(rows[0]) if rows else None

    def create(self, draft: ChangeDraft) -> str:
        fields = {**_fields(draft), "correlation_id": draft.mark, "correlation_display": _sign(draft)}
        answer = self._wire.write("POST", self._path(), fields, {**_RAW, "sysparm_fields": "sys_id,correlation_id"})
        try:
            row = self._rows({"result": [answer.body["result"]]}, ("sys_id", "correlation_id"))[0]
        except (TypeError, KeyError, ReadFailed):
            raise Lost from None
        if row["correlation_id"] != draft.mark or not _SYS_ID.fullmatch(row["sys_id"]):
            raise Lost
        return row["sys_id"]

    def update(self, found: Found, draft: ChangeDraft) -> None:
        self._patch(found, {**_fields(draft), "correlation_display": _sign(draft)})

    def note(self, found: Found, draft: ChangeDraft) -> None:
        """Note and mark in one write, so that the note is never there twice."""
        row = self._rows(
            self._wire.read(self._path(), self._query(f"sys_id={found.id}", _READ, 2)).body, ("correlation_display", "sys_id")
        )[0]
        ours = _OURS.fullmatch(row["correlation_display"])
        if ours is None:
            raise ConfigError("The change in ServiceNow does not bear our sign any more.", next_step="compare it by hand")
        sign = f"Holdpoint v{ours[1]} {ours[2]} noted v{draft.version}"
        self._patch(found, {"work_notes": newer(draft), "correlation_display": sign})

    def _patch(self, found: Found, fields: Mapping[str, str]) -> None:
        self._wire.write("PATCH", f"{self._path()}/{found.id}", dict(fields), {**_RAW, "sysparm_fields": "sys_id"})

    def _path(self) -> str:
        return f"/api/now/table/{self._desk.table}"

    def _query(self, query: str, fields: tuple[str, ...], limit: int) -> dict[str, str]:
        return {**_RAW, "sysparm_query": query, "sysparm_fields": ",".join(fields), "sysparm_limit": str(limit)}

    def _rows(self, body: Any, fields: tuple[str, ...]) -> list[dict[str, str]]:
        try:
            rows = [{field: row[field] for field in fields} for row in body["result"]]
        except (TypeError, KeyError):
            raise ReadFailed(
                "ServiceNow's answer lacks fields that were asked for.", next_step="let the account read them"
            ) from None
        if not all(isinstance(value, str) for row in rows for value in row.values()):
            raise ReadFailed("ServiceNow's answer cannot be read.", next_step="try again later")
        return rows

    def _found(self, row: Mapping[str, str]) -> Found:
        ours = _OURS.fullmatch(row["correlation_display"])
        version, written, noted = (int(ours[1]), ours[2], int(ours[3] or 0)) if ours else (0, "", 0)
        texts = {name: row[name] for name in _WRITTEN}
        untouched = written in (fingerprint(texts), fingerprint({**texts, "type": row["type"]}))
        is_draft = row["state"] == (self._desk.draft_status or NEW) and row["approval"] in ("", "not requested")
        if not (_SYS_ID.fullmatch(row["sys_id"]) and _NUMBER.fullmatch(row["number"])):
            raise ReadFailed("ServiceNow's answer names no change.", next_step="let the account read the number of changes")
        where = f"{self._wire.url}/nav_to.do?uri={quote(f'{self._desk.table}.do?sys_id=' + row['sys_id'], safe='')}"
        return Found(row["sys_id"], row["number"], where, version, not untouched, is_draft, noted)


def _fields(draft: ChangeDraft) -> dict[str, str]:
    """What we write; nothing else is ever sent."""
    fields = {name: getattr(draft, name) for name in _TEXTS}
    more = [f"Communication: {draft.communication_plan}"] if draft.communication_plan else []
    more += ["Open questions:", *(f"- {each}" for each in draft.questions)] if draft.questions else []
    fields["description"] = _fit(draft.description, "\n".join(more))
    fields["start_date"], fields["end_date"] = _time(draft.start), _time(draft.end)
    kind = _TYPES.get(draft.type)
    return {**fields, **({"type": kind} if kind else {})}


def _fit(text: str, more: str, limit: int = 4_000) -> str:
    """ServiceNow cuts what is longer without a word; here the notes' text gives way to the questions, visibly."""
    if not more:
        return text
    more = cut(more, limit // 2)
    return f"{cut(text, limit - len(more) - 2)}\n\n{more}"


def _sign(draft: ChangeDraft) -> str:
    return f"Holdpoint v{draft.version} {fingerprint(_fields(draft))}"


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if at else ""
