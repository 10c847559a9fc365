"""Signed checkpoints: "entry `seq` of store `store` had this hash", kept where whoever can write the store cannot.

A checkpoint is a DSSE envelope (https://github.com/secure-systems-lab/dsse) with an Ed25519 signature; its payload is
canonical JSON: `{"at", "erased", "hash", "seq", "store"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey
from sqlalchemy import Connection

from include.contracts.base import Contract, Digest
from include.contracts.errors import Conflict, LedgerBroken, NotFound, StoreError
from include.store.canonical import canonical
from include.store.database import now
from include.store.files import new_file
from include.store.verify import verify_snapshot

PAYLOAD_TYPE = "application/vnd.holdpoint.checkpoint+json"

_NAME = re.compile(r"checkpoint-([1-9][0-9]*)\.json")
_MAX_BYTES = 64 * 1024
_FORGED = "Take the checkpoints from where they were kept, and the public key from a source you trust."


class Checkpoint(Contract):
    """What is signed: the ledger's head at one time, and how many erasures the chain tells of up to it."""

    store: Annotated[str, Field(pattern=r"^store_[0-9a-z]{26}$")]
    seq: Annotated[int, Field(ge=1)]
    hash: Digest
    at: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z$")]
    erased: Annotated[int, Field(ge=0)]


def create_checkpoint(conn: Connection, signer: CryptoSigner, *, since: Checkpoint | None = None) -> Envelope:
    """Verify the ledger, from the checkpoint `since` on, and sign its head. Needs a connection of `Store.read()`.

    :raises LedgerBroken: it does not verify; a broken chain is never signed
    """
    report = verify_snapshot(conn, start=since)
    if not report.ok or report.store_id is None:
        first = report.problems[0]
        raise LedgerBroken(f"The ledger is not sealed: entry {first.seq}: {first.problem}", next_step=first.next_step)
    content = Checkpoint(store=report.store_id, seq=report.head, hash=report.head_hash, at=now(conn), erased=report.erasures)
    envelope = Envelope(canonical(content.to_json()), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return envelope


def checkpoint_path(envelope: Envelope, folder: Path) -> Path:
    """`checkpoint-<seq>.json` in the folder."""
    return folder / f"checkpoint-{json.loads(envelope.payload)['seq']}.json"


def write_checkpoint(envelope: Envelope, folder: Path) -> Path:
    """Write the checkpoint's file, whole or not at all, and never over another.

    :raises Conflict: this entry was sealed before
    :raises StoreError: the folder cannot be written
    """
    path = checkpoint_path(envelope, folder)
    try:
        with new_file(path, 0o644) as file:
            json.dump(envelope.to_dict(), file, indent=2)
    except FileExistsError:
        raise Conflict(f"{path} exists already.", next_step="Nothing to do: a checkpoint is never replaced.") from None
    except OSError as error:
        raise StoreError(
            f"The checkpoint cannot be written to {folder}: {error.strerror}.", next_step="Name a local folder; copy from there."
        ) from error
    return path


def load_checkpoints(folder: Path, public_keys: Sequence[SSlibKey]) -> list[Checkpoint]:
    """All checkpoints of a folder, oldest first, each signed by one of the keys.

    :raises NotFound: the folder does not exist
    :raises LedgerBroken: a file is not a checkpoint that one of the keys signed
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", next_step="Name the folder with the checkpoint-….json files.")
    return sorted((_load(path, public_keys) for path in folder.glob("checkpoint-*.json")), key=lambda found: found.seq)


def newest_said(folder: Path) -> tuple[int, str] | None:
    """Entry and time of a folder's newest checkpoint, as its file says: nobody has looked at its signature. None where none is
    there or it is no checkpoint; only `load_checkpoints` says what is wrong."""
    try:
        numbered = [(int(named[1]), path) for path in folder.iterdir() if (named := _NAME.fullmatch(path.name))]
        with max(numbered)[1].open("rb") as file:
            said = Checkpoint.model_validate_json(Envelope.from_dict(json.loads(file.read(_MAX_BYTES))).payload)
    except Exception:  # no folder, none in it, or whatever garbage makes of the library
        return None
    return said.seq, said.at


def open_checkpoint(raw: bytes, public_keys: Sequence[SSlibKey]) -> Checkpoint:
    """The content of one envelope.

    :raises ValueError: it is no envelope, not ours, not signed by one of the keys, or its content is not a checkpoint's
    """
    try:
        envelope = Envelope.from_dict(json.loads(raw))
    except Exception as error:  # the library raises whatever garbage makes it trip over
        raise ValueError("it is not a DSSE envelope") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError("it is signed as something else")
    try:
        envelope.verify(list(public_keys), 1)
    except (VerificationError, ValueError) as error:
        raise ValueError("no key that was given has signed it") from error
    try:
        return Checkpoint.model_validate_json(envelope.payload)
    except ValidationError as error:
        raise ValueError("its content is not a checkpoint's") from error


def _load(path: Path, public_keys: Sequence[SSlibKey]) -> Checkpoint:
    try:
        with path.open("rb") as file:
            checkpoint = open_checkpoint(file.read(_MAX_BYTES), public_keys)
        named = _NAME.fullmatch(path.name)
        if named is None or int(named[1]) != checkpoint.seq:
            raise ValueError(f"it seals entry {checkpoint.seq}, not what its name says")
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.", next_step="Make it readable.") from error
    except ValueError as error:
        raise LedgerBroken(f"{path} cannot be trusted: {error}.", next_step=_FORGED) from error
    return checkpoint
