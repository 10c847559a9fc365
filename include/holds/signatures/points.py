"""Ed25519 public keys that are no keys: eight points for which a signature over anything can be made without a secret.

OpenSSL verifies under them. Neither SSH nor WebAuthn forbids them, so they are refused where a key is read, as are spellings of
a coordinate beyond the field, which would give one key two names. The encoding is RFC 8032's, section 5.1.2; the points of
small order are those of the curve, computed there: y in {0, 1, -1} and the two of order eight, with either sign of x.
"""

from __future__ import annotations

_FIELD = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})


def require_sound_point(raw: bytes) -> None:
    """ValueError unless these 32 bytes can be somebody's Ed25519 public key."""
    if len(raw) != 32:
        raise ValueError("an Ed25519 key has 32 bytes")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _FIELD or y in _SMALL:
        raise ValueError("this Ed25519 key is nobody's: anybody can sign with it")
