"""An SSH signature counts for one statement, one key, one namespace; everything else is refused, whatever it makes trip over."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from include.contracts.errors import BadInput, Refused
from include.contracts.statement import NAMESPACE, Decision, Vote
from include.holds.digest import signed_bytes
from include.holds.signatures import ssh
from include.holds.signatures.sign_ssh import armor
from include.store.location import REPOSITORY
from tests.holds_kit import public_line, signing_key

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
LINE = public_line(KEY)
WIRE = ssh.key_bytes(LINE)
VOTE = Vote(
    person="priya",
    key=signing_key("priya", KEY).id,
    at=datetime(2026, 11, 20, 10, tzinfo=UTC),
    hold=f"hold_{'0' * 26}",
    environment="lab",
    plan_digest="a" * 64,
    view_digest="b" * 64,
    decision=Decision.APPROVE,
)
DOCUMENT = signed_bytes(VOTE)
GOOD = armor(KEY, DOCUMENT)


def string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def forge(
    *,
    signer: Ed25519PrivateKey = KEY,
    wire: bytes = WIRE,
    namespace: str = NAMESPACE,
    hash_name: str = "sha512",
    algorithm: bytes = b"ssh-ed25519",
    reserved: bytes = b"",
    version: int = 1,
    magic: bytes = b"SSHSIG",
    after: bytes = b"",
    digest: Callable[[bytes], bytes] | None = None,
) -> str:
    """A signature that is right but for what is named, made with the signer's own private key: only the check can refuse it."""
    made = (digest or (lambda document: hashlib.new(hash_name, document).digest()))(DOCUMENT)
    inner = (namespace.encode(), reserved, hash_name.encode(), made)
    signature = signer.sign(b"SSHSIG" + b"".join(map(string, inner)))
    outer = (wire, namespace.encode(), reserved, hash_name.encode(), string(algorithm) + string(signature))
    return enclose(magic + struct.pack(">I", version) + b"".join(map(string, outer)) + after)


def enclose(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = "".join(f"{text[at : at + 70]}\n" for at in range(0, len(text), 70))
    return f"-----BEGIN SSH SIGNATURE-----\n{lines}-----END SSH SIGNATURE-----\n"


def blob(armored: str = GOOD) -> bytes:
    return base64.b64decode("".join(armored.splitlines()[1:-1]))


def require_refused(signature: str, document: bytes = DOCUMENT, public: str = LINE) -> None:
    with pytest.raises(Refused) as caught:
        ssh.require_signed(document, signature, public)
    assert caught.value.rule == "signature"
    assert signature[40:80] not in str(caught.value) or not signature[40:80]


@pytest.mark.parametrize("name", ["sha512", "sha256"])
def test_a_good_signature_passes(name: str) -> None:
    ssh.require_signed(DOCUMENT, forge(hash_name=name), LINE)
    ssh.require_signed(DOCUMENT, GOOD, f"  {LINE} a comment of any kind")


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(forge(signer=OTHER), id="another private key under this one's name"),
        pytest.param(forge(signer=OTHER, wire=ssh.key_bytes(public_line(OTHER))), id="another key altogether"),
        pytest.param(forge(namespace="git"), id="the package's own default namespace"),
        pytest.param(forge(namespace="file"), id="another namespace"),
        pytest.param(forge(namespace=""), id="no namespace"),
        pytest.param(forge(hash_name="sha1"), id="a weak hash that the package would take"),
        pytest.param(forge(hash_name="md5"), id="a broken hash that the package would take"),
        pytest.param(forge(hash_name="SHA512", digest=lambda d: hashlib.sha512(d).digest()), id="a hash in capitals"),
        pytest.param(forge(hash_name="sha512", digest=lambda d: hashlib.sha256(d).digest()), id="one hash named, another made"),
        pytest.param(forge(algorithm=b"ssh-rsa"), id="the algorithm swapped"),
        pytest.param(forge(algorithm=b"rsa-sha2-512"), id="the algorithm swapped for a strong one"),
        pytest.param(forge(version=2), id="a version to come"),
        pytest.param(forge(version=0), id="version 0"),
        pytest.param(forge(magic=b"SSHSIH"), id="another format"),
        pytest.param(forge(reserved=b"x"), id="something in the reserved field"),
        pytest.param(forge(after=b"\0"), id="something behind it"),
        pytest.param(enclose(blob()[:-1]), id="cut off"),
        pytest.param(enclose(blob()[:60]), id="cut in half"),
        pytest.param(enclose(blob()[:-64] + bytes(64)), id="an empty signature"),
        pytest.param(enclose(blob()[:-64] + blob()[-32:] + blob()[-64:-32]), id="its halves swapped"),
        pytest.param(enclose(b""), id="nothing in it"),
        pytest.param(enclose(b"SSHSIG" + struct.pack(">II", 1, 2**32 - 1)), id="a length of four gigabytes"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="other line ends"),
        pytest.param(GOOD.replace("-----BEGIN", "----BEGIN"), id="another frame"),
        pytest.param(GOOD + GOOD, id="twice"),
        pytest.param("note\n" + GOOD, id="a word before it"),
        pytest.param(GOOD.replace("\n", "\n ", 2), id="blanks in it"),
        pytest.param(GOOD + " " * 3_000, id="longer than any"),
        pytest.param("-----BEGIN SSH SIGNATURE-----\n====\n-----END SSH SIGNATURE-----\n", id="no base64"),
        pytest.param("x" * 20, id="no signature at all"),
        pytest.param("-----BEGIN SSH SIGNATURE-----\n\udcff\n-----END SSH SIGNATURE-----\n", id="a lone surrogate"),
    ],
)
def test_a_forged_signature_is_refused(forged: str) -> None:
    require_refused(forged)


