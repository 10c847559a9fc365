"""The tool manifest: what the writer of one environment can do, by digest, signed with a key that tasks do not have.

A DSSE envelope (https://github.com/secure-systems-lab/dsse) with an Ed25519 signature; its payload is the canonical JSON of
`ToolManifest`. A tool's digest is SHA-256 over the line `holdpoint.contract.v1` and the canonical JSON of its descriptor:
everything the contract declares, the JSON schemas of its models, and the digest of the file that holds its functions. A plan
binds these digests, so a tool that was changed after the vote is another tool.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from include.contracts import tools
from include.contracts.errors import ConfigError, Conflict, NotFound, StoreError
from include.contracts.production import FUNCTIONS, ProductionContract, ToolEntry, ToolManifest
from include.holds.digest import strict_json
from include.store.canonical import canonical
from include.store.files import new_file

PAYLOAD_TYPE = "application/vnd.holdpoint.tools+json"

_NAME_LINE = b"holdpoint.contract.v1\n"
_MAX_BYTES = 1024 * 1024
_FORGED = "take tools.json from whoever runs the writer, and the public key from a source you trust"


def descriptor(contract: ProductionContract) -> dict[str, Any]:
    """Everything of a contract that decides what it does, as JSON."""
    models = {"input": contract.input_model, "output": contract.output_model, "guard": contract.guard_model}
    declared = contract.model_dump(
        mode="json",
        exclude={f"{name}_model" for name in models} | FUNCTIONS,
    )
    return {
        **declared,
        "guard_fields": sorted(contract.guard_model.model_fields),
        "schemas": {name: model.model_json_schema() for name, model in models.items()},
        "source": hashlib.sha256(_source(contract)).hexdigest(),
    }


def contract_digest(contract: ProductionContract) -> str:
    """64 hexadecimal digits that change with anything in the contract or its file."""
    return hashlib.sha256(_NAME_LINE + canonical(descriptor(contract))).hexdigest()


def manifest_of(environment: str) -> ToolManifest:
    """The tools of this code that may act in the environment.

    :raises NotFound: there is none
    """
    there = [tool for tool in tools.production_tools() if environment in tool.environments]
    if not there:
        known = sorted({name for tool in tools.production_tools() for name in tool.environments})
        raise NotFound(f"No tool acts in the environment {environment!r}.", next_step=f"use one of: {', '.join(known)}")
    entries = tuple(ToolEntry(name=tool.name, version=tool.version, digest=contract_digest(tool)) for tool in there)
    return ToolManifest(environment=environment, tools=entries)


def sign_manifest(manifest: ToolManifest, signer: CryptoSigner) -> Envelope:
    """The manifest in its signed envelope."""
    envelope = Envelope(canonical(manifest.to_json()), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return envelope


def write_manifest(envelope: Envelope, path: Path) -> None:
    """Write the envelope to a new file, whole or not at all.

    :raises Conflict: there is a file of that name
    :raises StoreError: it cannot be written
    """
    try:
        with new_file(path, 0o644) as file:
            json.dump(envelope.to_dict(), file, indent=2)
    except FileExistsError:
        raise Conflict(f"{path} exists and is not overwritten.", next_step="name another file, then move it there") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.", next_step="name a file you may write") from error


def load_manifest(path: Path, public_keys: Sequence[SSlibKey]) -> ToolManifest:
    """The manifest of a file.

    :raises NotFound: there is no such file
    :raises ConfigError: it is not a manifest that one of the keys signed
    """
    try:
        with path.open("rb") as file:
            return open_manifest(file.read(_MAX_BYTES), public_keys)
    except FileNotFoundError:
        raise NotFound(f"There is no tool manifest {path}.", next_step="make one: ./holdpoint contracts manifest") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", next_step="make it readable") from error
    except ValueError as error:
        raise ConfigError(f"The tool manifest {path} cannot be trusted: {error}.", next_step=_FORGED) from error


def open_manifest(raw: bytes, public_keys: Sequence[SSlibKey]) -> ToolManifest:
    """The content of one envelope.

    :raises ValueError: it is no envelope, not ours, not signed by one of the keys, or its content is not a manifest's
    """
    try:
        envelope = Envelope.from_dict(strict_json(raw))
    except Exception as error:  # the library raises whatever garbage makes it trip over
        raise ValueError("it is not a DSSE envelope") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError("it is signed as something else")
    try:
        envelope.verify(list(public_keys), 1)
    except (VerificationError, ValueError) as error:
        raise ValueError("no key that was given has signed it") from error
    try:
        manifest = ToolManifest.model_validate_json(envelope.payload)
        same = canonical(manifest.to_json()) == envelope.payload
    except (ValidationError, ValueError) as error:
        raise ValueError("its content is not a manifest's") from error
    if not same or len({tool.name for tool in manifest.tools}) != len(manifest.tools):
        raise ValueError("its content is not in canonical form, or names a tool twice")
    return manifest


def _source(contract: ProductionContract) -> bytes:
    """The contract's own file: the registry keeps file names and tool names the same."""
    path = Path(str(tools.__file__)).with_name(f"{contract.name}.py")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The source of the tool {contract.name} is not at {path}.",
            next_step="install Holdpoint with its source files: a tool's digest covers them",
        ) from error
