"""A passkey made of software, for tests: WebAuthn's bytes put together by the text of the standard, with every part open to lies.

device = Authenticator()                      # or Authenticator("EdDSA"), Authenticator("RS256")
response = device.create(registration_options(…))
response = device.get(assertion_options(…))   # both as the browser's `toJSON()`, as text
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

UP, UV, AT = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One credential. `flags`, `origin`, `cross_origin` and `count` are what it will say."""

    def __init__(self, algorithm: str = "ES256", *, origin: str = "http://localhost:8080", rsa_bits: int = 2048) -> None:
        self.algorithm = algorithm
        self.origin = origin
        self.flags = UP | UV
        self.count = 0
        self.cross_origin: Any = False
        self.more: dict[str, Any] = {}  # of the client data
        self.credential = os.urandom(32)
        self.private: Any = {
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
            "RS256": lambda: rsa.generate_private_key(65_537, rsa_bits),
        }[algorithm]()

    @property
    def cose(self) -> dict[int, Any]:
        public = self.private.public_key()
        if self.algorithm == "EdDSA":
            return {1: 1, 3: -8, -1: 6, -2: public.public_bytes(Encoding.Raw, PublicFormat.Raw)}
        numbers = public.public_numbers()
        if self.algorithm == "RS256":
            return {1: 3, 3: -257, -1: numbers.n.to_bytes(public.key_size // 8, "big"), -2: b"\x01\x00\x01"}
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    @property
    def public(self) -> str:
        """As an `Enrolment` gives it."""
        return b64(cbor2.dumps(self.cose, canonical=True))

    @property
    def credential_id(self) -> str:
        return b64(self.credential)

    def create(self, options: dict[str, Any], *, cose: dict[Any, Any] | None = None) -> str:
        """The answer to `navigator.credentials.create()`."""
        key = cbor2.dumps(self.cose if cose is None else cose)
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + key
        data = self._data(options["rp"]["id"], AT) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self.client_data("webauthn.create", options["challenge"])
        return self._response({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get()`."""
        return self.answer(options["rpId"], options["challenge"])

    def answer(self, rp_id: str, challenge: str, *, kind: str = "webauthn.get", client: bytes | None = None) -> str:
        data = self._data(rp_id)
        client = self.client_data(kind, challenge) if client is None else client
        signature = self.sign(data + hashlib.sha256(client).digest())
        return self._response({"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)})

    def client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps({name: value for name, value in (said | self.more).items() if value is not None}).encode()

    def sign(self, message: bytes) -> bytes:
        if self.algorithm == "EdDSA":
            return bytes(self.private.sign(message))
        if self.algorithm == "RS256":
            return bytes(self.private.sign(message, padding.PKCS1v15(), hashes.SHA256()))
        return bytes(self.private.sign(message, ec.ECDSA(hashes.SHA256())))

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _response(self, inner: dict[str, str]) -> str:
        answer = {"id": self.credential_id, "rawId": self.credential_id, "type": "public-key", "response": inner}
        return json.dumps({**answer, "clientExtensionResults": {}, "authenticatorAttachment": "platform"})
