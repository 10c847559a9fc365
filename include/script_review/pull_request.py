"""GitHub's webhook: a post becomes a pull request of a repository of the catalogue, or a reason to do nothing.

The signature is checked over the raw bytes and in constant time before anything is parsed. One address serves all repositories,
so a post proves itself by the secret of some of them, and may then speak of those only. The headers with the event's name and the
delivery's number are not signed: nothing is decided by the number, and the name must fit what the body says.

Format: https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, NoReturn, get_args

from pydantic import ValidationError

from include.contracts.base import clean_text
from include.contracts.errors import BadInput, Denied, NotFound
from include.contracts.repository import Action, PullRequest, Repository

MAX_BYTES = 1_000_000  # a payload about a pull request has some 30,000
ACTIONS: tuple[str, ...] = get_args(Action)
_PREFIX = "sha256="
_SENDER = "look at the webhook's recent deliveries in GitHub's settings"
_SHOWN = 80


class Passed(NamedTuple):
    """A post that is in order and asks for nothing."""

    why: str


def read_pull_request(
    body: bytes, signature: str | None, event: str | None, *, rows: Iterable[Repository], secrets: Mapping[str, bytes]
) -> PullRequest | Passed:
    """What one post asks for.

    :param body: all of it, unaltered
    :param signature: the header `X-Hub-Signature-256`
    :param event: the header `X-GitHub-Event`
    :param secrets: by the name of the repository
    :raises Denied: no secret signs it, or one of another repository does
    :raises BadInput: signed, and not what GitHub documents
    :raises NotFound: signed, and about a repository that the catalogue does not have
    """
    proved = signers(body, signature, secrets)
    if not proved:
        raise Denied("The post is not signed with a secret of ours.", next_step="compare the secret with the webhook's")
    payload = _parsed(body)
    if event != "pull_request":
        return Passed("pong" if event == "ping" else "not about a pull request")
    action, pull = payload.get("action"), _mapping(payload, "pull_request")
    row = _row(_mapping(payload, "repository").get("full_name"), rows, proved)
    if action not in ACTIONS:
        return Passed("nothing new to review")
    if pull.get("draft") is True or pull.get("state") != "open":
        return Passed("a draft, or not open")
    return _pull_request(row, payload, pull)


def signers(body: bytes, signature: str | None, secrets: Mapping[str, bytes]) -> frozenset[str]:
    """The repositories whose secret signed this. All are tried, whichever fits; an empty secret never does."""
    given = (signature or "").strip().encode("utf-8", "replace")
    found = set()
    for name, secret in secrets.items():
        expected = _PREFIX.encode() + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
        if hmac.compare_digest(given, expected) and secret:
            found.add(name)
    return frozenset(found)


def _row(full_name: object, rows: Iterable[Repository], proved: frozenset[str]) -> Repository:
    """The catalogue's row of that name, which must be one of those that the post proves itself to be from."""
    if not isinstance(full_name, str):
        raise _bad("repository.full_name")
    wanted = full_name.lower()
    found = [row for row in rows if row.github is not None and row.github.lower() == wanted and row.of_pull_requests]
    if not found:
        raise NotFound("No repository of that name is reviewed here.", next_step="add `github` to its row of repositories.yaml")
    if found[0].name not in proved:
        raise Denied("The post speaks of a repository with another secret.", next_step="compare the secret with the webhook's")
    return found[0]


def _pull_request(row: Repository, payload: Mapping[str, Any], pull: Mapping[str, Any]) -> PullRequest:
    author = _mapping(pull, "user").get("login")
    try:
        return PullRequest(
            repository=row.name,
            number=payload.get("number"),  # type: ignore[arg-type]  # the contract checks it
            head=_mapping(pull, "head").get("sha"),  # type: ignore[arg-type]
            base=_mapping(pull, "base").get("sha"),  # type: ignore[arg-type]
            author=" ".join(clean_text(author).split())[:_SHOWN] if isinstance(author, str) else author,  # type: ignore[arg-type]
            action=payload.get("action"),  # type: ignore[arg-type]
        )
    except ValidationError as error:
        raise _bad(".".join(map(str, error.errors()[0]["loc"]))) from None


def _mapping(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    if not isinstance(found, dict):
        raise _bad(name)
    return found


def _bad(field: str) -> BadInput:
    return BadInput(f"The post has no usable {field}.", next_step=_SENDER)


def _parsed(body: bytes) -> Mapping[str, Any]:
    """One JSON object in which no name stands twice; a form, which GitHub can also send, is none."""
    if len(body) > MAX_BYTES:
        raise BadInput(f"The post has more than {MAX_BYTES} bytes.", next_step=_SENDER)
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadInput("The post is not JSON.", next_step="set the webhook's content type to application/json") from None
    if not isinstance(found, dict):
        raise BadInput("The post is not a JSON object.", next_step=_SENDER)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
