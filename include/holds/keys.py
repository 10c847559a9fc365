"""Which keys count, and why: rows of the catalogue, and enrolments that another person witnessed, minus what was revoked.

The store is asked each time; what it says counts only as far as signatures, the ledger and the trust roots bear it out.

- A key of the catalogue counts by the review of the catalogue. An enrolled key counts once a person with a key that counts
  *already* has witnessed it, so every chain of witnesses ends in the catalogue and none is a circle.
- A witness is a key steward: else whoever has one key would have anybody's, enrolled in that name and witnessed with their own.
- A witness vouches for no more environments than the witness's own key is good for: a lab key makes lab keys.
- What a revoked key or person vouched for no longer counts, whenever that was: nobody can tell since when a stolen key was not
  its owner's. Somebody else may witness the same enrolment, then or before.
- A revocation stands for good, also when the key that signed it, or its person, is revoked or leaves the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from include.contracts.errors import BadInput, ConfigError, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Enrolment, Method, Revocation, Revoked, Stated, Witness
from include.holds.key_record import Entered, broken, read_key_record
from include.holds.signatures.registry import key_id, verifies
from include.holds.signatures.ssh import key_bytes, public_line
from include.holds.trust import TrustRoots
from include.store.times import from_text

Said = TypeVar("Said", Enrolment, Revocation, Witness)

__all__ = ["Keyring", "candidate", "catalogue_keys", "covers", "is_steward", "key_id", "keyring"]


@dataclass(frozen=True)
class Keyring:
    """The keys at one moment.

    :ivar counting: what may sign now, by key id
    :ivar known: also what no longer or not yet counts: to tell whose it was
    :ivar enrolments: every enrolment whose own signature is good, by its digest
    :ivar revoked_keys: from the record and from outside of the store; `revoked_people` likewise
    """

    counting: Mapping[str, SigningKey]
    known: Mapping[str, SigningKey]
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    revoked_keys: frozenset[str] = frozenset()
    revoked_people: frozenset[str] = frozenset()

    def find(self, key: str) -> SigningKey | None:
        """The key, if it counts."""
        return self.counting.get(key)

    def of(self, person: str) -> tuple[SigningKey, ...]:
        """A person's keys that count, sorted by id."""
        return tuple(sorted((key for key in self.counting.values() if key.person == person), key=lambda key: key.id))

    def require(self, said: Stated, environment: str | None = None) -> SigningKey:
        """The key that a statement names.

        :param environment: where the statement is to have an effect; None: nowhere in particular
        :raises Refused: rule `key`: it does not count, is another person's, or is not for this environment
        """
        key = self.find(said.key)
        if key is None:
            raise _refused(f"The key {said.key} does not count.", "see ./holdpoint keys list; enrol it, and have it witnessed")
        if key.person != said.person:
            raise _refused(f"The key {said.key} is not {said.person}'s.", "sign with a key of your own")
        if environment is not None and not covers(key, (environment,)):
            raise _refused(f"The key {said.key} is not for {environment}.", "sign with a key that was enrolled for it")
        return key


def covers(key: SigningKey, environments: Iterable[str]) -> bool:
    """Is the key good for all of these? `*` stands for every one, and only `*` covers it."""
    return "*" in key.environments or set(environments) <= set(key.environments)


def is_steward(roots: TrustRoots, person: str) -> bool:
    """Does the catalogue let this person say whose others' keys are, and revoke them?"""
    found = roots.catalogue.people.get(person)
    return found is not None and roots.catalogue.settings.key_steward_role in found.roles


