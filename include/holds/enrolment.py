"""Keys come and go: enrolled by their owner, witnessed by another person, revoked; each by a signed statement.

What is refused stands in the ledger too, as `statement.refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, func, select

from include.contracts.errors import Conflict, NotFound, Refused
from include.contracts.hold import Verdict
from include.contracts.key import SigningKey
from include.contracts.statement import Enrolment, Method, Revocation, Revoked, Signed, Statement, Witness
from include.holds import refusals, rules
from include.holds.case import Case, Said
from include.holds.digest import digest_of
from include.holds.key_record import kind_of
from include.holds.keys import Keyring, candidate, covers, is_steward, keyring
from include.holds.rules import AllOf
from include.holds.signatures.registry import verifies
from include.holds.trust import TrustRoots
from include.holds.votes import read
from include.store import ledger, statements
from include.store.database import Store, now
from include.store.schema import ledger as ledger_table
from include.store.times import from_text

ARRIVES = AllOf(rules.clock, rules.person, rules.signature, rules.not_replayed, rules.fresh)
"""Somebody of the catalogue says it now, with the key it names."""

Kind = TypeVar("Kind", Enrolment, Witness, Revocation)
_NEWEST = 10_000
MAX_WAITING = 20
"""Enrolments of one person that wait for a witness. It takes no key to enrol one, and each is read for every vote and page."""
_WORDS = {Enrolment: "enrolment", Witness: "witness", Revocation: "revocation of a key or a person"}


def enrol(store: Store, roots: TrustRoots, signed: Signed) -> str:
    """Take an enrolment, signed with the key that it enrols; the digest that a witness names. The key does not count yet.

    :raises Refused: `clock`, `person`, `signature`, `fresh`; `key`: it is revoked, counts already, or is another person's
    """
    return _receive(store, roots, signed, Enrolment, _enrols)


def witness(store: Store, roots: TrustRoots, signed: Signed) -> SigningKey:
    """Take a witness of an enrolment; the key that counts from now on.

    :raises Refused: as `enrol`; `independence`: one's own enrolment; `role`: not a key steward; `environment`: more than the
        witness's own key is for
    """
    digest = _receive(store, roots, signed, Witness, _witnesses)
    with store.read() as conn:
        stored = statements.find(conn, digest)
        found = keyring(conn, roots).find(stored.subject) if stored is not None else None
    if found is None:
        raise Conflict("The key was revoked meanwhile.", next_step="./holdpoint keys list")
    return found


def revoke(store: Store, roots: TrustRoots, signed: Signed) -> None:
    """Take the revocation of a key, by its own person or a key steward, or of a person, by a steward. Effective at once.

    :raises Refused: as `enrol`; `role`: neither one's own key nor a steward; `environment`: more than the signer's key is for
    :raises NotFound: there is no such key or person
    :raises Conflict: it is revoked already
    """
    _receive(store, roots, signed, Revocation, _revokes)


def _receive(
    store: Store, roots: TrustRoots, signed: Signed, wanted: type[Kind], judge: Callable[[Keyring, TrustRoots, Kind], str]
) -> str:
    """Judge a statement under the lock, and keep it under the subject that `judge` names. Returns its digest."""
    statement, digest = read(store, signed)
    try:
        kind = kind_of(statement)
        if not isinstance(statement, wanted) or kind is None:
            raise _refused("signature", f"what was signed is no {_WORDS[wanted]}")
        with store.begin() as conn:
            ledger.lock(conn)
            ring = keyring(conn, roots)
            _require_arrival(conn, ring, roots, signed, statement)
            statements.add(conn, statement, digest, signed, kind, judge(ring, roots, statement))
            if isinstance(statement, Witness):
                _require_effect(conn, roots, statement)
    except Refused as error:
        refusals.enter(store, "statement.refused", f"statement:{digest}", error, statement=digest, claimed=statement.person)
        raise
    return digest


def _require_arrival(conn: Connection, ring: Keyring, roots: TrustRoots, signed: Signed, statement: Statement) -> None:
    key = candidate(statement) if isinstance(statement, Enrolment) else ring.require(statement)
    at = from_text(now(conn))
    said = Said("", statement, key, verifies(signed, key, roots), at)
    case = Case(
        now=at,
        head_at=latest(conn),
        catalogue=roots.catalogue,
        revoked_people=ring.revoked_people,
        said=said,
        who=statement.person,
        seen=statements.find(conn, digest_of(statement)) is not None,
    )
    refusals.require(ARRIVES.judge(case))


def latest(conn: Connection) -> datetime | None:
    """The latest time among the ledger's newest entries. The head alone will not do: a refusal is an entry too, at the time of
    the very clock that is wrong, and would let the second try through."""
    newest = select(ledger_table.c.at).order_by(ledger_table.c.seq.desc()).limit(_NEWEST).subquery()
    at = conn.scalar(select(func.max(newest.c.at)))
    return from_text(at) if at is not None else None


def _enrols(ring: Keyring, roots: TrustRoots, said: Enrolment) -> str:
    del roots
    before = ring.known.get(said.key)
    if (said.credential is None) is not (said.method is Method.SSH):
        raise _refused("key", "a passkey's enrolment names its credential, and an SSH key has none")
    if len(set(said.environments)) != len(said.environments):
        raise _refused("key", "the enrolment names an environment twice")
    if said.key in ring.revoked_keys:
        raise _refused("key", "the key was revoked, which is for good")
    if before is not None and before.person != said.person:
        raise _refused("key", "another person has this key")
    if said.key in ring.counting:
        raise _refused("key", "the key counts already; for other environments take another key")
    settled = {*ring.counting, *ring.revoked_keys}
    if sum(each.person == said.person and each.key not in settled for each in ring.enrolments.values()) >= MAX_WAITING:
        raise _refused(
            "key", f"{MAX_WAITING} enrolments of this person wait for a witness; let a key steward revoke what is not theirs"
        )
    return said.key


def _witnesses(ring: Keyring, roots: TrustRoots, said: Witness) -> str:
    enrolment = ring.enrolments.get(said.enrolment)
    if enrolment is None:
        raise _refused("key", "there is no such enrolment, or its signature is not good")
    if said.enrolled_person != enrolment.person:
        raise _refused("person", "the enrolment is another person's than the one who is vouched for")
    if said.person == enrolment.person:
        raise _refused("independence", "nobody vouches for a key of one's own")
    if not is_steward(roots, said.person):
        raise _refused("role", "only a key steward says whose another person's key is")
    if enrolment.key in ring.revoked_keys or enrolment.person in ring.revoked_people:
        raise _refused("key", "the key or its person was revoked, which is for good")
    if not covers(ring.require(said), enrolment.environments):
        raise _refused("environment", "the key is enrolled for more environments than the witness's own")
    return enrolment.key


def _require_effect(conn: Connection, roots: TrustRoots, said: Witness) -> None:
    ring = keyring(conn, roots)
    found = ring.find(ring.enrolments[said.enrolment].key)
    if found is None or found.enrolment != said.enrolment:
        raise _refused("key", "the key counts by another enrolment, or two people have it")


def _revokes(ring: Keyring, roots: TrustRoots, said: Revocation) -> str:
    signer = ring.require(said)
    steward = is_steward(roots, said.person)
    if said.what is Revoked.KEY:
        key = ring.known.get(said.subject)
        if key is None:
            raise NotFound(f"There is no key {said.subject}.", next_step="./holdpoint keys list says which there are")
        touched, allowed, gone = [key], steward or key.person == said.person, ring.revoked_keys
    else:
        roots.catalogue.person(said.subject)  # NotFound
        touched, allowed, gone = list(ring.of(said.subject)), steward, ring.revoked_people
    if not allowed:
        raise _refused("role", "it is not one's own key, and only a key steward revokes others'")
    if said.subject in gone:
        raise Conflict(f"{said.subject} is revoked already.", next_step="nothing to do; it is for good")
    if not all(covers(signer, key.environments) for key in touched):
        raise _refused("environment", "the signer's key is for fewer environments than what it is to revoke")
    return said.subject


def _refused(rule: str, reason: str) -> Refused:
    return refusals.refused(Verdict(rule=rule, ok=False, reason=reason))
