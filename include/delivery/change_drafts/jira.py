"""Jira Cloud: drafts as issues through the REST API, version 3.

A draft bears our mark as a label, to be found by, and the issue property `holdpoint`, which is made with the issue and which
neither a form nor a clone carries over: mark, version, and a fingerprint of what we wrote. Search lags behind what was written,
by seconds to minutes, so that "not found" means little soon after a write (`settle_s`); reading an issue by its id does not.
Nothing here asks for transitions or sends a status.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from include.contracts.change_desk import ChangeDesk
from include.contracts.change_draft import ChangeDraft
from include.contracts.errors import ConfigError, Denied, ReadFailed
from include.delivery.change_drafts.base import Found, Lost, Probe
from include.delivery.change_drafts.document import draft_document, text_document, words_of
from include.delivery.change_drafts.text import fingerprint, newer
from include.delivery.change_drafts.wire import Wire

PROPERTY = "holdpoint"
LABEL = "holdpoint-draft"
_FIELDS = ("summary", "description", "status", "labels")
_ID = re.compile(r"[0-9]{1,20}")
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,254}-[0-9]{1,12}")
_COMMENTS = 100


class JiraDrafts:
    """One project. `desk` is its row of change_desks.yaml."""

    settle_s = 900.0

    def __init__(self, desk: ChangeDesk, wire: Wire) -> None:
        self._desk, self._wire = desk, wire

    def probe(self) -> Probe:
        """Clear only where Jira says of each refused permission, in so many words, that the account does not have it here."""
        return self._powers({"projectKey": str(self._desk.project)})

    def _powers(self, where: dict[str, str]) -> Probe:
        asked = sorted(self._desk.refused)
        params = {"permissions": ",".join([*asked, "CREATE_ISSUES"]), **where}
        answer = self._wire.read("/rest/api/3/mypermissions", params, known=(400, 403, 404))
        if answer.status != 200:
            return Probe("not_probed", f"mypermissions answered http {answer.status}")
        has = {name: _has(answer.body, name) for name in [*asked, "CREATE_ISSUES"]}
        if powers := [name for name in asked if has[name]]:
            return Probe("refused", "; ".join(f"{name}: {self._desk.refused[name]}" for name in powers), powers)
        if silent := [name for name in asked if has[name] is None]:
            return Probe("not_probed", f"mypermissions does not speak of {', '.join(silent)}")
        if not has["CREATE_ISSUES"]:
            raise ConfigError(
                f"Jira's account may not create issues in {self._desk.project}.",
                next_step="give it Browse, Create, Edit, Comment",
            )
        return Probe("clear", f"none of {', '.join(asked)}")

    def find(self, mark: str) -> Found | None:
        """By the label in the index, then by id past it; only an issue with our property counts, a clone has none."""
        jql = f'project = "{self._desk.project}" AND labels = "{mark}" ORDER BY created ASC'
        asked = {"jql": jql, "fields": list(_FIELDS), "maxResults": 20}
        issues = _list(self._wire.read("/rest/api/3/search/jql", json=asked).body, "issues")
        for issue in issues:
            found = self._fetch(str(issue.get("id", "")), mark)
            if found is not None:
                return found
        return None

    def fetch(self, ref: str) -> Found | None:
        return self._fetch(ref, None)

    def create(self, draft: ChangeDraft) -> str:
        body = self._issue(draft)
        body["fields"] |= {
            "project": {"key": self._desk.project},
            "issuetype": {"name": self._desk.issue_type},
            "labels": [LABEL, draft.mark],
        }
        answer = self._wire.write("POST", "/rest/api/3/issue", body).body
        ref = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(ref, str) or not _ID.fullmatch(ref):
            raise Lost
        return ref

    def update(self, found: Found, draft: ChangeDraft) -> None:
        self._wire.write("PUT", f"/rest/api/3/issue/{found.id}", self._issue(draft))

    def note(self, found: Found, draft: ChangeDraft) -> None:
        body = text_document([("", newer(draft))])
        self._wire.write("POST", f"/rest/api/3/issue/{found.id}/comment", {"body": body})

    def _issue(self, draft: ChangeDraft) -> dict[str, Any]:
        fields = {"summary": draft.short_description, "description": draft_document(draft)}
        print_ = fingerprint({"summary": draft.short_description, "description": words_of(fields["description"])})
        value = {"mark": draft.mark, "version": draft.version, "fingerprint": print_}
        return {"fields": fields, "properties": [{"key": PROPERTY, "value": value}]}

    def _fetch(self, ref: str, mark: str | None) -> Found | None:
        if not _ID.fullmatch(ref):
            return None
        params = {"fields": ",".join(_FIELDS), "properties": PROPERTY}
        answer = self._wire.read(f"/rest/api/3/issue/{ref}", params, known=(404,))
        if answer.status == 404:
            return None
        issue = answer.body
        try:
            key, fields, ours = issue["key"], issue["fields"], issue["properties"].get(PROPERTY)
            if ours is None or (mark is not None and ours["mark"] != mark):
                return None
            found = self._found(ref, key, fields, ours)
        except (TypeError, KeyError, AttributeError):
            raise ReadFailed("Jira's answer cannot be read.", next_step="let the account browse the project") from None
        self._require_no_say(ref, key)
        return found

    def _found(self, ref: str, key: str, fields: dict[str, Any], ours: dict[str, Any]) -> Found:
        if not _KEY.fullmatch(key) or type(ours["version"]) is not int:
            raise KeyError("key")
        now = fingerprint({"summary": fields["summary"] or "", "description": words_of(fields["description"])})
        status = fields["status"]
        wanted = self._desk.draft_status
        is_draft = status["name"] == wanted if wanted else status["statusCategory"]["key"] == "new"
        edited = now != ours["fingerprint"]
        noted = 0 if is_draft and not edited else self._noted(ref, ours["mark"])
        return Found(ref, key, f"{self._wire.url}/browse/{quote(key)}", ours["version"], edited, is_draft, noted)

    def _noted(self, ref: str, mark: str) -> int:
        """The newest version that a comment of ours tells of."""
        params = {"maxResults": str(_COMMENTS), "orderBy": "-created"}
        comments = _list(self._wire.read(f"/rest/api/3/issue/{ref}/comment", params).body, "comments")
        told = re.compile(rf"newer package, version (\d{{1,5}}), of change request {re.escape(mark)}\b")
        return max((int(hit[1]) for each in comments for hit in told.finditer(words_of(each.get("body")))), default=0)

    def _require_no_say(self, ref: str, key: str) -> None:
        """What the account may do with this one issue: as its reporter it may have permissions that the project does not give
        it, and in Jira Service Management approvers are named on the request itself."""
        probe = self._powers({"issueId": ref})
        if probe.state == "refused" or (probe.state == "not_probed" and self._desk.accept_unprobed is None):
            raise Denied(
                f"On {key}, which Jira's account has made, it could decide, or Jira does not say that it cannot: {probe.reason}.",
                next_step="take `Reporter` out of these permissions in the project's scheme; the draft is not touched until then",
            )
        if not self._desk.service_management:
            return
        answer = self._wire.read(f"/rest/servicedeskapi/request/{quote(key)}/approval", known=(400, 403, 404))
        if answer.status == 200 and any(each.get("canAnswerApproval") is not False for each in _list(answer.body, "values")):
            raise Denied(
                f"Jira's account is an approver of {key}, or Jira does not say that it is none.",
                next_step="take the account out of the approvers; the draft is not touched until then",
            )


def _has(body: object, name: str) -> bool | None:
    """None: it does not say."""
    permissions = body.get("permissions") if isinstance(body, dict) else None
    row = permissions.get(name) if isinstance(permissions, dict) else None
    have = row.get("havePermission") if isinstance(row, dict) else None
    return have if isinstance(have, bool) else None


def _list(body: object, name: str) -> list[dict[str, Any]]:
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ReadFailed("Jira's answer cannot be read.", next_step="try again later; then look at its address")
    return found
