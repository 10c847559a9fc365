"""The whole of sealing: find the newest checkpoint of a folder, verify from there, sign, write the next one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from securesystemslib.signer import CryptoSigner, SSlibKey

from include.contracts.errors import Conflict
from include.store.checkpoint import checkpoint_path, create_checkpoint, load_checkpoints, write_checkpoint
from include.store.database import Store


class Sealed(NamedTuple):
    """`new` is False where the head was sealed before."""

    path: Path
    seq: int
    new: bool


def seal(store: Store, signer: CryptoSigner, folder: Path, older_keys: Sequence[SSlibKey] = ()) -> Sealed:
    """Seal the ledger's head into `folder`, whose checkpoints the signer or one of `older_keys` has signed.

    :raises LedgerBroken: the ledger, or a checkpoint already there, does not verify
    :raises StoreError: the store or the folder cannot be used
    """
    there = load_checkpoints(folder, [signer.public_key, *older_keys]) if folder.exists() else []
    with store.read() as conn:
        envelope = create_checkpoint(conn, signer, since=there[-1] if there else None)
    path = checkpoint_path(envelope, folder)
    try:
        write_checkpoint(envelope, folder)
    except Conflict:  # the head has not moved, or another process was as quick
        return Sealed(path, int(path.stem.rpartition("-")[2]), new=False)
    return Sealed(path, int(path.stem.rpartition("-")[2]), new=True)
