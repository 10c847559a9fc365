"""Enrolling, witnessing and revoking in one line each, for tests; on top of `tests/holds_kit.py`."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.contracts.key import SigningKey
from include.contracts.statement import Revocation, Revoked, Signed, Statement, Witness
from include.holds import enrolment
from include.holds.keys import Keyring, keyring
from tests.authenticator import Authenticator
from tests.holds_kit import Kit, answer, enrolment_of, passkey_of, sign, signing_key, store_time

Private = Ed25519PrivateKey | Authenticator


class Keys:
    """A kit and a store. `made` are the private halves of keys that were enrolled here, by key id."""

    def __init__(self, kit: Kit, store: Any) -> None:
        self.kit = kit
        self.store = store
        self.made: dict[str, Private] = {kit.key_id(name): key for name, key in kit.private.items()}

    def ring(self) -> Keyring:
        with self.store.read() as conn:
            return keyring(conn, self.kit.roots)

    def key(self, person: str, private: Private | None = None, environments: tuple[str, ...] = ("*",)) -> SigningKey:
        """A new key of this person, known to nobody yet."""
        private = private or Ed25519PrivateKey.generate()
        if isinstance(private, Ed25519PrivateKey):
            key = signing_key(person, private, environments)
        else:
            key = passkey_of(private, person, environments)
        self.made[key.id] = private
        return key

    def stated(self, key: SigningKey) -> dict[str, Any]:
        return {"person": key.person, "key": key.id, "at": store_time(self.store)}

    def signed(self, statement: Statement, by: SigningKey | None = None) -> Signed:
        """With the private half of the key that it names, or of another."""
        private = self.made[by.id if by else statement.key]
        return sign(statement, private) if isinstance(private, Ed25519PrivateKey) else answer(private, statement, self.kit.roots)

    def enrol(self, key: SigningKey) -> str:
        return enrolment.enrol(self.store, self.kit.roots, self.signed(enrolment_of(key, store_time(self.store))))

    def vouch(self, digest: str, person: str, by: SigningKey | str = "ines") -> SigningKey:
        signer = self.kit.key(by) if isinstance(by, str) else by
        said = Witness(**self.stated(signer), enrolment=digest, enrolled_person=person)
        return enrolment.witness(self.store, self.kit.roots, self.signed(said))

    def admit(self, person: str, private: Private | None = None, by: SigningKey | str = "ines", **more: Any) -> SigningKey:
        """Enrolled and witnessed."""
        key = self.key(person, private, **more)
        return self.vouch(self.enrol(key), person, by)

    def revoke(self, subject: str, by: SigningKey | str = "ines", reason: str = "lost") -> None:
        signer = self.kit.key(by) if isinstance(by, str) else by
        what = Revoked.KEY if subject.startswith("key_") else Revoked.PERSON
        said = Revocation(**self.stated(signer), what=what, subject=subject, reason=reason)
        enrolment.revoke(self.store, self.kit.roots, self.signed(said))
