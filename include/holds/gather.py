"""Makes a `Case`: reads all that is known of a hold, and makes everything anew from bytes, each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from include.contracts.errors import Denied, HoldpointError, NotFound, Refused
from include.contracts.hold import Hold, OutsideRecord, View
from include.contracts.plan import Plan
from include.contracts.statement import Declaration, Proposal, Revocation, Revoked, Signed, Statement, Vote
from include.holds.case import Case, Outside, Said
from include.holds.derive import rederive
from include.holds.digest import digest_of, read_plan, read_view
from include.holds.keys import Keyring, keyring
from include.holds.record import Depth, Sealed, read_record
from include.holds.signatures.registry import verifies
from include.holds.standing import standing
from include.holds.trust import TrustRoots
from include.policy.accounts import person_of_account
from include.store import holds, outside_records, plans, statements
from include.store.database import now
from include.store.schema import ledger
from include.store.tables.hold import attempt
from include.store.tables.hold import view as view_table
from include.store.times import from_text

Fetched = Mapping[tuple[str, str], OutsideRecord | None]
"""(source, record) -> what the source has just answered; None where nobody stands by it any more."""

Keys = tuple[Keyring, str]
"""The keys that count; and why there are none, where the record of keys is not whole."""

MAX_VERSIONS = 1_000
"""How far back superseded plans are followed; what has more is not known to have been made by others."""


def gather(
    conn: Connection,
    roots: TrustRoots,
    hold_id: str,
    *,
    depth: Depth = Depth.SEALS,
    fetched: Fetched | None = None,
    sealed: Sealed | None = None,
    keys: Keys | None = None,
    earlier: bool | None = None,
) -> Case:
    """Everything known of a hold; what is not there, or not what it was, is None.

    :param fetched: the outside records as fetched again, to consume the approval; None: to look only
    :param sealed: the ledger as the checkpoints bore it out a moment ago; None: verified now, where the depth asks for it
    :param keys: `ring_of` the same snapshot, where the caller needs it too; None: read here
    :param earlier: look at earlier emergencies too; None: where one is declared
    """
    case: dict[str, Any] = {
        "now": from_text(now(conn)),
        "catalogue": roots.catalogue,
    }
    hold = _hold(conn, hold_id)
    if hold is None:
        return Case(**case, head_at=None, revoked_people=None)
    record, plan = read_record(conn, roots, hold, depth, sealed), _plan(conn, hold)
    ring, problem = keys or ring_of(conn, roots)
    at = {digest: _time(text) for digest, text in record.entered.items()}
    said = [vouch(row.statement, row.stored.signed(), ring, roots, at.get(row.stored.digest)) for row in record.rows]
    return Case(
        **case,
        head_at=_latest(conn, min((row.stored.seq for row in record.rows), default=1)),
        revoked_people=ring.revoked_people | roots.revoked_people,
        hold=hold,
        plan=plan,
        plan_digest=digest_of(plan) if plan else None,
        **_derived(plan, roots),
        **_stated(record.problem or problem, said),
        **_standing(conn, roots, plan, said, (ring, problem), earlier=earlier),
        contributors=_contributors(conn, plan),
        attempted=conn.execute(select(attempt.c.id).where(attempt.c.hold_id == hold_id)).first() is not None,
        shown=_shown(conn, hold_id),
        outside=_outside(conn, roots, hold_id, fetched or {}),
        consuming=fetched is not None,
    )


def ring_of(conn: Connection, roots: TrustRoots) -> Keys:
    """The keys that count; none, and why, where what the store says of keys is not to be believed."""
    try:
        return keyring(conn, roots), ""
    except Refused as error:
        return Keyring({}, {}), error.message


def vouch(statement: Statement, signed: Signed, ring: Keyring, roots: TrustRoots, entered_at: Any) -> Said:
    """A statement, with what is true of it today."""
    key = ring.find(statement.key)
    return Said(digest_of(statement), statement, key, key is not None and verifies(signed, key, roots), entered_at)


def _latest(conn: Connection, first: int) -> Any:
    """The latest time of any entry since the hold's first. After the clock was set back, the newest entry's is not the latest."""
    at = conn.scalar(select(func.max(ledger.c.at)).where(ledger.c.seq >= first))
    return _time(at)


def _time(text: Any) -> datetime | None:
    """None where it is no time: who may append can write any text there."""
    try:
        return from_text(text)
    except (ValueError, TypeError):
        return None


def _hold(conn: Connection, hold_id: str) -> Hold | None:
    try:
        return holds.get(conn, hold_id)
    except NotFound:
        return None


def _plan(conn: Connection, hold: Hold) -> Plan | None:
    """The plan of the stored bytes, where they are canonical JSON of one."""
    try:
        return read_plan(plans.get_body(conn, hold.plan_id))
    except HoldpointError:
        return None


def _derived(plan: Plan | None, roots: TrustRoots) -> dict[str, Any]:
    if plan is None or roots.tools is None:
        return {"derived_problem": "there is no plan, or no signed tool manifest, to compare with"}
    try:
        return {"derived": rederive(plan, roots.catalogue, roots.tools)}
    except HoldpointError as error:
        return {"derived_problem": error.message}


def _standing(
    conn: Connection, roots: TrustRoots, plan: Plan | None, said: Sequence[Said], keys: Keys, *, earlier: bool | None
) -> dict[str, Any]:
    """What may release it without its own quorum; nothing, where there is no plan."""
    if plan is None:
        return {}

    def vouched(statement: Statement, signed: Signed, at: object) -> Said:
        return vouch(statement, signed, keys[0], roots, _time(at))

    def look(hold_id: str) -> Case:
        return gather(conn, roots, hold_id, depth=Depth.ROWS, keys=keys, earlier=False)

    declared = any(isinstance(item.statement, Declaration) for item in said)
    return standing(conn, roots, plan, said, vouched, look if (declared if earlier is None else earlier) else None)


def _stated(problem: str, said: Sequence[Said]) -> dict[str, Any]:
    """What the record's statements say, whatever else is wrong with it: that is `record_problem`, which refuses."""
    proposals = [item for item in said if isinstance(item.statement, Proposal)]
    revocations = [item.statement for item in said if isinstance(item.statement, Revocation)]
    return {
        "record_problem": problem,
        "proposal": proposals[0] if len(proposals) == 1 else None,
        "votes": tuple(item for item in said if isinstance(item.statement, Vote)),
        "revoked": frozenset(item.subject for item in revocations if item.what is Revoked.VOTE),
        "hold_revoked": any(item.what is Revoked.HOLD for item in revocations),
    }


