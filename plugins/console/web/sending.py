"""What a page sends back: only from a page of ours, with its token, bounded, and read by a strict model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from include.alerts.limits import load_json
from include.alerts.unreadable import Unreadable
from include.contracts.errors import BadInput, Denied
from plugins.console.body import read_body
from plugins.console.settings import setting
from plugins.console.web import form_token
from plugins.console.web.visit import Visiting

MAX_BYTES = 64 * 1024  # unless the action says otherwise, by the attribute LIMIT of its endpoint
LIMIT = "holdpoint_max_bytes"
MAX_FIELDS = 100
MAX_DEPTH = 16
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Sent:
    """The fields as sent, without the token. A form's are texts; one that stands there more than once is a list of them."""

    values: Mapping[str, Any]

    def read(self, model: type[Model], *, lists: tuple[str, ...] = ()) -> Model:
        """The fields as this model.

        :param lists: fields that are lists however often a form names them, once or never too
        :raises BadInput: they do not fit; it names the fields, never what stood in them
        """
        values = dict(self.values)
        for name in lists:
            value = values.get(name, [])
            values[name] = value if isinstance(value, list) else [value]
        try:
            return model.model_validate_json(json.dumps(values))
        except ValidationError as error:
            message = f"This cannot be taken as it is: {_problems(error)}."
            raise BadInput(message, next_step="correct it and send it again") from None


def _problems(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in item['loc']) or 'all of it'}: {item['msg']}" for item in found[:5])


async def received(request: Request, visit: Visiting) -> Sent:
    """What was sent with this request.

    :raises Denied: by an API token, from another site's page, without this person's token or with an old one
    :raises BadInput: too large, neither a form nor JSON, or broken
    """
    if visit.by_token:
        raise Denied("An API token may look, not write.", next_step="sign in to Airflow with a browser and do it there")
    _same_site(request)
    header = request.headers.get(form_token.HEADER)
    if header is not None:
        form_token.check(header, visit.account)
    values = await _values(request)
    field = values.pop(form_token.FIELD, "")
    if header is None:
        form_token.check(field if isinstance(field, str) else "", visit.account)
    return Sent(values)


def _same_site(request: Request) -> None:
    """The browser's own word on where the request comes from; a script in a page cannot set either header.

    Browsers say `Sec-Fetch-Site` to https and localhost only; elsewhere the Origin must be ours. To a form sent without script
    they add, under our Referrer-Policy, the origin `null`, which anybody's sandbox has too: refused.
    """
    said = request.headers.get("sec-fetch-site")
    if said == "same-origin":
        return
    origin = request.headers.get("origin", "")
    if said is None and origin and urlsplit(origin).netloc.lower() in _own_hosts(request):
        return
    raise Denied(
        "This does not come from a page of Holdpoint.",
        next_step="open the page itself, by https or on localhost, with JavaScript switched on, and send it from there",
    )


def _own_hosts(request: Request) -> set[str]:
    """The host as the browser named it, and the one that Airflow says it has: a proxy may have replaced the first."""
    named = request.headers.get("host", ""), urlsplit(setting("api", "base_url")).netloc
    return {host.lower() for host in named if host}


async def _values(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "application/json"}:
        raise BadInput("This is neither a form nor JSON.", next_step="send it from the page it belongs to")
    limit = int(getattr(request.scope.get("endpoint"), LIMIT, MAX_BYTES))
    try:
        body = await read_body(request, limit=limit, whole=False)
    except TimeoutError:
        raise BadInput("This did not come whole in time.", next_step="send it again") from None
    if body is None or body.length > limit:
        raise BadInput(f"This is longer than {limit // 1024} KB.", next_step="shorten the text")
    try:
        return _json(body.beginning, limit) if kind == "application/json" else _form(body.beginning)
    except (ValueError, Unreadable):
        raise BadInput("What was sent is broken.", next_step="send it from the page it belongs to") from None


def _json(body: bytes, limit: int) -> dict[str, Any]:
    found = load_json(body, max_bytes=limit, max_depth=MAX_DEPTH)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _form(body: bytes) -> dict[str, Any]:
    text = body.decode("ascii")
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=MAX_FIELDS)
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


Sending = Annotated[Sent, Depends(received)]
