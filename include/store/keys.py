"""Ed25519 keys that sign checkpoints: PEM files, PKCS #8 for the private one, SubjectPublicKeyInfo for the public one.

The private key belongs where tasks cannot read it. Who owns the store and this key can write history anew.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from include.contracts.errors import ConfigError, Conflict
from include.store.files import new_file

_PUBLIC_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----")
_MAX_BYTES = 64 * 1024
_GENERATE = "Make one with ./holdpoint ledger checkpoint --generate-key."


def generate_key(path: Path) -> CryptoSigner:
    """Write a new private key to `path`, readable by its owner alone, and its public key to `path` + `.pub`.

    :raises Conflict: one of the two files exists
    :raises ConfigError: they cannot be written
    """
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_new(path, private, 0o600)
    _write_new(path.with_name(path.name + ".pub"), public, 0o644)
    return CryptoSigner(key)


def load_signer(path: Path) -> CryptoSigner:
    """The signer of a private key file.

    :raises ConfigError: it is missing, readable by others, or no Ed25519 key
    """
    with _open(path, "private key") as file:
        if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"Others than its owner can use the private key {path}.", next_step="Run chmod 600 on it.")
        raw = file.read(_MAX_BYTES)
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError):  # TypeError: it is encrypted
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{path} is not an unencrypted Ed25519 private key in PEM.", next_step=_GENERATE)
    return CryptoSigner(key)


def load_public_keys(path: Path) -> Sequence[SSlibKey]:
    """The public keys of a PEM file: several, one after the other, where a key was replaced.

    :raises ConfigError: it is missing, or holds anything but Ed25519 public keys
    """
    with _open(path, "public key") as file:
        blocks = _PUBLIC_PEM.findall(file.read(_MAX_BYTES))
    try:
        keys = [load_pem_public_key(block) for block in blocks]
    except ValueError:
        keys = []
    if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
        raise ConfigError(f"{path} does not hold Ed25519 public keys in PEM.", next_step=_GENERATE)
    return [SSlibKey.from_crypto(key) for key in keys]


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        with new_file(path, mode) as file:
            file.write(content.decode())
    except FileExistsError:
        raise Conflict(f"{path} exists and is not overwritten.", next_step="Use it, or name another file.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", next_step="Name a file you may write.") from error


def _open(path: Path, what: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ConfigError(f"The {what} {path} cannot be read: {error.strerror}.", next_step=_GENERATE) from error
