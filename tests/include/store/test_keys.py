from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from include.contracts.errors import ConfigError, Conflict
from include.store.keys import generate_key, load_public_keys, load_signer


def test_a_key_is_its_owners_alone_and_comes_with_its_public_half(tmp_path: Path) -> None:
    signer = generate_key(tmp_path / "k")
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    assert load_signer(tmp_path / "k").public_key == signer.public_key
    assert list(load_public_keys(tmp_path / "k.pub")) == [signer.public_key]


@pytest.mark.parametrize("there", ["k", "k.pub"])
def test_a_key_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious")
    with pytest.raises(Conflict):
        generate_key(tmp_path / "k")
    assert (tmp_path / there).read_text() == "precious"


def test_a_private_key_is_never_readable_by_others_not_even_for_a_moment(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        generate_key(tmp_path / "k")
    finally:
        os.umask(before)
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_private_key_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    generate_key(tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_signer(tmp_path / "k")


def pem(key: object, encryption: object = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage \xff",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(ed25519.Ed25519PrivateKey.generate(), BestAvailableEncryption(b"x")),
    ],
    ids=["empty", "garbage", "broken", "elliptic", "encrypted"],
)
def test_what_is_no_ed25519_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k").write_bytes(content)
    (tmp_path / "k").chmod(0o600)
    with pytest.raises(ConfigError, match="--generate-key"):
        load_signer(tmp_path / "k")
    with pytest.raises(ConfigError):
        load_public_keys(tmp_path / "k")


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    for load in (load_signer, load_public_keys):
        with pytest.raises(ConfigError, match="--generate-key"):
            load(tmp_path / "none")


def test_a_public_key_file_may_hold_several_but_only_ed25519(tmp_path: Path) -> None:
    keys = [generate_key(tmp_path / name).public_key for name in "ab"]
    both = (tmp_path / "a.pub").read_bytes() + (tmp_path / "b.pub").read_bytes()
    (tmp_path / "both").write_bytes(both)
    assert list(load_public_keys(tmp_path / "both")) == keys
    foreign = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "both").write_bytes(both + foreign)
    with pytest.raises(ConfigError):
        load_public_keys(tmp_path / "both")
