"""A plan's way into the store: drafted for a person, signed by them, made again and compared, then kept with its hold.

    with store.read() as conn:
        plan = draft(conn, roots, request, "maya")
    …  # maya reads it, and signs a Proposal over its digest
    hold = propose(store, roots, body_of(plan), signed)

A plan that supersedes another is the edit of it: the old hold ends in the same transaction, and whoever contributed to it has
contributed to the new one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, Conflict, Denied, NotFound, Refused
from include.contracts.hold import Hold, HoldState
from include.contracts.incident import Incident
from include.contracts.plan import Plan, PlanRequest, WantedStep
from include.contracts.statement import Proposal, Signed
from include.contracts.tools import tool
from include.holds import reading, refusals
from include.holds.cited import cited_incident
from include.holds.derive import derive, request_of, require_derived
from include.holds.digest import digest_of, read_plan, read_statement
from include.holds.gather import gather
from include.holds.keys import keyring
from include.holds.move import move
from include.holds.record import Depth
from include.holds.signatures.registry import verify
from include.holds.states import WAITING
from include.holds.trust import TrustRoots
from include.holds.view import stored_plan
from include.holds.votes import settle
from include.policy.permit import Target, require
from include.store import holds, ledger, plans, statements, templates
from include.store.database import Store, day, new_id, now
from include.store.redaction import redact_value
from include.store.schema import ledger as ledger_table
from include.store.tables.hold import plan as plan_table
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import PROPOSE

MAX_BODY_CHARS = 1_000_000


def draft(
    conn: Connection,
    roots: TrustRoots,
    request: PlanRequest,
    person: str,
    supersedes: str | None = None,
    *,
    drafted_by: Collection[str] = (),
) -> Plan:
    """The plan that this person would propose now; nothing is kept.

    :param supersedes: the hold that it edits
    :param drafted_by: workflows (`…@service`) that had a hand in it
    :raises Refused: the person may not propose it; a tool, service, environment or time may not be used
    :raises BadInput: something in the request does not fit, or looks like a secret
    :raises NotFound: there is no such hold, incident or evidence, or none that the person may read
    :raises Conflict: the hold that it edits waits for no decision any more
    """
    old = None if supersedes is None else _superseded(conn, roots, supersedes, person)
    incident = _cited(conn, roots, request, person)
    steps = tuple(
        step if step.observed_by is not None else step.model_copy(update={"observed_by": person}) for step in request.steps
    )
    plan = derive(
        roots.catalogue,
        roots.tools,
        request.model_copy(update={"steps": steps}),
        plan_id=new_id("plan"),
        hold_id=new_id("hold"),
        supersedes=supersedes,
        contributors=_contributors(incident, person, old) | set(drafted_by),
        proposed_at=from_text(now(conn)),
    )
    _require_proposable(conn, roots, plan, person, old)
    return plan


@stage(PROPOSE)
def propose(store: Store, roots: TrustRoots, plan_body: str, signed: Signed) -> Hold:
    """Check everything anew, then keep plan, hold, statement and ledger entries in one transaction.

    :param plan_body: the plan's canonical JSON, as drafted
    :param signed: the proposer's `Proposal` of it
    :raises Refused: with the rule that refuses it, also in the ledger
    :raises BadInput: it is no plan or no statement
    :raises Conflict: it was proposed before, or the hold that it edits waits for no decision any more
    """
    if len(plan_body) > MAX_BODY_CHARS:
        raise BadInput(f"The plan has more than {MAX_BODY_CHARS} characters.", next_step="make several plans of it")
    plan, statement = read_plan(plan_body), read_statement(signed.statement)
    note(hold=plan.hold, steps=len(plan.steps), risk=plan.risk.value)
    if not isinstance(statement, Proposal):
        raise BadInput("The statement is no proposal.", next_step="sign a proposal of the plan")
    try:
        return _accept(store, roots, plan, plan_body, statement, signed)
    except Refused as error:
        said = {"statement": digest_of(statement), "claimed": statement.person, "plan_digest": digest_of(plan)}
        refusals.enter(store, "statement.refused", plan.hold, error, **said)
        raise


def _accept(store: Store, roots: TrustRoots, plan: Plan, plan_body: str, statement: Proposal, signed: Signed) -> Hold:
    digest = digest_of(plan)
    if (statement.hold, statement.plan_digest) != (plan.hold, digest):
        raise Refused("The proposal is of another plan.", next_step="sign the digest of this plan", rule="plan_intact")
    with store.begin() as conn:
        ledger.lock(conn)
        at = _clock(conn)
        _require_person(conn, roots, plan, statement, signed)
        _require_fresh(roots, plan, statement, at)
        _require_new(conn, plan, digest)
        require_derived(plan, roots.catalogue, roots.tools)
        old = None if plan.supersedes is None else _superseded(conn, roots, plan.supersedes, statement.person)
        incident = _cited(conn, roots, plan, statement.person)
        _require_contributors(plan, _contributors(incident, statement.person, old))
        _require_proposable(conn, roots, plan, statement.person, old)
        hold = _hold_of(plan, digest)
        plans.add(conn, plan.id, digest, plan_body)
        holds.add(conn, hold, plan.services)
        statements.add(conn, statement, digest_of(statement), signed, "hold.proposed", hold.id)
        if plan.supersedes is not None:
            before = holds.get(conn, plan.supersedes)
            move(conn, before, HoldState.SUPERSEDED, actor=statement.person, superseded_by=hold.id, because={"by": hold.id})
        return _preapproved(conn, roots, hold, statement)


def _preapproved(conn: Connection, roots: TrustRoots, hold: Hold, statement: Proposal) -> Hold:
    """A plan that fits the template which it claims is approved at once; the release judges all of it again."""
    case = gather(conn, roots, hold.id, depth=Depth.CHAIN)
    return holds.get(conn, hold.id) if case.claimed is None else settle(conn, case, statement.person, digest_of(statement))


def _hold_of(plan: Plan, digest: str) -> Hold:
    same = ("environment", "title", "risk", "release_mode", "proposed_at", "approve_by", "execute_by", "supersedes")
    return Hold(
        id=plan.hold,
        plan_id=plan.id,
        plan_digest=digest,
        state=HoldState.PROPOSED,
        revision=0,
        superseded_by=None,
        run_id=None,
        **{name: getattr(plan, name) for name in same},
    )


# -- Who, when, once ---------------------------------------------------------------------------------------------------


def _clock(conn: Connection) -> datetime:
    """The database's time; Refused where it is behind the ledger's newest entry: deadlines would come late."""
    at, head = now(conn), conn.scalar(select(ledger_table.c.at).order_by(ledger_table.c.seq.desc()).limit(1))
    if head is not None and at < head:
        raise Refused(
            "The database's clock is behind the ledger's newest entry.", next_step="set the database's clock right", rule="clock"
        )
    return from_text(at)


def _require_person(conn: Connection, roots: TrustRoots, plan: Plan, statement: Proposal, signed: Signed) -> None:
    key = keyring(conn, roots).require(statement, plan.environment)
    verify(signed, key, roots)
    if statement.person not in roots.catalogue.people or statement.person in roots.revoked_people:
        raise Refused(
            f"{statement.person} is no person of the catalogue, or was revoked.",
            next_step="ask who reviews people.yaml",
            rule="person",
        )


def _require_fresh(roots: TrustRoots, plan: Plan, statement: Proposal, at: datetime) -> None:
    """The plan too: who could date it at will would set its clocks."""
    limit = timedelta(minutes=roots.catalogue.settings.statement_minutes)
    for what, said in (("plan", plan.proposed_at), ("proposal", statement.at)):
        if not timedelta(0) <= at - said <= limit:
            raise Refused(
                f"The {what} is older than {limit.seconds // 60} minutes, or of a time to come.",
                next_step="draft it again and sign it now",
                rule="fresh",
            )


def _require_new(conn: Connection, plan: Plan, digest: str) -> None:
    taken = select(plan_table.c.id).where((plan_table.c.id == plan.id) | (plan_table.c.digest == digest))
    if conn.execute(taken).first() is None:
        try:
            holds.get(conn, plan.hold)
        except NotFound:
            return
    raise Conflict("This plan was proposed before.", next_step=f"./holdpoint plans show {plan.hold} --as YOU")


# -- What a proposer may propose ---------------------------------------------------------------------------------------


def _require_proposable(conn: Connection, roots: TrustRoots, plan: Plan, person: str, old: Plan | None) -> None:
    """What they may propose; what they may end; nothing secret in what is kept for good."""
    today = day(conn)
    _require_granted(roots.catalogue, plan, person, today)
    if old is not None:
        if old.environment != plan.environment:
            raise Refused(
                f"The plan that it edits is for {old.environment}, not for {plan.environment}.",
                next_step="propose a plan of its own",
                rule="environment",
            )
        _require_granted(roots.catalogue, old, person, today)
    _require_observers(plan, person, old)
    if plan.template is not None and templates.find(conn, plan.template) is None:
        raise NotFound(
            f"There is no template {plan.template}.", next_step="./holdpoint templates list --as YOU says which there are"
        )
    said = plan.to_json()
    if redact_value(said) != said:
        raise BadInput("The plan holds what looks like a secret.", next_step="say it without; what people sign is kept for good")


def _require_observers(plan: Plan, person: str, old: Plan | None) -> None:
    """A guard is observed by who proposes, by a workflow that had a hand in it, or was so in the plan that is edited."""
    known = () if old is None else [_as_observed(step) for step in request_of(old).steps]
    for number, step in enumerate(request_of(plan).steps, 1):
        by = str(step.observed_by)
        if by != person and not by.endswith("@service") and _as_observed(step) not in known:
            raise Refused(
                f"The guard of step {number} was not observed so by {by}.",
                next_step="leave observed_by out where you have read it yourself",
                rule="independence",
            )


def _as_observed(step: WantedStep) -> WantedStep:
    """The step wherever it stands in its plan."""
    return step.model_copy(update={"after_step": None})


def _require_granted(catalogue: Catalogue, plan: Plan, person: str, today: date) -> None:
    """A positive grant for each step's tool on its service (H2)."""
    for name, service in sorted({(step.tool, step.service) for step in plan.steps}):
        label = catalogue.highest((tool(name).label, catalogue.service(service).classification))
        try:
            require(catalogue, person, name, Target(service, plan.environment, label), today=today)
        except Denied as error:
            raise Refused(error.message, next_step=error.next_step, rule="role") from None


