"""What Holdpoint's operators and sensors share: the record itself, and whose run this is.

Nothing that Airflow says is believed: every task opens the store and looks again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from include.catalogue.catalogue import Catalogue
    from include.store.database import Store


class Record:
    """Mixed into an operator or a sensor, after Airflow's own base: before it, no mapped task of the operator starts (3.3.2)."""

    @cached_property
    def store(self) -> Store:
        from include.store.database import Store
        from plugins.hooks.store import store_url

        store = Store.open(store_url())
        store.check()
        return store

    @cached_property
    def catalogue(self) -> Catalogue:
        from include.catalogue.loader import load_catalogue

        return load_catalogue()

    @staticmethod
    def run_of(context: Any) -> str:
        """This run's id, as the store knows it."""
        return str(context["dag_run"].run_id)
