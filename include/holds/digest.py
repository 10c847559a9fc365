"""Digests that cannot be taken for one another: SHA-256 over the format's name, a line feed, and canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from include.contracts.base import Contract
from include.contracts.errors import BadInput
from include.contracts.hold import View
from include.contracts.plan import Plan
from include.contracts.statement import Statement
from include.contracts.template import Template
from include.store.canonical import canonical

_PLAN = TypeAdapter(Plan)
_VIEW = TypeAdapter(View)
_TEMPLATE = TypeAdapter(Template)
_STATEMENT: TypeAdapter[Statement] = TypeAdapter(Statement)
Document = TypeVar("Document", bound=Contract)


def body_of(document: Contract) -> str:
    """The document's canonical JSON, as it is stored and signed."""
    return canonical(document.to_json()).decode()


def signed_bytes(document: Plan | View | Template | Statement) -> bytes:
    """What a digest covers and a key signs: `holdpoint.vote.v1`, a line feed, the canonical JSON."""
    name = document.format if isinstance(document, Plan | View | Template) else document.type
    return f"{name}\n{body_of(document)}".encode()


def digest_of(document: Plan | View | Template | Statement) -> str:
    """Of a plan, a view, a template or a statement: 64 hexadecimal digits."""
    return hashlib.sha256(signed_bytes(document)).hexdigest()


def read_plan(body: str) -> Plan:
    """A plan from its stored or posted canonical JSON.

    :raises BadInput: it is no plan, or not in canonical form: another spelling would have another reading
    """
    return _read(_PLAN, body, "plan")


def read_view(body: str) -> View:
    """As `read_plan`, a view."""
    return _read(_VIEW, body, "view")


def read_template(body: str) -> Template:
    """As `read_plan`, a template."""
    return _read(_TEMPLATE, body, "template")


def read_statement(body: str) -> Statement:
    """As `read_plan`, a statement of any type."""
    return _read(_STATEMENT, body, "statement")


def _read(adapter: TypeAdapter[Document], body: str, what: str) -> Document:
    try:
        document = adapter.validate_json(json.dumps(strict_json(body)))
        same = body_of(document) == body
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadInput(f"This is no {what}: {_short(error)}.", next_step=f"send the {what} as it was given, unchanged") from None
    if not same:
        raise BadInput(
            f"The {what} is not in canonical form (RFC 8785).", next_step=f"send the {what} as it was given, unchanged"
        )
    return document


def strict_json(text: str | bytes) -> Any:
    """JSON without what two readers could read differently: no key twice, no NaN, no integer beyond 2**53.

    :raises ValueError: it is no such JSON
    """
    value = json.loads(text, object_pairs_hook=_no_twice, parse_constant=_no_constant, parse_int=_exact)
    if isinstance(text, bytes):
        text.decode()  # json.loads guesses UTF-16; ours is UTF-8
    return value


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _exact(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else 2**54
    if abs(number) > 2**53 - 1:
        raise ValueError("an integer beyond 2**53 - 1")
    return number


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in error.errors()[:5])
    return str(error) or type(error).__name__