def _cited(conn: Connection, roots: TrustRoots, said: Plan | PlanRequest, person: str) -> Incident | None:
    return cited_incident(conn, roots.catalogue, person, said.incident, said.evidence, today=day(conn))


def _superseded(conn: Connection, roots: TrustRoots, hold_id: str, person: str) -> Plan:
    """The plan that is edited, as long as nothing was decided for good; to who may not read it, it is not there (H12)."""
    hold = reading.hold(conn, reading.reader(conn, roots, roots.catalogue.person(person)), hold_id)
    if hold.state not in WAITING:
        raise Conflict(
            f"The hold {hold_id} is {hold.state.value}, so its plan cannot be edited.", next_step="propose a plan of its own"
        )
    return stored_plan(conn, hold)


def _contributors(incident: Incident | None, person: str, old: Plan | None) -> set[str]:
    """The proposer, everybody of the plan that is edited, and the person whose question opened the incident."""
    found = {person} if old is None else {person, *old.contributors}
    if incident is not None and not incident.principal.endswith("@service"):
        found.add(incident.principal)
    return found


def _require_contributors(plan: Plan, found: set[str]) -> None:
    """All of them, and beside them workflows at most: to name a person who did nothing would keep them from deciding."""
    named = set(plan.contributors)
    if not found <= named or any(not name.endswith("@service") for name in named - found):
        raise Refused(
            "The plan's contributors are not who made it, the plans that it supersedes, and the question behind it.",
            next_step="draft it again",
            rule="independence",
        )
