from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from include.holds.signatures.points import _FIELD, _SMALL, require_sound_point

SMALL = [(y | sign << 255).to_bytes(32, "little") for y in sorted(_SMALL) for sign in (0, 1)]


@pytest.mark.parametrize("raw", SMALL)
def test_a_point_of_small_order_is_nobodys_key(raw: bytes) -> None:
    with pytest.raises(ValueError, match="anybody"):
        require_sound_point(raw)


def test_that_is_needed_because_openssl_verifies_under_them() -> None:
    key = Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    key.verify((1).to_bytes(32, "little") + bytes(32), b"whatever")  # R is the neutral element, S is zero


@pytest.mark.parametrize("raw", SMALL)
def test_the_list_holds_only_points_under_which_nothing_need_be_known(raw: bytes) -> None:
    """A signature of R = the neutral element and S = 0 fits one message in eight, at least."""
    try:
        key = Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return  # OpenSSL does not read x = 0 with a sign
    forged = (1).to_bytes(32, "little") + bytes(32)
    assert any(_verifies(key, forged, b"%d" % number) for number in range(200))


def _verifies(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_coordinate_beyond_the_field_would_be_a_second_name() -> None:
    for y in (_FIELD, _FIELD + 3, 2**255 - 1):
        with pytest.raises(ValueError, match="anybody"):
            require_sound_point(y.to_bytes(32, "little"))


@pytest.mark.parametrize("raw", [b"", b"\x05" * 31, b"\x05" * 33])
def test_a_key_has_32_bytes(raw: bytes) -> None:
    with pytest.raises(ValueError, match="32"):
        require_sound_point(raw)


def test_anybodys_own_key_passes() -> None:
    for _ in range(20):
        require_sound_point(Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
