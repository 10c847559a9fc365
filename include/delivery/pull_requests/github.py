"""Comments on GitHub's pull requests, by its documented REST API, version 2022-11-28: a pull request is an issue there.

    GET   /repos/{owner}/{repo}/issues/{number}/comments?per_page=100&page=…   list, oldest first
    GET   /repos/{owner}/{repo}/issues/comments/{id}
    POST  /repos/{owner}/{repo}/issues/{number}/comments          {"body"} -> 201 with the comment
    PATCH /repos/{owner}/{repo}/issues/comments/{id}              {"body"} -> 200

Whose comment it is says `user.login`: anybody may write our mark into a comment of theirs, and theirs is never edited. Nothing
here approves, merges, labels or closes anything.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import quote

from include.contracts.errors import ConfigError, ReadFailed
from include.delivery.change_drafts.base import Lost
from include.delivery.change_drafts.wire import Wire
from include.delivery.transports.base import Endpoint

API = "https://api.github.com"
AGENT = "holdpoint/1 (machine; comment_on_pull_request)"
PAGE = "docs/script-review-workflow.md"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": AGENT}
_SLUG = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_EACH, _PAGES = 100, 30


class Posted(NamedTuple):
    """One comment as GitHub has it. `login` is its author's."""

    id: str
    body: str
    login: str


class GitHubComments:
    """The comments of one repository's pull requests, as the account `login` sees them."""

    def __init__(self, wire: Wire, *, repository: str, login: str) -> None:
        if not _SLUG.fullmatch(repository) or set(repository.split("/")) & {".", ".."}:
            raise ConfigError("The repository's name on GitHub is not owner/name.", next_step="correct it in repositories.yaml")
        self._wire, self._login = wire, login.lower()
        self._base = f"/repos/{quote(repository)}/issues"

    def find(self, pull: int, first_line: str) -> Posted | None:
        """The oldest comment of our account that begins with this line.

        :raises ReadFailed: no usable answer; or more comments than are looked through, so that nobody can say
        """
        for page in range(1, _PAGES + 1):
            params = {"per_page": str(_EACH), "page": str(page)}
            rows = self._wire.read(f"{self._base}/{pull}/comments", params).body
            found = [_posted(row) for row in _rows(rows)]
            ours = (each for each in found if self._ours(each) and each.body.replace("\r", "").split("\n", 1)[0] == first_line)
            if (first := next(ours, None)) is not None:
                return first
            if len(found) < _EACH:
                return None
        raise ReadFailed("The pull request has more comments than are looked through.", next_step="comment on it by hand")

    def fetch(self, ref: str) -> Posted | None:
        """Our comment of this id; None where it is gone, or not ours."""
        answer = self._wire.read(f"{self._base}/comments/{_id(ref)}", known=(404, 410))
        if answer.status != 200:
            return None
        found = _posted(answer.body)
        return found if self._ours(found) else None

    def create(self, pull: int, body: str) -> str:
        """Its id.

        :raises Lost: whether it was taken is not known
        """
        answer = self._wire.write("POST", f"{self._base}/{pull}/comments", {"body": body}).body
        ref = answer.get("id") if isinstance(answer, dict) else None
        if type(ref) is not int or ref < 1:
            raise Lost
        return str(ref)

    def update(self, ref: str, body: str) -> None:
        """Replace its text."""
        self._wire.write("PATCH", f"{self._base}/comments/{_id(ref)}", {"body": body})

    def _ours(self, found: Posted) -> bool:
        return found.login.lower() == self._login


def github(repository: str, endpoint: Endpoint) -> GitHubComments:
    """The connection's login is the account that comments, as GitHub shows it (`holdpoint[bot]`); its password the token."""
    if not endpoint.password or not endpoint.login:
        raise ConfigError("The connection to GitHub lacks the account's name or its token.", next_step=f"{PAGE} says which")
    wire = Wire(system="GitHub", url=_api(endpoint), authorization=f"Bearer {endpoint.password}", headers=_HEADERS, page=PAGE)
    return GitHubComments(wire, repository=repository, login=endpoint.login)


def _api(endpoint: Endpoint) -> str:
    """Where the API is: of github.com on a host of its own, of a server of one's own below `/api/v3`, as both document it."""
    host = (endpoint.url or endpoint.host).rstrip("/")
    url = host if "://" in host else f"https://{host}{f':{endpoint.port}' if endpoint.port else ''}"
    if host.removeprefix("https://").lower() in ("", "github.com", "api.github.com"):
        return API
    bare = "/" not in url.partition("://")[2] and url.startswith("https://")
    return f"{url}/api/v3" if bare else url


def _id(ref: str) -> str:
    if not ref.isascii() or not ref.isdigit() or len(ref) > 20:
        raise ConfigError("The comment's id in the store is none of GitHub's.", next_step="look at script_comment in the store")
    return ref


def _rows(body: object) -> list[Any]:
    if not isinstance(body, list):
        raise ReadFailed("GitHub's answer cannot be read.", next_step="look at the connection's address")
    return body


def _posted(row: object) -> Posted:
    """A comment of a deleted account has no user."""
    try:
        user = row["user"]  # type: ignore[index]
        found = Posted(str(row["id"]), row["body"] or "", user["login"] if user is not None else "")  # type: ignore[index]
    except (TypeError, KeyError):
        raise ReadFailed("GitHub's answer cannot be read.", next_step="look at the connection's address") from None
    if not isinstance(found.body, str) or not isinstance(found.login, str):
        raise ReadFailed("GitHub's answer cannot be read.", next_step="look at the connection's address")
    return found
