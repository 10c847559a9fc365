"""A pull request that was wanted: written down, for the dispatcher to start a run for."""

from __future__ import annotations

from include.contracts.errors import StoreError
from include.contracts.repository import PullRequest
from include.store.database import Store


def accept(store: Store, wanted: PullRequest) -> str:
    """The id of its review; the same one for the same two commits, however often they are posted."""
    del store, wanted
    raise StoreError("Reviews are not kept yet.", next_step="GitHub keeps the delivery; send it again later")
