"""The web side, mounted at /holdpoint/ in Airflow's API server: alerts in, briefs out.

Airflow puts no authentication before a plugin's routes: every route here checks for itself.
"""

import asyncio
import os
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from include.alerts.authenticate import Authenticated, authenticate
from include.alerts.intake import Post, oversize, prepare, unusable
from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import load_catalogue
from include.contracts.catalogue import AlertSource
from include.contracts.errors import Denied, NotFound
from plugins.console.body import Body, Busy, read_body
from plugins.console.briefs import brief_page
from plugins.console.identity import person_of, signed_in
from plugins.console.services import services
from plugins.console.turned_away import turned_away

INLINE_BYTES = 64 * 1024  # what is larger is parsed in a thread, so that it does not hold up the others
HEADERS = {
    # The brief is one page with its style inside; nothing else may load or run.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@cache
def build_app() -> FastAPI:
    """The application; the API server mounts it once."""
    app = FastAPI(title="Holdpoint", docs_url=None, redoc_url=None, openapi_url=None)
    app.post("/alerts/{source_name}", status_code=202)(receive_alerts)
    app.get("/incidents/{incident_id}/brief", response_class=HTMLResponse)(show_brief)
    app.get("/health")(health)
    return app


async def receive_alerts(source_name: str, request: Request) -> Response:
    """One authenticated post: on disk, then 202. Unauthenticated: 401, whatever the reason, and a counter."""
    await _started()
    catalogue = load_catalogue()
    source = catalogue.sources.get(source_name)
    if source is None:
        return await _turn_away("unknown-source")
    signed = source.auth.kind != "bearer"
    try:
        if not signed:  # the header alone decides: nothing of a stranger's body is read
            await _authenticated(source, request, b"")
        body = await read_body(request, limit=catalogue.settings.max_body_bytes, whole=signed)
        if body is None:
            return await _turn_away(source.name)
        known = await _authenticated(source, request, body.beginning)
    except Denied:
        return await _turn_away(source.name)
    except (TimeoutError, Busy) as error:
        busy = isinstance(error, Busy)
        return JSONResponse({"error": "busy" if busy else "too slow"}, status_code=503 if busy else 408)
    post = await _prepared(body, source, catalogue, request.headers.get("content-type", "application/json"))
    if known.subscribe_url is not None:  # we visit no address that a post names; until a person does, no alarm arrives
        post = unusable(post, f"SNS waits for a person to confirm the subscription to {known.topic}: open its SubscribeURL.")
    accepted = await asyncio.wrap_future(services().committer.submit(catalogue, post))
    incidents = sorted({outcome.incident_id for outcome in accepted.outcomes if outcome.incident_id})
    answer = {"message": accepted.message_id, "incidents": incidents[:100], "understood": accepted.problem is None}
    return JSONResponse(answer, status_code=202)


async def _started() -> None:
    if not services().started:  # may wait for a database: not on the event loop
        await asyncio.to_thread(services().start)


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


async def _turn_away(name: str) -> Response:
    await asyncio.to_thread(turned_away, services().store, name)  # may wait for the store: not on the event loop
    return JSONResponse({"error": "unauthenticated"}, status_code=401, headers={"WWW-Authenticate": "Bearer"})


async def show_brief(
    incident_id: str, request: Request, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None
) -> Response:
    """The brief as a page, for a person whose grants clear everything it used; anybody else gets 404, not a hint (H12)."""
    user = await signed_in(request)
    if isinstance(user, Response):
        return user
    await _started()
    try:
        catalogue = load_catalogue()
        person = person_of(catalogue, user)
        page = await asyncio.to_thread(brief_page, services().store, catalogue, person, incident_id, version)
    except (NotFound, Denied) as error:
        raise HTTPException(404, "There is no such brief, or none that you may read.") from error
    return HTMLResponse(page, headers=HEADERS)


def health() -> dict[str, str]:
    """Alive, and nothing else: this route is open."""
    return {"status": "ok"}
