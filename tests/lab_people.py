"""The lab's people as the tests' kits of plans and votes want them: they sign with the keys in their folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from include.catalogue.loader import load_catalogue
from include.contracts.statement import Enrolment, Method, Signed, Statement, Witness
from include.holds import enrolment
from include.holds.digest import digest_of
from include.holds.keys import key_id, keyring
from include.holds.signatures.sign_ssh import public_key, sign
from include.holds.trust import TrustRoots
from include.store.database import Store
from lab.people import People
from tests.holds_kit import store_time


@dataclass
class Signing:
    """`proposed(store, signing)`, `voted(store, signing, hold, "tomas")`; `url` is where the console is."""

    people: People
    url: str

    @property
    def roots(self) -> TrustRoots:
        return TrustRoots.load(load_catalogue(self.people.folder / "config", "lab"), self.people.folder / "trust", self.url)

    def stated(self, person: str, at: Any) -> dict[str, Any]:
        return {"person": person, "key": key_id(Method.SSH, public_key(self.people.key_file(person))), "at": at}

    def sign(self, statement: Statement, by: str | None = None) -> Signed:
        return sign(statement, self.people.key_file(by or statement.person))

    def waiting(self, store: Store, person: str) -> Enrolment | None:
        """The person's newest enrolment that nobody has witnessed."""
        with store.read() as conn:
            ring = keyring(conn, self.roots)
        mine = [said for said in ring.enrolments.values() if said.person == person and said.key not in ring.counting]
        return max(mine, key=lambda said: said.at, default=None)

    def witness(self, store: Store, person: str, by: str = "ines") -> None:
        """The key steward's word for the person's enrolment that waits."""
        said = self.waiting(store, person)
        assert said is not None, f"no enrolment of {person} waits"
        word = Witness(**self.stated(by, store_time(store)), enrolment=digest_of(said), enrolled_person=person)
        enrolment.witness(store, self.roots, self.sign(word))
