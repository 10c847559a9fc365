"""A template as the store and the ledger have it: row, signatures, revocations and uses against entries, both ways.

As with a hold (`record.py`): a row without its entry was put in by another hand, an entry without its row lost one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from include.contracts.errors import HoldpointError
from include.contracts.hold import Way
from include.contracts.statement import Endorsement, Revocation, Revoked, Signed, Statement
from include.contracts.template import Template
from include.holds.case import Claimed, Said
from include.holds.digest import digest_of, read_template
from include.holds.record import OF_TEMPLATE, Broken, Row, compare, readable, states
from include.store import statements, templates, uses
from include.store.database import DRIVER_ERRORS, now
from include.store.ledger import LedgerRow
from include.store.templates import StoredTemplate
from include.store.times import from_text

FILED, USED = "template.filed", uses.KINDS[Way.STANDARD]
USES_WITHIN = timedelta(hours=24)

Vouch = Callable[[Statement, Signed, object], Said]
"""A statement, its signature and the time of its entry, with what is true of it today."""


def read_claimed(conn: Connection, template_id: str, vouch: Vouch) -> Claimed:
    """The template. Never raises for what lies in the store, however ruined: then `problem` says so."""
    try:
        return _read(conn, template_id, vouch)
    except (Broken, HoldpointError) as error:
        return Claimed(str(error) or "a statement about the template is not the one that was signed")
    except (*DRIVER_ERRORS, ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return Claimed(f"the record of the template cannot be read ({type(error).__name__})")


def _read(conn: Connection, template_id: str, vouch: Vouch) -> Claimed:
    stored = templates.find(conn, template_id)
    if stored is None:
        return Claimed("there is no such template")
    rows, problem = readable(statements.of_subject(conn, template_id))
    if problem:
        raise Broken(problem)
    entries = list(statements.history(conn, OF_TEMPLATE, template_id))
    template, digest = _template(stored, entries)
    compare(rows, [entry for entry in entries if states(entry)], _kind_of)
    used = _used(conn, template_id, [entry for entry in entries if entry.kind == USED])
    if [entry.at for entry in entries] != sorted(entry.at for entry in entries):
        raise Broken("the times of the template's entries go back")
    at = {row.stored.digest: entry.at for row in rows for entry in entries if entry.seq == row.stored.seq}
    since = from_text(now(conn)) - USES_WITHIN
    return Claimed(
        problem="",
        template=template,
        digest=digest,
        endorsements=tuple(
            vouch(row.statement, row.stored.signed(), at[row.stored.digest]) for row in rows if _signs(row, stored)
        ),
        revoked=any(isinstance(row.statement, Revocation) for row in rows),
        uses=sum(from_text(entry.at) > since for entry in used),
    )


def _template(stored: StoredTemplate, entries: Sequence[LedgerRow]) -> tuple[Template, str]:
    """From the row's bytes, as they were filed: once, before anything else was said of it."""
    template = read_template(stored.body)
    digest = digest_of(template)
    if (stored.digest, stored.id, stored.environment) != (digest, template.id, template.environment):
        raise Broken("the stored template is not the one that was signed")
    filed = [(entry.seq, (entry.payload or {}).get("template_digest")) for entry in entries if entry.kind == FILED]
    if filed != [(stored.seq, digest)] or entries[0].seq != stored.seq:
        raise Broken("the ledger does not tell of this template, or of another under its id")
    return template, digest


def _signs(row: Row, stored: StoredTemplate) -> bool:
    """Is it a signature? Each is over exactly this template, or nothing is believed."""
    said = row.statement
    if isinstance(said, Endorsement) and (said.template, said.template_digest) != (stored.id, stored.digest):
        raise Broken("a signature under the template is over another one")
    return isinstance(said, Endorsement)


def _kind_of(statement: Statement) -> str:
    if isinstance(statement, Endorsement):
        return "template.signed"
    if isinstance(statement, Revocation) and statement.what is Revoked.TEMPLATE:
        return "template.revoked"
    raise Broken("a statement is filed under the template that is about none")


def _used(conn: Connection, template_id: str, entries: Sequence[LedgerRow]) -> Sequence[LedgerRow]:
    rows = {(use.seq, use.hold_id) for use in uses.of_way(conn, Way.STANDARD, template_id)}
    if rows != {(entry.seq, (entry.payload or {}).get("hold")) for entry in entries}:
        raise Broken("the uses of the template and the ledger do not agree")
    return entries
