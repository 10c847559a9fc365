"""A page is a function from a visit to a view; the view becomes HTML or JSON here, for all pages alike.

    pages = Pages()

    @pages.page("", template="incidents.html")
    def listed(visit: Visiting) -> Listing: …          # GET /holdpoint/incidents, and ?format=json

    @pages.action("/{incident_id}/feedback")
    def tell(visit: Visiting, sent: Sending, incident_id: str) -> Done: …

These functions run in threads: they may wait for the store. They stand at the top of their module, and so do its imports:
FastAPI looks their annotations up there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic_core import to_jsonable_python
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from plugins.console.web import form_token
from plugins.console.web.sending import LIMIT, MAX_BYTES, received
from plugins.console.web.templating import asset, clock, render
from plugins.console.web.visit import Visit, root_of

Build = Callable[..., Any]
STOP_POLLING = 286  # htmx's own: take this answer and ask no more


class Pages:
    """The pages and actions of one module; the registry says below which address they stand."""

    def __init__(self) -> None:
        self.router = APIRouter(redirect_slashes=False)

    def page(self, path: str, *, template: str, last: Callable[[Any], bool] = lambda _: False) -> Callable[[Build], Build]:
        """Serve what the function returns, a dataclass or a model: by the template, or as JSON. Its `visit` is the visit.

        :param last: of a view that a page asks for again and again: after this one it asks no more
        """

        def register(build: Build) -> Build:
            endpoint = _threaded(build, lambda view, visit: shown(view, visit, template, last=last(view)))
            self.router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
            return build

        return register

    def action(self, path: str, *, max_bytes: int = MAX_BYTES, template: str | None = None) -> Callable[[Build], Build]:
        """Take a form or JSON from a page of ours, checked by `received` whether or not the function asks for it.

        :param template: of a function that keeps nothing and returns a view, as that of a page; default it returns `Done`
        """

        def register(build: Build) -> Build:
            endpoint = _threaded(build, _done if template is None else lambda view, visit: shown(view, visit, template))
            setattr(endpoint, LIMIT, max_bytes)
            checked = [Depends(received)]
            self.router.add_api_route(path, endpoint, methods=["POST"], response_model=None, dependencies=checked)
            return build

        return register


@dataclass(frozen=True)
class Section:
    """An entry of the menu: its pages stand below `/holdpoint/<name>`."""

    name: str
    title: str
    pages: tuple[Pages, ...]


@dataclass(frozen=True)
class Done:
    """What an action answers: `said` to a script, the page `at` (`/incidents/…`, no fragment) to a person."""

    at: str
    said: Any


def _threaded(build: Build, answer: Callable[[Any, Visit], Response]) -> Build:
    if inspect.iscoroutinefunction(build):
        raise TypeError(f"{build.__name__}: a page may wait for the store, so it is no coroutine")

    @wraps(build)
    def endpoint(**values: Any) -> Response:
        return answer(build(**values), values["visit"])

    return endpoint


def shown(view: Any, visit: Visit, template: str, *, last: bool = False) -> Response:
    """The view as this request wants it. For htmx asking for a part of a page, without what stands around it."""
    if wants_json(visit.request):
        return JSONResponse(to_jsonable_python(view))
    status = STOP_POLLING if last and wants_fragment(visit.request) else 200
    return HTMLResponse(html(template, view, visit.request, visit), status_code=status)


def html(template: str, view: Any, request: Request, visit: Visit | None) -> str:
    """A page's text; without a visit it has no menu."""
    from plugins.console.pages.registry import SECTIONS

    root = root_of(request)
    return render(
        template,
        view=view,
        visit=visit,
        root=root,
        sections=SECTIONS if visit is not None else (),
        current=request.url.path.removeprefix(root).strip("/").partition("/")[0],
        layout="fragment.html" if wants_fragment(request) else "page.html",
        token=form_token.make(visit.account) if visit is not None else "",
        when=clock(visit.person.time_zone if visit is not None else "UTC"),
        asset=asset(root),
    )


def _done(done: Done, visit: Visit) -> Response:
    if wants_json(visit.request):
        return JSONResponse(to_jsonable_python(done.said), status_code=201)
    at = visit.root + done.at
    if wants_fragment(visit.request):  # htmx would follow a redirect by itself, and put a whole page where a part belongs
        return Response(status_code=204, headers={"HX-Redirect": at})
    return RedirectResponse(at, status_code=303)


def wants_json(request: Request) -> bool:
    """`?format=json`, or an Accept header that names JSON and not HTML."""
    if asked := request.query_params.get("format"):
        return asked == "json"
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def wants_fragment(request: Request) -> bool:
    """Does htmx ask, to put the answer into a page that is there? Not where it replaces the whole page."""
    asked = request.headers
    whole = asked.get("hx-boosted") == "true" or asked.get("hx-history-restore-request") == "true"
    return asked.get("hx-request") == "true" and not whole
