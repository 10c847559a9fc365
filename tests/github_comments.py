"""GitHub's comments on a loopback socket: documented payloads, pages, errors, and the misbehaviour of `change_systems`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from include.delivery.pull_requests.github import GitHubComments, github
from include.delivery.transports.base import Endpoint
from tests.change_systems import Asked, Reply, System

TOKEN, LOGIN, SLUG = "t0ken-of-the-machine", "holdpoint[bot]", "shop/automation"


def as_json(status: int, body: Any) -> Reply:
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(body).encode()


@dataclass
class GitHub(System):
    """One repository with one pull request, number 7. What would approve or merge is kept in `forbidden`."""

    authorization: str = f"Bearer {TOKEN}"
    comments: list[dict[str, Any]] = field(default_factory=list)

    def say(self, body: str, login: str | None = LOGIN) -> int:
        number = 1_000_000_000 + len(self.comments)
        user = {"login": login, "id": 1, "type": "Bot"} if login is not None else None
        self.comments.append({"id": number, "body": body, "user": user, "created_at": "2026-11-20T09:00:00Z"})
        return number

    def look(self, asked: Asked) -> None:
        if re.search(r"/(merge|reviews|labels|assignees|lock)\b", asked.path) or asked.method in {"PUT", "DELETE"}:
            self.forbidden.append(f"{asked.method} {asked.path}")

    def reply(self, asked: Asked) -> Reply:
        if asked.path == f"/repos/{SLUG}/issues/7/comments":
            return self._post(asked) if asked.method == "POST" else self._list(asked)
        if (found := re.fullmatch(rf"/repos/{SLUG}/issues/comments/(\d+)", asked.path)) is not None:
            return self._one(asked, int(found[1]))
        return as_json(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})

    def unauthorized(self) -> Reply:
        return as_json(401, {"message": "Bad credentials", "status": "401"})

    def _post(self, asked: Asked) -> Reply:
        if set(asked.body) != {"body"} or not 0 < len(asked.body["body"]) <= 65_536:
            return as_json(422, {"message": "Validation Failed", "errors": [{"field": "body"}]})
        self.say(asked.body["body"])
        return as_json(201, self.comments[-1])

    def _list(self, asked: Asked) -> Reply:
        each, page = int(asked.query["per_page"]), int(asked.query["page"])
        return as_json(200, self.comments[(page - 1) * each : page * each])

    def _one(self, asked: Asked, number: int) -> Reply:
        found = next((each for each in self.comments if each["id"] == number), None)
        if found is None:
            return as_json(404, {"message": "Not Found", "status": "404"})
        if asked.method == "PATCH":
            found["body"] = asked.body["body"]
        return as_json(200, found)


def connect(system: GitHub, **fields: Any) -> GitHubComments:
    """Our side of it, with the credential that it knows."""
    given = {"host": system.url, "login": LOGIN, "password": TOKEN} | fields
    return github(given.pop("slug", SLUG), Endpoint(**given))
