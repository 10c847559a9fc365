"""People with keys, a catalogue that carries them, trust roots and a signed tool manifest: what every test of holds begins with.

    kit = make_kit(tmp_path)
    signed = kit.sign(Vote(**kit.stated("priya", at), hold=…))

The keys are made anew each time; nothing here is a secret of anybody's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from securesystemslib.signer import CryptoSigner

from include.catalogue import loader
from include.catalogue.catalogue import Catalogue
from include.contracts.key import SigningKey
from include.contracts.production import ToolEntry, ToolManifest
from include.contracts.statement import Enrolment, Method, Signed, Statement
from include.holds.digest import body_of, signed_bytes
from include.holds.keys import key_id
from include.holds.manifest import manifest_of, sign_manifest
from include.holds.signatures import passkey
from include.holds.signatures.sign_ssh import armor
from include.holds.trust import TrustRoots
from include.store.database import now
from include.store.keys import generate_key, load_signer
from include.store.times import from_text
from tests.authenticator import Authenticator

PEOPLE = ("maya", "tomas", "priya", "ines")  # ines holds the key steward's role


@dataclass
class Kit:
    """`folder` has `config/` (the catalogue), `trust/` and `keys/<person>` (OpenSSH private key files, `.pub` beside them)."""

    folder: Path
    roots: TrustRoots
    private: dict[str, Ed25519PrivateKey]
    checkpoint_signer: CryptoSigner
    tool_signer: CryptoSigner
    console_url: str = "http://localhost:8080"

    @property
    def catalogue(self) -> Catalogue:
        return self.roots.catalogue

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs to find all this."""
        return {
            "HOLDPOINT_CONFIG": str(self.folder / "config"),
            "HOLDPOINT_TRUST": str(self.folder / "trust"),
            "HOLDPOINT_CONSOLE_URL": self.console_url,
        }

    def key_file(self, person: str) -> Path:
        return self.folder / "keys" / person

    def key_id(self, person: str) -> str:
        return key_id(Method.SSH, public_line(self.private[person]))

    def key(self, person: str, environments: Iterable[str] = ("*",)) -> SigningKey:
        return signing_key(person, self.private[person], environments)

    def stated(self, person: str, at: datetime | None = None) -> dict[str, Any]:
        """`person`, `key` and `at` of a statement, by this person's key of the catalogue."""
        return {"person": person, "key": self.key_id(person), "at": at or datetime.now(UTC).replace(microsecond=0)}

    def sign(self, statement: Statement, by: str | None = None) -> Signed:
        """Signed by the person whom the statement names, or with somebody else's key."""
        return sign(statement, self.private[by or statement.person])

    def reload(self, **changes: Any) -> TrustRoots:
        """The trust roots anew, after `config/` or `trust/` was edited; `changes` replace fields."""
        for cached in vars(loader).values():  # it looks at the folder once in half a second
            getattr(cached, "cache_clear", int)()
        loaded = TrustRoots.load(loader.load_catalogue(self.folder / "config", ""), self.folder / "trust", self.console_url)
        self.roots = replace(loaded, **changes)
        return self.roots

    def revoke_outside(self, *, keys: Sequence[str] = (), people: Sequence[str] = ()) -> TrustRoots:
        """Write `revocations.yaml` and load it."""
        write_revocations(self.folder / "trust", keys, people)
        return self.reload()

    def edit_people(self, edit: Any) -> TrustRoots:
        """`edit(rows)` changes the parsed rows of people.yaml, by name, in place; then everything is loaded anew."""
        path = self.folder / "config" / "people.yaml"
        rows = {row["name"]: row for row in yaml.safe_load(path.read_text())}
        edit(rows)
        write_people(path, rows)
        return self.reload()

    def seal_tools(self, environment: str = "lab", tools: Sequence[ToolEntry] | None = None) -> TrustRoots:
        """Replace the tool manifest: by this code's own tools of the environment, or by any."""
        manifest = manifest_of(environment) if tools is None else ToolManifest(environment=environment, tools=tuple(tools))
        envelope = sign_manifest(manifest, self.tool_signer)
        (self.folder / "trust" / "tools.json").write_text(json.dumps(envelope.to_dict()))
        return self.reload()


