"""What part of the ledger a checkpoint seals, where one is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from include.store.checkpoint import Checkpoint
from include.store.ledger import store_id
from include.store.schema import ledger


@dataclass(frozen=True)
class Seal:
    """Entry `seq` is the one that was sealed at `at`; 0 and empty where no checkpoint holds.

    That entries 1 to `seq` are those that were there then follows only together with a verification of the whole chain.
    """

    seq: int
    at: str
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"sealed_to": self.seq, "sealed_at": self.at, "problems": list(self.problems)}


def sealed(conn: Connection, checkpoints: Sequence[Checkpoint]) -> Seal:
    """Hold checkpoints against the ledger's own hashes."""
    own = store_id(conn)
    query = select(ledger.c.seq, ledger.c.hash).where(ledger.c.seq.in_({checkpoint.seq for checkpoint in checkpoints}))
    stored: dict[int, Any] = {seq: digest for seq, digest in conn.execute(query)}
    problems, newest = [], None
    for checkpoint in sorted(checkpoints, key=lambda one: one.seq):
        if checkpoint.store != own:
            problems.append(f"The checkpoint of entry {checkpoint.seq} is of another store, {checkpoint.store}.")
        elif checkpoint.seq not in stored:
            problems.append(f"Entry {checkpoint.seq} was sealed on {checkpoint.at}; it is missing.")
        elif stored[checkpoint.seq] != checkpoint.hash:
            problems.append(f"Entry {checkpoint.seq} is not the one sealed on {checkpoint.at}: the chain was rewritten.")
        else:
            newest = checkpoint
    return Seal(newest.seq if newest else 0, newest.at if newest else "", tuple(problems))
