"""Templates of standard changes come in: drafted, signed by two people, revoked by whoever may decide there.

template = draft(roots, request)
…  # somebody reads it, and signs an Endorsement over its digest
endorse(store, roots, body_of(template), signed)
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, Conflict, NotFound, Refused
from include.contracts.hold import Verdict
from include.contracts.production import ProductionContract
from include.contracts.statement import Endorsement, Revocation, Revoked, Signed, Statement
from include.contracts.template import SIGNERS, BoundTool, Template, TemplateRequest, WantedTool
from include.holds import refusals, rules
from include.holds.case import Case, Claimed, Said, known
from include.holds.digest import body_of, digest_of, read_template, strict_json
from include.holds.drawn import Tools
from include.holds.enrolment import latest
from include.holds.gather import Keys, ring_of, vouch
from include.holds.rules import AllOf, rule
from include.holds.template_record import FILED, read_claimed
from include.holds.template_rules import (
    ENDORSES,
    endorsed_once,
    endorses,
    template_key,
    template_lasts,
    template_stands,
    template_whole,
)
from include.holds.trust import TrustRoots
from include.holds.votes import read, require_signer
from include.store import ledger, statements, templates
from include.store.database import Store, new_id, now
from include.store.redaction import redact_value
from include.store.templates import StoredTemplate
from include.store.times import from_text

MAX_BYTES = 256 * 1024
_NEXT = "correct it; docs/standard-and-emergency.md has the format"

SIGNS = AllOf(rules.clock, template_whole, template_stands, template_lasts, endorses, ENDORSES, rules.not_replayed, endorsed_once)


@rule("role", "only its owner, and who holds the change role of a covered service, may revoke a template")
def may_revoke(case: Case) -> bool:
    """It takes less to stop something. A signer who lost the role cannot sign any more either; the signature counts no more."""
    who, template = known(case.who), known(known(case.claimed).template)
    held = case.catalogue.person(who).roles
    roles = {row.change_role for name in template.services if (row := case.catalogue.services.get(name))}
    return who == template.owner or any(role in held for role in roles if role is not None)


@rule("template", "what was signed revokes another template")
def revokes_this(case: Case) -> bool:
    said = known(case.said).revocation
    return said.what is Revoked.TEMPLATE and said.subject == known(known(case.claimed).template).id


REVOKES = AllOf(
    rules.clock, revokes_this, rules.person, template_key, rules.signature, may_revoke, rules.not_replayed, rules.fresh
)


# -- Drafting ----------------------------------------------------------------------------------------------------------


def read_template_request(raw: bytes) -> TemplateRequest:
    """The request.

    :raises BadInput: naming the fields that do not fit
    """
    if len(raw) > MAX_BYTES:
        raise BadInput(f"The request has more than {MAX_BYTES} bytes.", next_step=_NEXT)
    try:
        return TemplateRequest.model_validate_json(json.dumps(strict_json(raw)))
    except ValidationError as error:
        problem = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'request'}: {e['msg']}" for e in error.errors()[:5])[:1_000]
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError as error:
        problem = str(error)[:300]
    raise BadInput(f"This is no template: {problem}.", next_step=_NEXT)


def draft(roots: TrustRoots, request: TemplateRequest) -> Template:
    """The template, with the tools as the writer's manifest has them today; nothing is kept.

    :raises Refused: a tool or a service may not be used
    :raises BadInput: something does not fit
    """
    known_tools = Tools.of(roots.tools, request.environment)
    fields = {name: getattr(request, name) for name in TemplateRequest.model_fields if name != "tools"}
    try:
        template = Template(id=new_id("tmpl"), tools=tuple(_bound(known_tools, each) for each in request.tools), **fields)
    except ValidationError as error:
        raise BadInput(f"No template comes of this: {error.errors()[0]['msg']}.", next_step=_NEXT) from None
    require_sound(roots, template)
    return read_template(body_of(template))


def _bound(known_tools: Tools, wanted: WantedTool) -> BoundTool:
    _, entry = known_tools.find(wanted.tool)
    return BoundTool(**{**dict(wanted), "tool_version": entry.version, "tool_digest": entry.digest})


def require_sound(roots: TrustRoots, template: Template) -> None:
    """It means something: its tools are the writer's, every parameter is bounded, somebody owns it, it holds no secret."""
    known_tools = Tools.of(roots.tools, template.environment)
    roots.catalogue.person(template.owner)
    for bound in template.tools:
        contract, entry = known_tools.find(bound.tool)
        if (bound.tool_version, bound.tool_digest) != (entry.version, entry.digest):
            raise Refused(f"{bound.tool} was changed since the template was drafted.", next_step="draft it again", rule="derived")
        _require_params(contract, bound)
        for name in bound.services:
            _require_service(roots.catalogue, name, template.environment)
    said = template.to_json()
    if redact_value(said) != said:
        raise BadInput(
            "The template holds what looks like a secret.", next_step="say it without; what people sign is kept for good"
        )


def _require_params(contract: ProductionContract, bound: BoundTool) -> None:
    unknown = {row.name for row in bound.observed} - set(contract.guard_model.model_fields)
    if unknown:
        raise BadInput(
            f"{bound.tool} observes no {sorted(unknown)[0]}.",
            next_step=f"use guard fields: {', '.join(sorted(contract.guard_model.model_fields))}",
        )
    wanted = set(contract.input_model.model_fields)
    if {row.name for row in bound.params} != wanted:
        raise BadInput(
            f"The template does not bound exactly the parameters of {bound.tool}.",
            next_step=f"bound each of: {', '.join(sorted(wanted))}",
        )