def _contributors(conn: Connection, plan: Plan | None) -> frozenset[str] | None:
    """Of this plan and of all that it supersedes: whom they name, and who proposed them. None where one is lost or changed."""
    people: set[str] = set()
    for _ in range(MAX_VERSIONS):
        if plan is None:
            return None
        people |= {*plan.contributors, *_proposers(conn, plan)}
        if plan.supersedes is None:
            return frozenset(people)
        plan = _superseded(conn, plan.supersedes)
    return None


def _proposers(conn: Connection, plan: Plan) -> list[str]:
    return [row.person for row in statements.of_subject(conn, plan.hold) if row.type == "holdpoint.proposal.v1"]


def _superseded(conn: Connection, hold_id: str) -> Plan | None:
    hold = _hold(conn, hold_id)
    plan = _plan(conn, hold) if hold is not None else None
    same = hold is not None and plan is not None and plan.hold == hold_id and digest_of(plan) == hold.plan_digest
    return plan if same else None


def _shown(conn: Connection, hold_id: str) -> Mapping[str, View]:
    """Every page kept for the hold, by the digest made of its bytes anew; what is no page is not there."""
    found = {}
    for body in conn.scalars(select(view_table.c.body).where(view_table.c.hold_id == hold_id)):
        try:
            view = read_view(body)
        except HoldpointError:
            continue
        found[digest_of(view)] = view
    return found


def _outside(conn: Connection, roots: TrustRoots, hold_id: str, fetched: Fetched) -> tuple[Outside, ...]:
    found = []
    for old in outside_records.of_hold(conn, hold_id):
        name = (old.source, old.record)
        new = fetched.get(name)
        found.append(Outside(new or old, person_of(roots, new or old), fetched=new is not None, asked=name in fetched))
    return tuple(found)


def person_of(roots: TrustRoots, record: OutsideRecord) -> str | None:
    """Whose account it is today; None where the source or the account is nobody's."""
    source = roots.catalogue.approval_sources.get(record.source)
    try:
        return person_of_account(roots.catalogue, source.account_system, record.account).name if source else None
    except Denied:
        return None
