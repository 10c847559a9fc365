"""Keys: one's own, a new passkey, and the enrolments that wait for another person's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from include.contracts.base import Contract, Digest, Plain
from include.contracts.errors import NotFound
from include.contracts.key import SigningKey
from include.contracts.statement import Enrolment, KeyId, Method, Revocation, Revoked, Statement, Witness
from include.holds import enrolment
from include.holds.keys import is_steward, key_id, keyring
from include.holds.signatures.passkey import registration_options, verify_registration
from plugins.console.signing import Answer, Ask, answered, ask, asked, roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visiting

pages = Pages()

Environment = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9][a-z0-9_.-]{0,62})$")]


@dataclass(frozen=True)
class Waiting:
    """An enrolment without a witness. `mine`: the reader's own, which somebody else must witness."""

    digest: str
    person: str
    name: str
    key: str
    method: str
    environments: tuple[str, ...]
    at: datetime
    mine: bool


@dataclass(frozen=True)
class Shown:
    """`keys` count, of them `passkeys` to witness and revoke with here; `waiting` do not yet.
    `steward`: the reader may witness others' keys, and so is shown them.
    """

    keys: list[SigningKey]
    waiting: list[Waiting]
    environments: list[str]
    passkeys: list[SigningKey]
    steward: bool


@pages.page("", template="keys.html")
def keys(visit: Visiting) -> Shown:
    """The reader's keys, and what waits for a witness: their own, and to a key steward everybody's."""
    roots = roots_of(visit)
    steward = is_steward(roots, visit.person.name)
    with visit.store.read() as conn:
        ring = keyring(conn, roots)
    witnessed = {key.enrolment for key in ring.counting.values()}
    waiting = [
        Waiting(
            digest,
            said.person,
            visit.full_name(said.person),
            said.key,
            said.method.value,
            said.environments,
            said.at,
            said.person == visit.person.name,
        )
        for digest, said in ring.enrolments.items()
        if digest not in witnessed and said.key not in ring.revoked_keys and said.person not in ring.revoked_people
        if steward or said.person == visit.person.name
    ]
    places = sorted({name for service in visit.catalogue.services.values() for name in service.environments})
    own = list(ring.of(visit.person.name))
    return Shown(own, waiting, places, [key for key in own if key.method is Method.PASSKEY], steward)


@pages.action("/register")
def register(visit: Visiting, sent: Sending) -> Done:
    """The options of `navigator.credentials.create()`."""
    sent.read(Contract)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        known = [key.credential for key in keyring(conn, roots).of(visit.person.name) if key.credential]
    return Done("/keys", registration_options(visit.person, roots, known))


class Registered(Contract):
    response: Annotated[str, StringConstraints(min_length=2, max_length=20_000)]
    environments: Annotated[tuple[Environment, ...], Field(min_length=1, max_length=20)]


@pages.action("/enrol/ask")
def ask_enrolment(visit: Visiting, sent: Sending) -> Done:
    """The enrolment of a passkey just registered, for that passkey itself to sign."""
    wanted = sent.read(Registered, lists=("environments",))
    roots = roots_of(visit)
    new = verify_registration(wanted.response, visit.person, roots)
    with visit.store.read() as conn:
        key = SigningKey(
            id=key_id(Method.PASSKEY, new.public),
            person=visit.person.name,
            method=Method.PASSKEY,
            public=new.public,
            environments=wanted.environments,
            credential=new.credential,
        )

        def make(stated: Mapping[str, Any]) -> Statement:
            return Enrolment(
                **stated, method=key.method, public=key.public, environments=key.environments, credential=key.credential
            )

        return _asked(asked(conn, roots, key, make))


@pages.action("/enrol")
def enrol(visit: Visiting, sent: Sending) -> Done:
    """A signed enrolment. The key counts once another person witnessed it."""
    _, signed = answered(visit, sent.read(Answer))
    return Done("/keys", {"enrolment": enrolment.enrol(visit.store, roots_of(visit), signed)})


class ToWitness(Contract):
    enrolment: Digest
    key: KeyId | None = None


@pages.action("/witness/ask")
def ask_witness(visit: Visiting, sent: Sending) -> Done:
    """The witness of somebody's enrolment, for the reader's passkey."""
    wanted = sent.read(ToWitness)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        said = keyring(conn, roots).enrolments.get(wanted.enrolment)
        if said is None:
            raise NotFound("There is no such enrolment.", next_step="reload the page")

        def make(stated: Mapping[str, Any]) -> Statement:
            return Witness(**stated, enrolment=wanted.enrolment, enrolled_person=said.person)

        return _asked(ask(conn, roots, visit.person.name, said.environments[0], make, key=wanted.key))


@pages.action("/witness")
def witness(visit: Visiting, sent: Sending) -> Done:
    """A signed witness."""
    _, signed = answered(visit, sent.read(Answer))
    return Done("/keys", {"key": enrolment.witness(visit.store, roots_of(visit), signed).id})


class ToRevoke(Contract):
    subject: KeyId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000), Plain]
    key: KeyId | None = None


@pages.action("/revoke/ask")
def ask_revocation(visit: Visiting, sent: Sending) -> Done:
    """The revocation of a key, for a passkey of the reader's."""
    wanted = sent.read(ToRevoke)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        own = [key for key in keyring(conn, roots).of(visit.person.name) if key.method is Method.PASSKEY]
        mine = [key for key in own if wanted.key in (None, key.id)]
        if not mine:
            raise NotFound("You have no passkey that counts.", next_step="./holdpoint keys revoke, with an SSH key")

        def make(stated: Mapping[str, Any]) -> Statement:
            return Revocation(**stated, what=Revoked.KEY, subject=wanted.subject, reason=wanted.reason)

        return _asked(asked(conn, roots, mine[0], make))


@pages.action("/revoke")
def revoke(visit: Visiting, sent: Sending) -> Done:
    """A signed revocation of a key."""
    _, signed = answered(visit, sent.read(Answer))
    enrolment.revoke(visit.store, roots_of(visit), signed)
    return Done("/keys", {"revoked": True})


def _asked(found: Ask) -> Done:
    return Done("/keys", {"statement": found.statement, "options": found.options})
