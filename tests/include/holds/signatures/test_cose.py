from __future__ import annotations

from typing import Any

import cbor2
import pytest

from include.holds.signatures.cose import one_form, require_one_form
from tests.authenticator import Authenticator

DEVICES = {name: Authenticator(name) for name in ("ES256", "EdDSA", "RS256")}
EC, OKP, RSA = (DEVICES[name].cose for name in ("ES256", "EdDSA", "RS256"))


@pytest.mark.parametrize("name", DEVICES)
def test_every_spelling_of_a_key_has_one_form(name: str) -> None:
    fields = DEVICES[name].cose
    form = cbor2.dumps(fields, canonical=True)
    turned = dict(reversed(fields.items()))
    for spelling in (fields, turned, {**fields, 2: b"a key id"}, {**fields, 4: [2]}, {**fields, "note": "x"}):
        assert one_form(cbor2.dumps(spelling)) == form
    assert require_one_form(form) == form


@pytest.mark.parametrize("name", DEVICES)
def test_where_keys_are_kept_only_that_form_is_one(name: str) -> None:
    fields = DEVICES[name].cose
    for spelling in (dict(reversed(fields.items())), {**fields, 2: b"x"}):
        with pytest.raises(ValueError, match="canonical"):
            require_one_form(cbor2.dumps(spelling))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({**EC, 3: -8}, id="P-256 that says EdDSA"),
        pytest.param({**EC, 3: -257}, id="P-256 that says RS256"),
        pytest.param({**EC, 3: -36}, id="P-256 with ES512"),
        pytest.param({**EC, 1: 1}, id="P-256 that says OKP"),
        pytest.param({**EC, -1: 2}, id="P-256 that says P-384"),
        pytest.param({**EC, -3: EC[-2]}, id="a point off the curve"),
        pytest.param({**EC, -2: bytes(32), -3: bytes(32)}, id="the point at nothing"),
        pytest.param({**EC, -2: EC[-2] + b"\0"}, id="a coordinate too long"),
        pytest.param({**EC, -2: EC[-2][1:]}, id="a coordinate too short"),
        pytest.param({**EC, -2: "x" * 32}, id="a coordinate of text"),
        pytest.param({**EC, -3: True}, id="a compressed point"),
        pytest.param({name: value for name, value in EC.items() if name != -3}, id="half a point"),
        pytest.param({**OKP, 3: -7}, id="Ed25519 that says ES256"),
        pytest.param({**OKP, -1: 4}, id="X25519"),
        pytest.param({**OKP, -2: (1).to_bytes(32, "little")}, id="an Ed25519 key that is nobody's"),
        pytest.param({**RSA, 3: -65535}, id="RSA with SHA-1"),
        pytest.param({**RSA, 3: -37}, id="RSA-PSS"),
        pytest.param({**RSA, 3: -7}, id="RSA that says ES256"),
        pytest.param({**RSA, -2: b"\x03"}, id="another exponent"),
        pytest.param({**RSA, -2: b"\x01"}, id="an exponent that signs everything"),
        pytest.param({**RSA, -2: b"\0\x01\0\x01"}, id="the exponent with a leading zero"),
        pytest.param({**RSA, -1: b"\0" + RSA[-1]}, id="the modulus with a leading zero"),
        pytest.param({**RSA, -1: RSA[-1][:128]}, id="a modulus of 1024 bits"),
        pytest.param({**RSA, -1: b"\xff" * 600}, id="a modulus of 4800 bits"),
        pytest.param({1: 7, 3: -48, -1: bytes(1312)}, id="an algorithm of another list"),
        pytest.param({}, id="nothing"),
        pytest.param([1, 2], id="a list"),
        pytest.param("text", id="text"),
    ],
)
def test_what_is_no_key_that_we_take(fields: Any) -> None:
    with pytest.raises(ValueError, match="no COSE key"):
        one_form(cbor2.dumps(fields))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x04" + bytes(64),  # an uncompressed point, which the library would take for a key
        b"\xa1\x01",
        bytes.fromhex("a20102010203"),
        b"\x9f" * 900,
        b"\xff",
        b"\0" * 5_000,
        cbor2.dumps(EC, canonical=True)[:-1],
        cbor2.dumps(EC, canonical=True).replace(b"\x01\x02", b"\x01\x02\x01\x02", 1),
    ],
    ids=range(9),  # keys are made anew each time
)
def test_what_is_no_cbor_of_a_key(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no COSE key"):
        one_form(raw)


def test_a_key_followed_by_more_is_not_in_its_form() -> None:
    with pytest.raises(ValueError, match="canonical"):
        require_one_form(cbor2.dumps(EC, canonical=True) + b"\0")
