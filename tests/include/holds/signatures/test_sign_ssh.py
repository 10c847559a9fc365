"""Signing with key files, and that OpenSSH itself takes what we make, and we what it makes."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from include.contracts.errors import BadInput, ConfigError
from include.contracts.statement import NAMESPACE, Revocation, Revoked
from include.holds.digest import body_of, signed_bytes
from include.holds.signatures import sign_ssh, ssh
from include.holds.signatures.sign_ssh import public_key, sign
from tests.holds_kit import public_line, signing_key, write_key

needs_openssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH's ssh-keygen is not installed")


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def key_file(tmp_path: Path, key: Ed25519PrivateKey) -> Path:
    return write_key(tmp_path / "a folder" / "priya", key)


def statement(key: Ed25519PrivateKey) -> Revocation:
    mine = signing_key("priya", key)
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    return Revocation(person="priya", key=mine.id, at=at, what=Revoked.KEY, subject=mine.id, reason="Straße №7, «lost»")


def secret_file(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.touch(mode=mode)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_an_openssh_file_and_a_pem_file_sign(tmp_path: Path, key: Ed25519PrivateKey, key_file: Path) -> None:
    pem = secret_file(tmp_path / "pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for file in (key_file, pem):
        said = statement(key)
        signed = sign(said, file)
        assert public_key(file) == public_line(key)
        assert signed.statement == body_of(said)
        ssh.require_signed(signed_bytes(said), signed.signature, public_line(key))


@needs_openssh
def test_openssh_verifies_what_we_sign(tmp_path: Path, key: Ed25519PrivateKey, key_file: Path) -> None:
    said = statement(key)
    (tmp_path / "signature").write_text(sign(said, key_file).signature)
    (tmp_path / "allowed").write_text(f'priya namespaces="{NAMESPACE}" {public_line(key)}\n')
    command = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "allowed", "-I", "priya", "-n", NAMESPACE]
    command += ["-s", tmp_path / "signature"]
    done = subprocess.run(command, input=signed_bytes(said), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert subprocess.run(command, input=signed_bytes(said) + b"x", capture_output=True, check=False).returncode != 0


@needs_openssh
@pytest.mark.parametrize("hash_name", ["sha512", "sha256"])
def test_we_verify_what_openssh_signs(key: Ed25519PrivateKey, key_file: Path, hash_name: str) -> None:
    said = statement(key)
    command = ["ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-O", f"hashalg={hash_name}", "-f", key_file]
    done = subprocess.run(command, input=signed_bytes(said), capture_output=True, check=True)
    ssh.require_signed(signed_bytes(said), done.stdout.decode(), public_line(key))


@needs_openssh
def test_our_armor_is_openssh_s_to_the_byte(key: Ed25519PrivateKey, key_file: Path) -> None:
    said = statement(key)
    command = ["ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-f", key_file]
    done = subprocess.run(command, input=signed_bytes(said), capture_output=True, check=True)
    assert done.stdout.decode() == sign(said, key_file).signature  # Ed25519 signs the same thing the same way


def encrypted(path: Path, key: Ed25519PrivateKey, kind: str = "RFC4716") -> Path:
    """`kind` as ssh-keygen says it: RFC4716 is OpenSSH's own format."""
    write_key(path, key)
    command = ["ssh-keygen", "-q", "-p", "-f", path, "-m", kind, "-P", "", "-N", "a passphrase"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


@needs_openssh
def test_an_encrypted_file_signs_through_openssh_which_asks_itself(
    tmp_path: Path, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = secret_file(tmp_path / "askpass", b"#!/bin/sh\necho 'a passphrase'\n", 0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(asks))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    said = statement(key)
    signed = sign(said, encrypted(tmp_path / "an encrypted key", key))
    ssh.require_signed(signed_bytes(said), signed.signature, public_line(key))


@needs_openssh
@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="OpenSSH's ssh-agent is not installed")
def test_the_pub_of_a_key_that_an_agent_holds_signs(
    tmp_path: Path, key: Ed25519PrivateKey, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        _add(key_file, socket)
        key_file.unlink()
        said = statement(key)
        signed = sign(said, key_file.with_name(key_file.name + ".pub"))
        ssh.require_signed(signed_bytes(said), signed.signature, public_line(key))
    finally:
        agent.terminate()
        agent.wait(timeout=10)


def _add(key_file: Path, socket: Path) -> None:
    for _ in range(100):
        done = subprocess.run(["ssh-add", "-q", key_file], env=os.environ | {"SSH_AUTH_SOCK": str(socket)}, check=False)
        if done.returncode == 0:
            return
    pytest.fail("the agent takes no key")


@needs_openssh
def test_an_agent_that_has_not_the_key_does_not_sign(
    key: Ed25519PrivateKey, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key_file.unlink()
    with pytest.raises(BadInput, match="did not sign"):
        sign(statement(key), key_file.with_name(key_file.name + ".pub"))


def test_a_signature_by_another_key_is_noticed_before_it_leaves(
    key: Ed25519PrivateKey, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ssh, "_ssh_keygen", lambda path, document: sign_ssh.armor(Ed25519PrivateKey.generate(), document))
    with pytest.raises(BadInput, match="another key"):
        sign(statement(key), key_file.with_name(key_file.name + ".pub"))


@needs_openssh
def test_without_openssh_an_encrypted_file_says_what_is_missing(
    tmp_path: Path, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = encrypted(tmp_path / "key", key)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="needs ssh-keygen"):
        sign(statement(key), file)


def test_so_does_an_encrypted_pem(tmp_path: Path, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a passphrase"))
    file = secret_file(tmp_path / "key", pem)
    with pytest.raises(BadInput, match="no public key file"):
        public_key(file)
    file.with_name("key.pub").write_text(public_line(key))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="needs ssh-keygen"):
        sign(statement(key), file)


def test_a_key_that_others_can_read_is_not_used(key: Ed25519PrivateKey, key_file: Path) -> None:
    key_file.chmod(0o640)
    with pytest.raises(ConfigError, match="Others"):
        sign(statement(key), key_file)


def test_another_key_than_the_statement_names_does_not_sign(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    other = write_key(tmp_path / "other", Ed25519PrivateKey.generate())
    with pytest.raises(BadInput, match="not the key"):
        sign(statement(key), other)


RSA = rsa.generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
ECDSA = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe" * 40,
        b"ssh-ed25519 AAAA",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----",
        RSA,
        ECDSA,
        RSA[:300],
    ],
    ids=["empty", "noise", "a public key", "cut short", "no key", "only its first line", "RSA", "ECDSA", "half an RSA key"],
)
def test_a_file_that_is_no_such_key(tmp_path: Path, key: Ed25519PrivateKey, content: bytes) -> None:
    file = secret_file(tmp_path / "key", content)
    with pytest.raises(BadInput):
        sign(statement(key), file)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe" * 40, b"ssh-rsa AAAA", b"ssh-ed25519 AAAA"])
def test_a_pub_that_is_no_such_key(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput):
        public_key(secret_file(tmp_path / "key.pub", content))


def test_a_file_that_is_not_there(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        sign(statement(key), tmp_path / "none")
    with pytest.raises(ConfigError, match="cannot be read"):
        sign(statement(key), tmp_path)
    with pytest.raises(BadInput, match="no public key file"):
        sign(statement(key), tmp_path / "none.pub")