def make_kit(
    folder: Path,
    *,
    environments: Sequence[str] = ("*",),
    people: Sequence[str] = PEOPLE,
    tools_environment: str = "lab",
    console_url: str = "http://localhost:8080",
) -> Kit:
    """Everything below `folder`. `environments`: what the catalogue's keys are good for."""
    shutil.copytree(loader.EXAMPLE, folder / "config")
    private = {name: Ed25519PrivateKey.generate() for name in people}
    for name, key in private.items():
        write_key(folder / "keys" / name, key)
    path = folder / "config" / "people.yaml"
    rows = {row["name"]: row for row in yaml.safe_load(path.read_text())}
    for name, key in private.items():
        rows[name]["ssh_keys"] = [{"public": f"{public_line(key)} {name}@example.com", "environments": list(environments)}]
    write_people(path, rows)
    trust = folder / "trust"
    (trust / "checkpoints").mkdir(parents=True)
    write_revocations(trust)
    signers = [_signer(folder / "signers", trust, name) for name in ("checkpoints", "tools")]
    roots = TrustRoots(loader.load_catalogue(folder / "config", ""))
    kit = Kit(folder, roots, private, *signers, console_url=console_url)
    kit.seal_tools(tools_environment)
    return kit


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    """Import it into a conftest.py to have it."""
    return make_kit(tmp_path / "a kit")


def store_time(store: Any) -> datetime:
    """The store's clock: what a fresh statement's `at` is."""
    with store.read() as conn:
        return from_text(now(conn))


def public_line(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def signing_key(person: str, key: Ed25519PrivateKey, environments: Iterable[str] = ("*",)) -> SigningKey:
    public = public_line(key)
    return SigningKey(
        id=key_id(Method.SSH, public), person=person, method=Method.SSH, public=public, environments=tuple(environments)
    )


def sign(statement: Statement, key: Ed25519PrivateKey) -> Signed:
    """With any key at all, also one that the statement does not name."""
    return Signed(statement=body_of(statement), method=Method.SSH, signature=armor(key, signed_bytes(statement)))


def passkey_of(device: Authenticator, person: str, environments: Iterable[str] = ("*",)) -> SigningKey:
    """A software passkey as a key; it counts only once it is enrolled and witnessed."""
    return SigningKey(
        id=key_id(Method.PASSKEY, device.public),
        person=person,
        method=Method.PASSKEY,
        public=device.public,
        environments=tuple(environments),
        credential=device.credential_id,
    )


def enrolment_of(key: SigningKey, at: datetime) -> Enrolment:
    """What the owner of a key says first."""
    fields = key.model_dump(include={"person", "method", "public", "environments", "credential"})
    return Enrolment(**fields, key=key.id, at=at)


def answer(device: Authenticator, statement: Statement, roots: TrustRoots) -> Signed:
    """The statement as a browser sends it back, signed by the passkey."""
    key = passkey_of(device, statement.person)
    return passkey.signed_by(statement, device.get(passkey.assertion_options(statement, key, roots)))


def write_key(path: Path, key: Ed25519PrivateKey) -> Path:
    """An OpenSSH private key file that only its owner can read, and its `.pub`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.with_name(path.name + ".pub").write_text(public_line(key) + f" {path.name}@example.com\n")
    return path


def write_people(path: Path, rows: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(list(rows.values()), allow_unicode=True, sort_keys=False))
    # The loader looks at sizes and times; two edits within one tick of the file system's clock must differ.
    stamp = path.stat()
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1_000))


def write_revocations(trust: Path, keys: Sequence[str] = (), people: Sequence[str] = ()) -> None:
    (trust / "revocations.yaml").write_text(yaml.safe_dump({"keys": list(keys), "people": list(people)}))


def _signer(private: Path, trust: Path, name: str) -> CryptoSigner:
    private.mkdir(exist_ok=True)
    generate_key(private / name)
    (private / f"{name}.pub").replace(trust / f"{name}.pub")
    return load_signer(private / name)