def _require_service(catalogue: Catalogue, name: str, environment: str) -> None:
    service = catalogue.service(name)
    if environment not in service.environments or service.change_role is None:
        raise Refused(
            f"{name} is not in {environment}, or nobody may release changes of it.",
            next_step="name services of services.yaml that have a change_role there",
            rule="role",
        )


# -- Signing and revoking ----------------------------------------------------------------------------------------------


def endorse(store: Store, roots: TrustRoots, body: str, signed: Signed) -> Template:
    """Take a signature over a template; the first one brings the template in.

    :param body: the template's canonical JSON, as drafted
    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    :raises BadInput: it is no template
    """
    if len(body) > MAX_BYTES:
        raise BadInput(f"The template has more than {MAX_BYTES} characters.", next_step="make several of it")
    template = read_template(body)
    statement, digest = read(store, signed)
    try:
        if not isinstance(statement, Endorsement):
            raise _refused("signature", "what was signed is no endorsement of a template")
        require_signer(store, roots, statement, signed)
        require_sound(roots, template)
        with store.begin() as conn:
            ledger.lock(conn)
            _file(conn, template, body, statement)
            refusals.require(SIGNS.judge(_case(conn, roots, template.id, statement, signed)))
            statements.add(conn, statement, digest, signed, "template.signed", template.id)
    except Refused as error:
        refusals.enter(store, "statement.refused", f"statement:{digest}", error, statement=digest, claimed=statement.person)
        raise
    return template


def _file(conn: Connection, template: Template, body: str, statement: Endorsement) -> None:
    """The template's row with its entry, once; the whole transaction is undone where the signature does not count."""
    digest, stored = digest_of(template), templates.find(conn, template.id)
    if stored is not None:
        if (stored.digest, stored.body) != (digest, body):
            raise _refused("template", "another template has this id")
        return
    said = {"template_digest": digest, "environment": template.environment, "services": list(template.services)}
    seq = ledger.append(conn, actor=statement.person, kind=FILED, subject=template.id, payload=said)
    templates.add(conn, StoredTemplate(template.id, digest, template.environment, body, seq))


def revoke(store: Store, roots: TrustRoots, signed: Signed) -> str:
    """Take a signed revocation of a template, which is for good; the template's id.

    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    :raises NotFound: there is no such template
    :raises Conflict: it is revoked already
    """
    statement, digest = read(store, signed)
    try:
        if not isinstance(statement, Revocation) or statement.what is not Revoked.TEMPLATE:
            raise _refused("signature", "what was signed revokes no template")
        require_signer(store, roots, statement, signed)
        with store.begin() as conn:
            ledger.lock(conn)
            if templates.find(conn, statement.subject) is None:
                raise NotFound("There is no such template.", next_step="./holdpoint templates list --as YOU says which there are")
            case = _case(conn, roots, statement.subject, statement, signed)
            if known(case.claimed).revoked:
                raise Conflict("The template is revoked already.", next_step="nothing to do; it is for good")
            refusals.require(REVOKES.judge(case))
            statements.add(conn, statement, digest, signed, "template.revoked", statement.subject)
    except Refused as error:
        refusals.enter(store, "statement.refused", f"statement:{digest}", error, statement=digest, claimed=statement.person)
        raise
    return str(statement.subject)


def look(conn: Connection, roots: TrustRoots, template_id: str, keys: Keys | None = None) -> Claimed:
    """A template as the store and the ledger have it now; its `problem` says where they do not agree."""
    ring, problem = keys or ring_of(conn, roots)

    def vouched(statement: Statement, signed: Signed, at: object) -> Said:
        return vouch(statement, signed, ring, roots, _time(at))

    found = read_claimed(conn, template_id, vouched)
    return found if not problem else Claimed(problem)


def _case(conn: Connection, roots: TrustRoots, template_id: str, statement: Endorsement | Revocation, signed: Signed) -> Case:
    keys = ring_of(conn, roots)
    at = from_text(now(conn))
    return Case(
        now=at,
        head_at=latest(conn),
        catalogue=roots.catalogue,
        revoked_people=keys[0].revoked_people | roots.revoked_people,
        claimed=look(conn, roots, template_id, keys),
        said=vouch(statement, signed, keys[0], roots, at),
        seen=statements.find(conn, digest_of(statement)) is not None,
        who=statement.person,
    )


def _time(text: Any) -> datetime | None:
    try:
        return from_text(text)
    except (ValueError, TypeError):
        return None


def _refused(name: str, reason: str) -> Refused:
    return refusals.refused(Verdict(rule=name, ok=False, reason=reason))


def state_of(conn: Connection, roots: TrustRoots, found: Claimed) -> tuple[str, list[tuple[str, str]]]:
    """`counts`, or why it does not: broken, revoked, expired, unsigned; and who signed, with why a signature does not count."""
    ring, _ = ring_of(conn, roots)
    case = Case(
        now=from_text(now(conn)),
        head_at=None,
        catalogue=roots.catalogue,
        revoked_people=ring.revoked_people | roots.revoked_people,
        claimed=found,
    )
    verdicts = [(said, ENDORSES.judge(replace(case, said=said, who=said.statement.person))) for said in found.endorsements or ()]
    signed = [(said.statement.person, "" if verdict.ok else verdict.rule) for said, verdict in verdicts]
    people = {name for name, why in signed if not why}
    states = (
        ("broken", template_whole.judge(case).ok),
        ("revoked", template_stands.judge(case).ok),
        ("expired", template_lasts.judge(case).ok),
        ("unsigned", len(people) >= SIGNERS),
    )
    return next((name for name, ok in states if not ok), "counts"), signed
