"""Alerts in, over HTTP: authenticated over the raw bytes, on disk, then answered."""

import asyncio
import os
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from include.alerts.authenticate import Authenticated, authenticate
from include.alerts.intake import Post, oversize, prepare, unusable
from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import AlertSource
from include.contracts.errors import ConfigError, Denied, StoreError
from include.store.database import Store
from plugins.console.body import Body, Busy, read_body
from plugins.console.services import ready
from plugins.console.turned_away import turned_away
from plugins.console.web.headers import HEADERS
from plugins.console.worker import log

INLINE_BYTES = 64 * 1024  # what is larger is parsed in a thread, so that it does not hold up the others


class Intake:
    """`POST …/{source}`, mounted by itself and in bare ASGI: a framework between would cost more than all of our parsing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        answer = await self._answer(scope, receive)
        answer.raw_headers += _SECURE
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        source_name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/")
        if not source_name or "/" in source_name:
            return _said("not found", 404)
        if scope["method"] != "POST":
            return _said("method not allowed", 405, {"Allow": "POST"})
        try:
            return await receive_alerts(source_name, Request(scope, receive))
        except Exception as error:  # words of the post may stand in it
            store = isinstance(error, StoreError | DBAPIError)
            log.error("a post to the intake failed: %s", type(error).__name__)
            log.debug("a post to the intake failed", exc_info=True)
            return _said("the store cannot be had just now" if store else "failed", 503 if store else 500)


_SECURE = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def _said(error: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error}, status_code=status, headers=headers)


async def receive_alerts(source_name: str, request: Request) -> Response:
    """One authenticated post: on disk, then 202. Unauthenticated: 401, whatever the reason, and a counter."""
    running = await ready()
    try:
        catalogue = running.last_good.catalogue()
    except ConfigError:  # we cannot even say whose post it is: its sender keeps it, and sends it again
        return _said("no catalogue", 503)
    source = catalogue.sources.get(source_name)
    if source is None:
        return await _turn_away(running.store, "unknown-source")
    signed = source.auth.kind != "bearer"
    try:
        # Where the header alone decides, nothing of a stranger's body is read.
        known = None if signed else await _authenticated(source, request, b"")
        body = await read_body(request, limit=catalogue.settings.max_body_bytes, whole=signed)
        if body is None:
            return await _turn_away(running.store, source.name)
        known = known or await _authenticated(source, request, body.beginning)
    except Denied:
        return await _turn_away(running.store, source.name)
    except (TimeoutError, Busy) as error:
        return _said("busy", 503) if isinstance(error, Busy) else _said("too slow", 408)
    post = await _prepared(body, source, catalogue, request.headers.get("content-type", "application/json"))
    if known.subscribe_url is not None:  # we visit no address that a post names; until a person does, no alarm arrives
        post = unusable(post, f"SNS waits for a person to confirm the subscription to {known.topic}: open its SubscribeURL.")
    accepted = await running.committer.accept(catalogue, post)
    incidents = sorted({outcome.incident_id for outcome in accepted.outcomes if outcome.incident_id})
    answer = {"message": accepted.message_id, "incidents": incidents[:100], "understood": accepted.problem is None}
    return JSONResponse(answer, status_code=202)


async def _authenticated(source: AlertSource, request: Request, body: bytes) -> Authenticated:
    if source.auth.kind == "sns":  # may fetch Amazon's certificate: not on the event loop
        return await asyncio.to_thread(authenticate, source, request.headers, body, secrets=os.environ)
    return authenticate(source, request.headers, body, secrets=os.environ)


async def _prepared(body: Body, source: AlertSource, catalogue: Catalogue, content_type: str) -> Post:
    limit = catalogue.settings.max_body_bytes
    if body.length > limit:
        return oversize(body.beginning, body.digest, body.length, source, limit)
    at = datetime.now(UTC)
    if body.length <= INLINE_BYTES:
        return prepare(body.beginning, source, catalogue, received_at=at, content_type=content_type)
    return await asyncio.to_thread(prepare, body.beginning, source, catalogue, received_at=at, content_type=content_type)


async def _turn_away(store: Store, name: str) -> Response:
    await asyncio.to_thread(turned_away, store, name)  # may wait for the store: not on the event loop
    return _said("unauthenticated", 401, {"WWW-Authenticate": "Bearer"})
