"""The lab's people and what they sign with: keys made anew, good in the lab alone, and the folder of trust that knows them.

DIR/config/            the example catalogue, whose lab overlay carries everybody's public key
DIR/keys/<person>      a private key (OpenSSH, mode 0600), its public half beside it
DIR/trust/             revocations.yaml, checkpoints/, checkpoints.pub, tools.json, tools.pub
DIR/signers/*.pem      what signs checkpoints and the tool manifest; no task may read it
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from include.catalogue.loader import EXAMPLE
from include.holds.manifest import manifest_of, sign_manifest, write_manifest
from include.store.keys import generate_key, load_signer
from lab.layout import ENVIRONMENT

SIGN = ("maya", "tomas", "priya", "ines")


@dataclass(frozen=True)
class People:
    """Everything below `folder`."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> People:
        """Make the keys, the catalogue and the folder of trust."""
        made = cls(folder)
        shutil.copytree(EXAMPLE, folder / "config")
        for name in ("keys", "signers"):
            (folder / name).mkdir(mode=0o700)
        (folder / "trust" / "checkpoints").mkdir(parents=True)
        said = "# Who and what no longer counts, whatever the store says.\nkeys: []\npeople: []\n"
        (folder / "trust" / "revocations.yaml").write_text(said)
        made._write_people({name: _new_key(made.key_file(name)) for name in SIGN})
        for name in ("checkpoints", "tools"):
            generate_key(made.signer(name))
            shutil.move(made.signer(name).with_name(f"{name}.pem.pub"), folder / "trust" / f"{name}.pub")
        made._seal_tools()
        return made

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find the catalogue and to know whom to believe."""
        return {"HOLDPOINT_CONFIG": str(self.folder / "config"), "HOLDPOINT_TRUST": str(self.folder / "trust")}

    @property
    def checkpoints(self) -> Path:
        """Where signed checkpoints are kept, out of the store's reach."""
        return self.folder / "trust" / "checkpoints"

    def key_file(self, person: str) -> Path:
        return self.folder / "keys" / person

    def signer(self, name: str) -> Path:
        """The private key of `checkpoints` or `tools`."""
        return self.folder / "signers" / f"{name}.pem"

    def _write_people(self, keys: Mapping[str, str]) -> None:
        rows: list[dict[str, Any]] = yaml.safe_load((EXAMPLE / "people.yaml").read_text())
        for row in rows:
            if row["name"] in keys:
                row["ssh_keys"] = [{"public": keys[row["name"]], "environments": [ENVIRONMENT]}]
        overlay = self.folder / "config" / "overlays" / ENVIRONMENT / "people.yaml"
        overlay.write_text(yaml.safe_dump(rows, sort_keys=False, allow_unicode=True))

    def _seal_tools(self) -> None:
        envelope = sign_manifest(manifest_of(ENVIRONMENT), load_signer(self.signer("tools")))
        write_manifest(envelope, self.folder / "trust" / "tools.json")


def _new_key(path: Path) -> str:
    """Write a new pair of keys; the public line."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    path.with_name(f"{path.name}.pub").write_text(f"{public} {path.name}\n")
    return public
