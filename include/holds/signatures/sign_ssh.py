"""Sign a statement with an SSH key file, on the signer's own machine. The private key is read, used and forgotten.

An unencrypted Ed25519 file (OpenSSH or PKCS #8) signs here. Anything else that `ssh-keygen -Y sign` can use, an encrypted file
or the public half of a key that an agent holds, signs there; it asks for the passphrase on the terminal, never through us.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import stat
import struct
import subprocess
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, load_ssh_private_key

from include.contracts.errors import BadInput, ConfigError, Refused
from include.contracts.statement import NAMESPACE, Method, Signed, Statement
from include.holds.digest import body_of, signed_bytes
from include.holds.signatures.registry import key_id
from include.holds.signatures.ssh import HASHES, envelope, key_bytes, public_line, require_signed, wire_form

_MAX_BYTES = 64 * 1024
_LINE = 70  # as ssh-keygen breaks its armor
_KEYGEN_SECONDS = 120  # a person types a passphrase or touches a key


def public_key(key_file: Path) -> str:
    """The OpenSSH line, without a comment, of a private key file or of a `.pub`.

    :raises ConfigError: it cannot be read, or others can use it
    :raises BadInput: it is no Ed25519 key, or encrypted with no `.pub` beside it
    """
    if key_file.suffix == ".pub":
        return _public_file(key_file)
    key = _load(key_file)
    return public_line(_wire(key)) if key is not None else _public_file(key_file.with_name(key_file.name + ".pub"))


def sign(statement: Statement, key_file: Path) -> Signed:
    """The statement and its signature.

    :raises ConfigError: the file cannot be read, others can use it, or `ssh-keygen` is needed and not there
    :raises BadInput: it is no Ed25519 key, or another key than the statement names; `ssh-keygen` did not sign
    """
    public = public_key(key_file)
    if key_id(Method.SSH, public) != statement.key:
        raise BadInput(f"{key_file} is not the key that the statement names.", next_step=f"sign with {statement.key}")
    document = signed_bytes(statement)
    key = None if key_file.suffix == ".pub" else _load(key_file)
    armored = armor(key, document) if key is not None else _ssh_keygen(key_file, document)
    try:
        require_signed(document, armored, public)  # an agent may hold another key under that name
    except Refused as error:
        raise BadInput("ssh-keygen signed with another key.", next_step="look at what the agent holds: ssh-add -L") from error
    return Signed(statement=body_of(statement), method=Method.SSH, signature=armored)


def armor(key: Ed25519PrivateKey, document: bytes) -> str:
    """The armored SSHSIG of some bytes, as `ssh-keygen -Y sign` makes it."""
    name = HASHES[0]
    message = (NAMESPACE.encode(), b"", name.encode(), hashlib.new(name, document).digest())
    signature = key.sign(b"SSHSIG" + b"".join(struct.pack(">I", len(field)) + field for field in message))
    text = base64.b64encode(envelope(_wire(key), name, signature)).decode()
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join(("-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""))


def _wire(key: Ed25519PrivateKey) -> bytes:
    return wire_form(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _load(path: Path) -> Ed25519PrivateKey | None:
    """The private key; None where the file is encrypted."""
    raw = _read(path, secret=True)
    if b"PRIVATE KEY-----" not in raw:
        raise BadInput(f"{path} is no private key file.", next_step="name one, or the .pub of a key that your agent holds")
    load = load_ssh_private_key if b"BEGIN OPENSSH PRIVATE KEY" in raw else load_pem_private_key
    try:
        key = load(raw, None)
    except TypeError:  # how cryptography says: a password is needed
        return None
    except (ValueError, UnsupportedAlgorithm) as error:
        if "password" in str(error).lower():
            return None
        raise BadInput(f"{path} cannot be read as a private key.", next_step="make one with ssh-keygen -t ed25519") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"{path} is not an Ed25519 key.", next_step="make one with ssh-keygen -t ed25519, and enrol it")
    return key


def _public_file(path: Path) -> str:
    if not path.is_file():
        raise BadInput(f"There is no public key file {path}.", next_step="put it beside the private key: ssh-keygen -y")
    return public_line(key_bytes(_read(path).decode("utf-8", "replace")))


def _read(path: Path, *, secret: bool = False) -> bytes:
    try:
        with path.open("rb") as file:
            if secret and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigError(f"Others than its owner can use the private key {path}.", next_step="run chmod 600 on it")
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"The key {path} cannot be read: {error.strerror}.", next_step="name a key file of yours") from error


def _ssh_keygen(path: Path, document: bytes) -> str:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise ConfigError(
            f"{path} needs ssh-keygen to sign, which is not installed here.",
            next_step="install OpenSSH's client, or sign with an unencrypted key file",
        )
    command = [program, "-Y", "sign", "-n", NAMESPACE, "-f", str(path.absolute())]
    try:
        # Its prompt and its complaints belong on the terminal; only the signature comes back.
        done = subprocess.run(command, input=document, stdout=subprocess.PIPE, timeout=_KEYGEN_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BadInput("ssh-keygen did not answer in time.", next_step="try again, and answer it") from None
    if done.returncode:
        raise BadInput("ssh-keygen did not sign.", next_step="see what it said above; is the key in the agent? ssh-add -L")
    return done.stdout.decode("ascii", "replace")
