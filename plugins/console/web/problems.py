"""What went wrong, as a page or as JSON: what to do next, and no more than the reader may know."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from include.contracts.errors import BadInput, Conflict, Denied, HoldpointError, NotFound, Refused, StoreError
from plugins.console.identity import SignedOut
from plugins.console.web.headers import secure
from plugins.console.web.views import html, wants_fragment, wants_json
from plugins.console.web.visit import visit_of

log = logging.getLogger("holdpoint")
STATUS: dict[type[HoldpointError], int] = {BadInput: 422, Denied: 403, NotFound: 404, Conflict: 409, StoreError: 503}
BACK = "go back to the page you came from"
WATCH = "watch"  # the id of the element by which an open page asks whether it is still right
LOGGED = "whoever runs Holdpoint finds the reason in the API server's log"


@dataclass(frozen=True)
class Problem:
    """`error` is the code of `include/contracts/errors.py`, or HTTP's phrase."""

    status: int
    error: str
    message: str
    next_step: str


def answer_problems(app: FastAPI) -> None:
    """Every error of this application gets its page here."""
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(HoldpointError, _ours)
    app.add_exception_handler(DBAPIError, _ours)
    app.add_exception_handler(RequestValidationError, _misspelt)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _signed_out(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignedOut)
    if wants_json(request):
        said = Problem(401, "signed_out", "Nobody is signed in.", "sign in to Airflow, or send its token")
        return JSONResponse(to_jsonable_python(said), status_code=401, headers={"WWW-Authenticate": "Bearer"})
    if request.headers.get("hx-trigger") == WATCH:  # nobody clicked: what the reader has open, and has written there, stays
        return _page(
            request, Problem(401, "signed_out", "You are signed out.", "sign in to Airflow in another tab, then go on here")
        )
    if wants_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": error.login})
    return RedirectResponse(error.login, status_code=303)


async def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, DBAPIError):
        error = StoreError(type(error.orig).__name__, next_step="look at the store")  # its words may quote a row
    assert isinstance(error, HoldpointError)
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if status < 500:
        return _page(request, Problem(status, error.code, _said(error), error.next_step))
    # Such a message may hold addresses, paths, rows: it is for the log.
    log.error("%s %s: %s", request.method, request.scope.get("path"), error)
    said = "The store cannot be had just now." if status == 503 else "Holdpoint is not set up as it should be."
    return _page(request, Problem(status, error.code, said, f"try again; {LOGGED}"))


def _said(error: HoldpointError) -> str:
    """A refusal names its rule, so that people find it in docs/holds.md and in the ledger."""
    if isinstance(error, Refused) and f"rule {error.rule}" not in error.message:
        return f"{error.message} (rule {error.rule})"
    return error.message


async def _misspelt(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    names = sorted({str(item["loc"][-1]) for item in error.errors() if item.get("loc")})
    said = f"The address is wrong in: {', '.join(names)}."
    return _page(request, Problem(422, "bad_input", said, BACK))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(error.status_code, phrase.lower().replace(" ", "_"), f"{phrase}.", BACK)
    answer = _page(request, problem)
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    del error  # the server logs it
    answer = _page(request, Problem(500, "error", "This page failed.", f"try again; {LOGGED}"))
    secure(answer.headers)
    return answer


def _page(request: Request, problem: Problem) -> Response:
    if wants_json(request):
        return JSONResponse(to_jsonable_python(problem), status_code=problem.status)
    return HTMLResponse(html("problem.html", problem, request, visit_of(request)), status_code=problem.status)
