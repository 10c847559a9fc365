"""A pull request that was wanted: written down, for the dispatcher to start a run for."""

from __future__ import annotations

from include.contracts.repository import PullRequest
from include.reviewing.asking import ask_for_pull
from include.store.database import Store


def accept(store: Store, wanted: PullRequest) -> str:
    """The id of its review; the same one for the same two commits, however often they are posted."""
    return ask_for_pull(store, wanted)
