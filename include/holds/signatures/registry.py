"""The methods by which a statement can be signed; one file each beside this one."""

from __future__ import annotations

import hashlib
from typing import Protocol

from include.contracts.errors import BadInput, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Method, Signed
from include.holds.digest import read_statement, signed_bytes
from include.holds.signatures import passkey, ssh
from include.holds.trust import TrustRoots


class Verifier(Protocol):
    """A method: a module of this folder."""

    def key_bytes(self, public: str) -> bytes:
        """The one byte form of a public key as a statement gives it. Raises BadInput where it is no key of this method."""

    def verify(self, document: bytes, signature: str, key: SigningKey, roots: TrustRoots) -> None:
        """Refused (rule `signature`) unless `signature` is over exactly `document`, by exactly `key`."""


METHODS: dict[Method, Verifier] = {Method.SSH: ssh, Method.PASSKEY: passkey}
MAX_REMEMBERED = 10_000
_VERIFIED: set[tuple[Verifier, bytes]] = set()


def key_id(method: Method, public: str) -> str:
    """How a key is known: `key_` and the first 40 hexadecimal digits of SHA-256 over its bytes, whatever stands around them.

    :raises BadInput: it is no key of this method
    """
    return f"key_{hashlib.sha256(METHODS[method].key_bytes(public)).hexdigest()[:40]}"


def verify(signed: Signed, key: SigningKey, roots: TrustRoots) -> None:
    """Refused (rule `signature`) unless the statement names this key and its person, and this key signed its bytes.

    What verified once is not computed again in this process: the answer depends on nothing but what is hashed here.
    """
    verifier = METHODS[key.method]
    asked = repr(
        (signed.statement, signed.method, signed.signature, key.id, key.person, key.public, key.credential, roots.origins)
    )
    seen = (verifier, hashlib.sha256(f"{roots.rp_id}\n{asked}".encode()).digest())
    if seen in _VERIFIED:
        return
    _verify(verifier, signed, key, roots)
    if len(_VERIFIED) >= MAX_REMEMBERED:
        _VERIFIED.clear()
    _VERIFIED.add(seen)


def verifies(signed: Signed, key: SigningKey, roots: TrustRoots) -> bool:
    """`verify`, where the rules say what a signature that is none means."""
    try:
        verify(signed, key, roots)
    except Refused:
        return False
    return True


def _verify(verifier: Verifier, signed: Signed, key: SigningKey, roots: TrustRoots) -> None:
    try:
        statement = read_statement(signed.statement)
        known = key_id(key.method, key.public)
    except BadInput as error:
        raise Refused(error.message, next_step=error.next_step, rule="signature") from None
    if not (signed.method is key.method and known == key.id == statement.key and key.person == statement.person):
        raise Refused(
            "The statement names another key or person than the one it is checked against.",
            next_step="sign it with the key that it names",
            rule="signature",
        )
    verifier.verify(signed_bytes(statement), signed.signature, key, roots)
