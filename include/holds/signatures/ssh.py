"""Statements signed with an SSH key: SSHSIG (OpenSSH's `PROTOCOL.sshsig`) by `ssh-ed25519`, checked with the package `sshsig`.

The package raises whatever bad input makes it trip over, takes any hash that the signature names, and leaves one check to an
`assert`. So the envelope is first compared with the only one that could be right: of this key, for our namespace, with a hash
that `ssh-keygen` makes. What the package then checks is the signature. Nothing here identifies a statement: armor and
signature have more than one spelling.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import sys

import sshsig

from include.contracts.errors import BadInput, Refused
from include.contracts.key import SigningKey
from include.contracts.statement import NAMESPACE
from include.holds.signatures.points import require_sound_point
from include.holds.trust import TrustRoots

ALGORITHM = "ssh-ed25519"
HASHES = ("sha512", "sha256")  # ssh-keygen's, its default first
_ARMOR = re.compile(r"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,100}\n)+)-----END SSH SIGNATURE-----\n?")
_MAKE_ONE = "make a key with ssh-keygen -t ed25519, and use that"
_SIGN_ANEW = "sign the statement anew, with the key that it names"


def key_bytes(public: str) -> bytes:
    """The key in SSH's wire form, from an OpenSSH line; what else the line says (comment, blanks) means nothing.

    :raises BadInput: it is no `ssh-ed25519` key
    """
    kind, _, rest = public.strip().partition(" ")
    if kind != ALGORITHM:
        shown = kind if re.fullmatch(r"[a-z0-9@.-]{1,60}", kind) else "something else"
        raise BadInput(f"Only {ALGORITHM} keys sign statements, and this is {shown}.", next_step=_MAKE_ONE)
    encoded = rest.split(maxsplit=1)[0] if rest.split() else ""
    try:
        wire = base64.b64decode(encoded, validate=True)
        if wire != wire_form(wire[-32:]) or base64.b64encode(wire).decode() != encoded:
            raise ValueError("it is cut off, or its own name is another")
        require_sound_point(wire[-32:])
    except ValueError as error:
        raise BadInput(f"This line holds no {ALGORITHM} key: {error}.", next_step=_MAKE_ONE) from None
    return wire


def wire_form(raw: bytes) -> bytes:
    """An Ed25519 key's 32 bytes in SSH's wire form (RFC 8709)."""
    return _string(ALGORITHM.encode()) + _string(raw)


def public_line(wire: bytes) -> str:
    """The OpenSSH line of a key, without a comment: `key_bytes` the other way round."""
    return f"{ALGORITHM} {base64.b64encode(wire).decode()}"


def fingerprint(public: str) -> str:
    """As `ssh-keygen -l` and `ssh-add -l` show it, for people to compare: `SHA256:…`."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key_bytes(public)).digest()).rstrip(b'=').decode()}"


def envelope(wire: bytes, hash_name: str, signature: bytes) -> bytes:
    """The binary SSHSIG envelope, version 1, of an Ed25519 key (wire form) and its 64 bytes of signature."""
    fields = (wire, NAMESPACE.encode(), b"", hash_name.encode(), _string(ALGORITHM.encode()) + _string(signature))
    return b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(_string, fields))


def verify(document: bytes, signature: str, key: SigningKey, roots: TrustRoots) -> None:
    """Refused (rule `signature`) unless `signature` is armored SSHSIG over exactly these bytes by exactly this key."""
    del roots  # an SSH signature is bound to its namespace, not to an address
    require_signed(document, signature, key.public)


def require_signed(document: bytes, signature: str, public: str) -> None:
    """As `verify`, for a key as an OpenSSH line."""
    if sys.flags.optimize:
        raise Refused(
            "Python runs with -O, which takes a check out of the signature's verification.",
            next_step="start it without -O and PYTHONOPTIMIZE",
            rule="signature",
        )
    try:
        wire = key_bytes(public)
        _require_envelope(signature, wire)
        allowed = [sshsig.PublicKey.from_openssh_str(public_line(wire))]
        signer = sshsig.verify(document, signature, allowed, namespace=NAMESPACE)
        good = key_bytes(signer.openssh_str()) == wire
    except Exception:  # whatever it is, the signature was not shown to be good
        good = False
    if not good:
        raise Refused("The SSH signature is not over this statement by this key.", next_step=_SIGN_ANEW, rule="signature")


def _require_envelope(armored: str, wire: bytes) -> None:
    found = _ARMOR.fullmatch(armored)
    if found is None:
        raise ValueError("no armored SSH signature")
    blob = base64.b64decode(found[1].replace("\n", ""), validate=True)
    if all(blob != envelope(wire, name, blob[-64:]) for name in HASHES):
        raise ValueError("another key, namespace, hash, algorithm or version")


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content
