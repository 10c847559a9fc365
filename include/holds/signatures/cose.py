"""A passkey's public key: COSE (RFC 9052, RFC 9053, RFC 8230), held to one form, so that one key cannot have two names.

    ES256   {1: 2, 3: -7, -1: 1, -2: x, -3: y}      P-256, x and y of 32 bytes
    EdDSA   {1: 1, 3: -8, -1: 6, -2: x}             Ed25519, x of 32 bytes
    RS256   {1: 3, 3: -257, -1: n, -2: e}           n of 2048 to 4096 bits, e = 65537

The form is CTAP2's canonical CBOR, and nothing beside these fields. The algorithm is part of the key and so of its name; no
signature says by which algorithm it wants to be checked.
"""

from __future__ import annotations

from typing import Any

from include.holds.signatures.points import require_sound_point

ALGORITHMS = (-7, -8, -257)
_EXPONENT = (65_537).to_bytes(3, "big")
_MAX_BYTES = 1_000


def one_form(raw: bytes) -> bytes:
    """The key in its one form, from any that an authenticator may send. ValueError where it is no key that can sign."""
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography, encode_cbor, parse_cbor

    if not 0 < len(raw) <= _MAX_BYTES:
        raise ValueError("it is no COSE key")
    try:
        form: bytes = encode_cbor(_form(parse_cbor(raw)))
        decoded_public_key_to_cryptography(decode_credential_public_key(form))  # is the point on the curve?
    except Exception as error:  # the libraries raise whatever garbage makes them trip over
        raise ValueError(f"it is no COSE key: {error}") from error
    return form


def require_one_form(raw: bytes) -> bytes:
    """The same bytes, where they are in that form already; else ValueError."""
    if one_form(raw) != raw:
        raise ValueError("it is not in canonical form")
    return raw


def _form(fields: Any) -> dict[int, Any]:
    if not isinstance(fields, dict):
        raise ValueError("it is no map")
    match fields.get(1), fields.get(3), fields.get(-1):
        case 2, -7, 1:
            return {1: 2, 3: -7, -1: 1, -2: _exact(fields.get(-2), 32), -3: _exact(fields.get(-3), 32)}
        case 1, -8, 6:
            require_sound_point(_exact(fields.get(-2), 32))
            return {1: 1, 3: -8, -1: 6, -2: fields[-2]}
        case 3, -257, bytes(modulus) if 256 <= len(modulus) <= 512 and modulus[0] >= 0x80 and fields.get(-2) == _EXPONENT:
            return {1: 3, 3: -257, -1: modulus, -2: _EXPONENT}
    raise ValueError("it is no key for ES256, EdDSA or RS256")


def _exact(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise ValueError("a coordinate is not of its length")
    return value
