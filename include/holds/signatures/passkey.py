"""Statements signed with a passkey: WebAuthn Level 2, checked with the package `webauthn`.

The challenge *is* the statement: SHA-256 of its signed bytes. So nothing is kept between the options and the answer, and an
answer to one statement answers no other. The authenticator must have verified its user (`UV`), at our own address, not inside
another page.

The signature counter is not looked at. Synced passkeys leave it at zero, a counter kept in the store could be set back there,
and what it is to prevent, a second use, is prevented by the statement's digest: a cloned authenticator is not noticed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

from pydantic import StringConstraints, ValidationError

from include.contracts.base import Contract
from include.contracts.catalogue import Person
from include.contracts.errors import BadInput, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import Method, Signed, Statement
from include.holds.digest import body_of, signed_bytes, strict_json
from include.holds.signatures.cose import ALGORITHMS, one_form, require_one_form
from include.holds.trust import TrustRoots

RP_NAME = "Holdpoint"
TIMEOUT_MS = 120_000
MAX_RESPONSE = 20_000
_ANEW = "reload the page and answer with the passkey that it asks for"


class Assertion(Contract):
    """`Signed.signature` of a passkey: what the browser answered, base64url without padding."""

    credential: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,1400}$")]
    authenticator_data: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{50,4000}$")]
    client_data: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{50,8000}$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,1400}$")]


class Registered(NamedTuple):
    """A new passkey: its public key (COSE) and its credential's id, both base64url, as an `Enrolment` states them."""

    public: str
    credential: str


class _No(ValueError):
    """Says to the person why; other errors may quote what came in, and are not passed on."""


def key_bytes(public: str) -> bytes:
    """The COSE key. Raises BadInput where it is none, or not in its one form."""
    try:
        return require_one_form(_decoded(public))
    except Exception as error:  # CBOR and points from outside
        raise BadInput("This is no passkey's public key.", next_step="register the passkey anew in the console") from error


def verify(document: bytes, signature: str, key: SigningKey, roots: TrustRoots) -> None:
    """Refused (rule `signature`) unless `signature` is an assertion by this passkey whose challenge is these bytes' SHA-256."""
    reason = "it is not over this statement by this passkey"
    try:
        good = _asserts(document, signature, key, roots)
    except Exception as error:  # whatever it is, the signature was not shown to be good
        good, reason = False, str(error) if isinstance(error, _No) else reason
    if not good:
        raise Refused(f"The passkey's answer does not count: {reason}.", next_step=_ANEW, rule="signature")


def registration_options(person: Person, roots: TrustRoots, known: Iterable[str] = ()) -> dict[str, Any]:
    """For `navigator.credentials.create()`, as JSON: `PublicKeyCredential.parseCreationOptionsFromJSON` reads it.

    :param known: credential ids of passkeys that this person has, not to be registered twice
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

    options = generate_registration_options(
        rp_id=roots.rp_id,
        rp_name=RP_NAME,
        user_id=hashlib.sha256(f"holdpoint.user.v1\n{person.name}".encode()).digest(),  # opaque, and the same each time
        user_name=person.name,
        user_display_name=person.full_name,
        challenge=_registration_challenge(person.name, roots),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
    )
    return options_to_json_dict(options)


def verify_registration(response: str, person: Person, roots: TrustRoots) -> Registered:
    """What the browser's answer to `registration_options` registers. `response` is its `toJSON()`, as text.

    It proves little, and needs no state: possession is shown by the assertion over the `Enrolment` that follows, identity by
    the witness. No attestation is asked for.

    :raises BadInput: it is no such answer, not from our address, or without user verification
    """
    from webauthn import verify_registration_response
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    try:
        answer = _answer(response)
        challenge = _registration_challenge(person.name, roots)
        _require_client_data(_decoded(answer["response"]["clientDataJSON"]), "webauthn.create", challenge, roots)
        done = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=roots.rp_id,
            expected_origin=list(roots.origins),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
        )
        return Registered(_encoded(one_form(done.credential_public_key)), _encoded(done.credential_id))
    except Exception as error:  # attestations are a large format, and the library raises whatever makes it trip over
        reason = f": {error}" if isinstance(error, _No) else ""
        raise BadInput(f"The passkey was not registered{reason}.", next_step="reload the page and register it again") from error


def assertion_options(statement: Statement, key: SigningKey, roots: TrustRoots) -> dict[str, Any]:
    """For `navigator.credentials.get()`, as JSON: `PublicKeyCredential.parseRequestOptionsFromJSON` reads it."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=roots.rp_id,
        challenge=challenge_of(signed_bytes(statement)),
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors([key.credential or ""]),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def signed_by(statement: Statement, response: str) -> Signed:
    """The statement with the browser's answer (`toJSON()`, as text) to `assertion_options`. It is not verified here.

    :raises BadInput: it is no such answer
    """
    try:
        answer = _answer(response)
        inner = answer["response"]
        fields = (answer["id"], inner["authenticatorData"], inner["clientDataJSON"], inner["signature"])
        names = ("credential", "authenticator_data", "client_data", "signature")
        assertion = Assertion.model_validate(dict(zip(names, fields, strict=True)))
        return Signed(statement=body_of(statement), method=Method.PASSKEY, signature=json.dumps(assertion.to_json()))
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("This is no passkey's answer.", next_step=_ANEW) from error