def test_it_is_over_these_bytes_alone() -> None:
    for document in (
        b"",
        DOCUMENT[:-1],
        DOCUMENT + b"\n",
        DOCUMENT.replace(b"approve", b"reject_"),
        b"holdpoint.vote.v2" + DOCUMENT[17:],
    ):
        require_refused(GOOD, document)


def test_every_flipped_bit_is_noticed() -> None:
    good = blob()
    for position in range(len(good) * 8):
        flipped = bytearray(good)
        flipped[position // 8] ^= 1 << position % 8
        require_refused(enclose(bytes(flipped)))


def test_garbage_never_raises_anything_else() -> None:
    source = random.Random(4)
    for _ in range(300):
        junk = bytearray(blob())
        for _ in range(source.randint(1, 12)):
            junk[source.randrange(len(junk))] = source.randrange(256)
        require_refused(enclose(bytes(junk[: source.randint(0, len(junk))])))


def small_order_key() -> str:
    return ssh.public_line(ssh.wire_form((1).to_bytes(32, "little")))


def test_a_signature_that_nobody_made_is_refused_under_the_key_that_takes_it() -> None:
    wire = ssh.wire_form((1).to_bytes(32, "little"))
    forged = enclose(ssh.envelope(wire, "sha512", (1).to_bytes(32, "little") + bytes(32)))
    require_refused(forged, public=small_order_key())


def rsa_line() -> str:
    return rsa.generate_private_key(65_537, 2_048).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def ecdsa_line() -> str:
    return ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (rsa_line(), "ssh-rsa"),
        (ecdsa_line(), "ecdsa-sha2-nistp256"),
        ("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t", "sk-ssh-ed25519@openssh.com"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "cert"),
        ("<script>alert(1)</script> AAAA", "something else"),
        ("", "something else"),
    ],
)
def test_other_kinds_of_key_are_refused_by_name(line: str, named: str) -> None:
    with pytest.raises(BadInput, match=named) as caught:
        ssh.key_bytes(line)
    assert "ssh-keygen -t ed25519" in caught.value.next_step
    require_refused(GOOD, public=line)


@pytest.mark.parametrize(
    "line",
    [
        "ssh-ed25519",
        "ssh-ed25519 ",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 ====",
        LINE[:-1],
        LINE + "A",
        LINE[:-2] + "==",
        "ssh-ed25519 " + rsa_line().split()[1],
        "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25520" + WIRE[15:]).decode(),
        small_order_key(),
    ],
    ids=range(10),  # keys are made anew each time
)
def test_a_line_that_holds_no_such_key(line: str) -> None:
    with pytest.raises(BadInput):
        ssh.key_bytes(line)
    require_refused(GOOD, public=line)


def test_names_and_comments_beside_a_key_mean_nothing() -> None:
    lines = [LINE, f"{LINE} priya", f"{LINE}  maуa@example.com", f" {LINE}\tssh-rsa AAAA"]
    assert {ssh.key_bytes(line) for line in lines} == {WIRE}
    assert ssh.public_line(WIRE) == LINE


def test_the_fingerprint_is_the_one_that_openssh_shows() -> None:
    assert ssh.fingerprint(f"{LINE} x") == f"SHA256:{base64.b64encode(hashlib.sha256(WIRE).digest()).decode().rstrip('=')}"


def test_nothing_is_verified_by_a_python_that_leaves_out_asserts() -> None:
    code = (
        "import sys; from include.holds.signatures import ssh; from include.contracts.errors import Refused\n"
        "try: ssh.require_signed(sys.argv[1].encode(), sys.argv[2], sys.argv[3])\n"
        "except Refused as error: print(error.rule, error)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-O", "-c", code, DOCUMENT.decode(), GOOD, LINE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("signature Python runs with -O"), done.stderr