def keyring(conn: Connection, roots: TrustRoots) -> Keyring:
    """All keys, as the store and the trust roots have it now.

    :raises ConfigError: a row of the catalogue is no key, or the same key as another's
    :raises Refused: rule `complete_record`: the store's record of keys is not whole
    """
    record = read_key_record(conn)
    enrolled = [(item, said) for item, said in _of(record, Enrolment) if verifies(item.signed, candidate(said), roots)]
    catalogue = {key.id: key for key in catalogue_keys(roots)}
    known = {said.key: candidate(said) for _, said in enrolled} | catalogue
    keys, people = _revoked(record, known, roots)
    barred = keys | set(catalogue) | _claimed_twice(said for _, said in enrolled)
    open_to = {
        item.digest: (item, said)
        for item, said in enrolled
        if said.key not in barred and said.person not in people and said.person in roots.catalogue.people
    }
    ring = {name: key for name, key in catalogue.items() if name not in keys and key.person not in people}
    for item, said in _of(record, Witness):  # in the ledger's order: a key counts from its witness on, for those after it
        found = open_to.get(said.enrolment)
        if found is not None and _vouches(item, said, *found, ring, roots):
            ring[found[1].key] = candidate(found[1], enrolment=said.enrolment, witness=said.person, since=from_text(item.at))
    return Keyring(ring, known | ring, {item.digest: said for item, said in enrolled}, keys, people)


def catalogue_keys(roots: TrustRoots) -> Iterator[SigningKey]:
    """The keys of `people.yaml`. A key that stands there twice is a mistake whoever it belongs to."""
    taken: dict[str, str] = {}
    for person in roots.catalogue.people.values():
        for row in person.ssh_keys:
            try:
                public = public_line(key_bytes(row.public))  # without the comment, which means nothing
            except BadInput as error:
                raise _misconfigured(person.name, error.message) from None
            name = key_id(Method.SSH, public)
            if name in taken:
                raise _misconfigured(person.name, f"the key {name} stands there twice, also with {taken[name]}")
            taken[name] = person.name
            yield SigningKey(id=name, person=person.name, method=Method.SSH, public=public, environments=row.environments)


def candidate(
    said: Enrolment, *, enrolment: str | None = None, witness: str | None = None, since: datetime | None = None
) -> SigningKey:
    """The key that an enrolment states. Made by anybody but `keyring`, it serves to check what it signed, and does not count."""
    return SigningKey(
        id=said.key,
        person=said.person,
        method=said.method,
        public=said.public,
        environments=said.environments,
        credential=said.credential,
        enrolment=enrolment,
        witness=witness,
        since=since,
    )


def _of(record: Sequence[Entered], kind: type[Said]) -> list[tuple[Entered, Said]]:
    return [(item, item.statement) for item in record if isinstance(item.statement, kind)]


def _revoked(
    record: Sequence[Entered], known: Mapping[str, SigningKey], roots: TrustRoots
) -> tuple[frozenset[str], frozenset[str]]:
    """Keys and people that the record or the trust roots revoke.

    A revocation was judged when it came in, and stands. Where its key is still known its signature is checked again: one that
    was tampered with is neither heeded nor passed over.
    """
    keys, people = set(roots.revoked_keys), set(roots.revoked_people)
    for item, said in _of(record, Revocation):
        signer = known.get(said.key)
        if signer is not None and not verifies(item.signed, signer, roots):
            raise broken("a revocation does not bear the signature of the key that it names")
        (keys if said.what is Revoked.KEY else people).add(said.subject)
    return frozenset(keys), frozenset(people)


def _claimed_twice(enrolled: Iterable[Enrolment]) -> set[str]:
    """Keys that two people have enrolled: both can sign with them, so they are neither's."""
    people: dict[str, set[str]] = {}
    for said in enrolled:
        people.setdefault(said.key, set()).add(said.person)
    return {key for key, claimants in people.items() if len(claimants) > 1}


def _vouches(
    item: Entered, said: Witness, enrolled: Entered, enrolment: Enrolment, ring: Mapping[str, SigningKey], roots: TrustRoots
) -> bool:
    """Does this witness, by a key of the ring so far, make the enrolled key count?"""
    signer = ring.get(said.key)
    return (
        signer is not None
        and enrolment.key not in ring
        and enrolled.seq < item.seq
        and said.enrolled_person == enrolment.person != said.person
        and is_steward(roots, signer.person)
        and covers(signer, enrolment.environments)
        and verifies(item.signed, signer, roots)
    )


def _misconfigured(person: str, problem: str) -> ConfigError:
    return ConfigError(f"people.yaml ({person}): ssh_keys: {problem}", next_step="correct people.yaml; one key stands in one row")


def _refused(message: str, next_step: str) -> Refused:
    return Refused(message, next_step=next_step, rule="key")