def challenge_of(document: bytes) -> bytes:
    """What a passkey is asked to sign for some signed bytes: 32 bytes."""
    return hashlib.sha256(document).digest()


def _asserts(document: bytes, signature: str, key: SigningKey, roots: TrustRoots) -> bool:
    from webauthn import verify_authentication_response
    from webauthn.helpers.structs import AuthenticationCredential, AuthenticatorAssertionResponse

    assertion = Assertion.model_validate(_object(signature))
    if key.credential is None or assertion.credential != key.credential:
        raise _No("another passkey answered")
    client_data, authenticator_data = _decoded(assertion.client_data), _decoded(assertion.authenticator_data)
    challenge = challenge_of(document)
    _require_client_data(client_data, "webauthn.get", challenge, roots)
    done = verify_authentication_response(
        credential=AuthenticationCredential(
            id=assertion.credential,
            raw_id=_decoded(assertion.credential),
            response=AuthenticatorAssertionResponse(client_data, authenticator_data, _decoded(assertion.signature)),
        ),
        expected_challenge=challenge,
        expected_rp_id=roots.rp_id,
        expected_origin=list(roots.origins),
        credential_public_key=key_bytes(key.public),
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return done.user_verified is True


def _require_client_data(raw: bytes, kind: str, challenge: bytes, roots: TrustRoots) -> None:
    """Before the library, which reads duplicate keys and sloppy base64, and does not look at `crossOrigin`."""
    said = _object(raw.decode())  # as text: json.loads guesses at other encodings, and leaves out a byte order mark
    if said.get("type") != kind:
        raise _No("it answers another question")
    if said.get("challenge") != _encoded(challenge):
        raise _No("it is over another statement")
    if said.get("origin") not in roots.origins:
        raise _No(f"it was given at another address than {' or '.join(roots.origins)} (HOLDPOINT_CONSOLE_URL)")
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise _No("it was given inside another site's page")


def _registration_challenge(person: str, roots: TrustRoots) -> bytes:
    return hashlib.sha256(f"holdpoint.registration.v1\n{person}\n{roots.rp_id}".encode()).digest()


def _descriptors(credentials: Iterable[str]) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_decoded(credential)) for credential in credentials]


def _answer(response: str) -> dict[str, Any]:
    if len(response) > MAX_RESPONSE:
        raise _No(f"the answer is longer than {MAX_RESPONSE} characters")
    return _object(response)


def _object(text: str) -> dict[str, Any]:
    value = strict_json(text)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _decoded(text: str) -> bytes:
    """Base64url without padding, in its one spelling."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(raw) != text:
        raise ValueError("base64url in another spelling")
    return raw


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
