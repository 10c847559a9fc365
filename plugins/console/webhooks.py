"""GitHub's webhook, over HTTP: proved over the raw bytes, written down, then answered. The same post again changes nothing."""

import asyncio
import os
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from include.alerts.authenticate import secret_of
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, ConfigError, Denied, NotFound, StoreError
from include.contracts.repository import PullRequest
from include.script_review.pull_request import MAX_BYTES, Passed, read_pull_request
from plugins.console import asked_reviews
from plugins.console.body import Busy, read_body
from plugins.console.services import Services, ready
from plugins.console.turned_away import turned_away
from plugins.console.web.headers import HEADERS
from plugins.console.worker import log

NAME = "github"
_SECURE = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class Webhooks:
    """`POST …/github`, mounted by itself and in bare ASGI, as the intake is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        answer = await self._answer(scope, receive)
        answer.raw_headers += _SECURE
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if scope["path"].removeprefix(scope.get("root_path", "")) != f"/{NAME}":
            return _said("not found", 404)
        if scope["method"] != "POST":
            return _said("method not allowed", 405, {"Allow": "POST"})
        try:
            return await receive_post(Request(scope, receive))
        except Exception as error:  # words of the post may stand in it
            store = isinstance(error, StoreError | DBAPIError)
            log.error("a post to the webhook failed: %s", type(error).__name__)
            log.debug("a post to the webhook failed", exc_info=True)
            return _said("the store cannot be had just now" if store else "failed", 503 if store else 500)


async def receive_post(request: Request) -> Response:
    """202 when a review is asked for, 200 when the post asks for none; GitHub shows our answer beside its delivery."""
    running = await ready()
    try:
        catalogue = running.last_good.catalogue()
    except ConfigError:
        return _said("no catalogue", 503)
    secrets = _secrets(catalogue)
    try:
        if not secrets:  # nobody can prove anything: nothing of the body is read
            raise Denied("No webhook has a secret here.", next_step="set those that repositories.yaml names")
        body = await read_body(request, limit=MAX_BYTES, whole=True)
        if body is None or body.length > MAX_BYTES:
            return _said("too large", 413)
        return await _accepted(running, _read(request, body.beginning, catalogue, secrets))
    except Denied:
        await asyncio.to_thread(turned_away, running.store, NAME)
        return _said("unauthenticated", 401)
    except (BadInput, NotFound) as error:
        return _said(f"{error.message} Next: {error.next_step}", 404 if isinstance(error, NotFound) else 400)
    except (TimeoutError, Busy) as error:
        return _said("busy", 503) if isinstance(error, Busy) else _said("too slow", 408)


def _read(request: Request, body: bytes, catalogue: Catalogue, secrets: Mapping[str, bytes]) -> PullRequest | Passed:
    """What is asked for. A header that stands twice counts for nothing."""
    event, signature = (_once(request.headers.getlist(name)) for name in ("X-GitHub-Event", "X-Hub-Signature-256"))
    return read_pull_request(body, signature, event, rows=catalogue.repositories.values(), secrets=secrets)


async def _accepted(running: Services, found: PullRequest | Passed) -> Response:
    if isinstance(found, Passed):
        return JSONResponse({"message": found.why}, status_code=200)
    review = await asyncio.to_thread(asked_reviews.accept, running.store, found)
    running.dispatcher.wake()
    return JSONResponse({"review": review, "repository": found.repository, "pull_request": found.number}, status_code=202)


def _secrets(catalogue: Catalogue) -> Mapping[str, bytes]:
    """The secrets of the repositories whose pull requests are reviewed, by the repository's name."""
    found = {}
    for row in catalogue.repositories.values():
        auth = row.webhook_auth if row.of_pull_requests else None
        if auth is not None and (secret := secret_of(auth, os.environ)) is not None:
            found[row.name] = secret
    return found


def _once(values: list[str]) -> str | None:
    return values[0] if len(values) == 1 else None


def _said(error: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error}, status_code=status, headers=headers)
