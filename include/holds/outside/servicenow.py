"""A ServiceNow approval of a change, read through the Table API (`/api/now/table/…`, raw values, times in UTC).

Three tables are read: `sysapproval_approver` (the decision; `approver` is a user's immutable sys_id), `sys_user` (that user's
login name and whether the account is active), `sys_journal_field` (what people wrote beside the decision, each entry with its
author's login name). An approval counts when its approver set the decision, and wrote `holdpoint:` and the plan's digest beside
it: a state alone does not say which plan was meant, and can be set by a rule, an administrator or a delegate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from include.contracts.errors import BadInput, ConfigError, RateLimited, ReadFailed, Refused
from include.contracts.hold import OutsideRecord
from include.holds.digest import strict_json

AGENT = "holdpoint-approvals"
TIMEOUT_S = 10.0
MAX_BYTES = 1_000_000
_JOURNAL_ENTRIES = 200

_SYS_ID = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"\bholdpoint:([0-9a-f]{64})\b")
_DECISIONS: Mapping[str, Any] = {"approved": "approve", "rejected": "reject"}
_RAW = {"sysparm_display_value": "false", "sysparm_exclude_reference_link": "true"}
_APPROVAL = ("sys_id", "approver", "state", "sys_updated_by", "sys_updated_on")
_USER = ("sys_id", "user_name", "active")
_ENTRY = ("value", "sys_created_by", "sys_created_on")


class ServiceNow:
    """One instance.

    :param name: its name in approval_sources.yaml
    :param url: `https://<instance>.service-now.com`
    :param authorization: the value of the Authorization header, of an account that may only read these three tables
    :param client: another client, for tests
    """

    def __init__(self, *, name: str, url: str, authorization: str, client: httpx.Client | None = None) -> None:
        self.name = name
        if not re.fullmatch(r"https?://[^/\s?#@]+/?", url):
            raise ConfigError(
                f"{name} has no usable address.", next_step="give its connection https://<instance>.service-now.com"
            )
        self._url = url.rstrip("/")
        self._headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": AGENT}
        self._client = client or httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    def fetch(self, record: str) -> OutsideRecord:
        """The approval record of that sys_id; errors as `OutsideSource.fetch`."""
        if not _SYS_ID.fullmatch(record):
            raise BadInput(
                "A ServiceNow record is named by its sys_id.", next_step="give the 32 hexadecimal digits of the approval"
            )
        approval = self._one("sysapproval_approver", _APPROVAL, f"sys_id={record}")
        decision = _DECISIONS.get(approval["state"])
        if decision is None:
            raise _refused("has no decision yet", "wait for its approver, or vote with a key")
        user = self._user(approval["approver"])
        if approval["sys_id"] != record or approval["sys_updated_by"] != user["user_name"]:
            raise _refused("was not last changed by its approver", "ask the approver to decide in person; delegates do not count")
        digest, written = self._digest(record, user["user_name"])
        return OutsideRecord(
            source=self.name,
            record=record,
            account=user["sys_id"],
            decision=decision,
            plan_digest=digest,
            decided_at=max(written, _time(approval["sys_updated_on"])),
            fetched_at=datetime.now(UTC),
        )

    def _user(self, sys_id: str) -> dict[str, str]:
        if not _SYS_ID.fullmatch(sys_id):
            raise _refused("names no approver", "vote with a key")
        user = self._one("sys_user", _USER, f"sys_id={sys_id}")
        # Journal entries carry the login name only: it must be one that exactly one account bears.
        again = self._one("sys_user", _USER, f"user_name={_plain(user['user_name'])}")
        if user != again or user["sys_id"] != sys_id or user["active"] != "true":
            raise _refused("belongs to an account that is not active or not unique", "vote with a key")
        return user

    def _digest(self, record: str, user_name: str) -> tuple[str, datetime]:
        """The plan's digest in the newest text by that user which names one, and when it was written."""
        query = f"element_id={record}^name=sysapproval_approver^element=comments^ORDERBYDESCsys_created_on"
        for entry in self._rows("sys_journal_field", _ENTRY, query, limit=_JOURNAL_ENTRIES):
            found = set(_DIGEST.findall(entry["value"])) if entry["sys_created_by"] == user_name else set()
            if len(found) > 1:
                raise _refused("names more than one plan", "ask the approver to write one digest in one comment")
            if found:
                return found.pop(), _time(entry["sys_created_on"])
        raise _refused("does not say which plan it means", "ask the approver to comment: holdpoint:<the plan's digest>")

    def _one(self, table: str, fields: Sequence[str], query: str) -> dict[str, str]:
        rows = self._rows(table, fields, query, limit=2)
        if len(rows) != 1:
            raise _refused("is not there, or not the only one", "look the approval up in ServiceNow and name its sys_id")
        return rows[0]

    def _rows(self, table: str, fields: Sequence[str], query: str, *, limit: int) -> list[dict[str, str]]:
        params = {**_RAW, "sysparm_query": query, "sysparm_fields": ",".join(fields), "sysparm_limit": str(limit)}
        try:
            answer = strict_json(self._get(f"{self._url}/api/now/table/{table}", params))
            rows = [{field: row[field] for field in fields} for row in answer["result"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise _failed("its answer cannot be read") from None
        if len(rows) > limit or not all(isinstance(value, str) for row in rows for value in row.values()):
            raise _failed("its answer cannot be read")
        return rows

    def _get(self, url: str, params: Mapping[str, str]) -> bytes:
        try:
            with self._client.stream("GET", url, params=params, headers=self._headers) as answer:
                if answer.status_code != 200:
                    raise _status(answer.status_code)
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise _failed("its answer is too long")
                return body
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _failed(type(error).__name__) from None


def _plain(user_name: str) -> str:
    """A login name that an encoded query takes literally: `^` would add a condition."""
    if "^" in user_name or not user_name.isprintable() or not user_name:
        raise _refused("belongs to an account whose name cannot be looked up", "vote with a key")
    return user_name


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise _failed("a time cannot be read") from None


def _refused(why: str, next_step: str) -> Refused:
    return Refused(f"The ServiceNow approval {why}.", next_step=next_step, rule="outside")


def _failed(why: str) -> ReadFailed:
    return ReadFailed(f"ServiceNow did not answer: {why}.", next_step="try again; then look at the instance and its connection")


def _status(status: int) -> ReadFailed:
    if status == 429:
        return RateLimited("ServiceNow is busy and asks to come back later: http 429.", next_step="try again in a minute")
    if status in (401, 403):
        return ReadFailed(
            f"ServiceNow refuses our account: http {status}.",
            next_step="let it read sysapproval_approver, sys_user and sys_journal_field",
        )
    return _failed(f"http {status}")
