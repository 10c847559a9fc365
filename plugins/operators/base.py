"""What Holdpoint's operators share: the store, the catalogue, this run's ids, and errors turned into Airflow's.

Operators stay thin: `execute` wires a reader to a function of `include/` and translates its errors. A denial is never retried;
a failed read may be. Return values and messages carry ids, tool names, states, counts and error codes, never content (H12).
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from include.contracts.errors import Conflict, HoldpointError

if TYPE_CHECKING:
    from include.catalogue.catalogue import Catalogue
    from include.store.database import Store


class HoldpointOperator(BaseOperator):
    """Base of all operators here."""

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

    def briefing_of(self, context: Any) -> tuple[str, int]:
        """The incident and briefing that this run has claimed, by the store's record; without one there is nothing to do."""
        from include.store import dispatches

        with self.store.read() as conn:
            mine = dispatches.of_run(conn, self.run_of(context))
        if mine is None:
            raise AirflowSkipException("This run has claimed no briefing; another one has it, or will be started for it.")
        return str(mine["incident_id"]), int(mine["briefing"])


@contextmanager
def airflow_errors() -> Iterator[None]:
    """Holdpoint's errors as Airflow's: another run has it: skipped; may be retried: failed; else failed for good."""
    try:
        yield
    except Conflict as error:
        raise AirflowSkipException(str(error)) from None
    except HoldpointError as error:
        # `from None`: a chained traceback could carry content into the log.
        if error.retryable:
            raise AirflowException(f"{error.code}: {error}") from None
        raise AirflowFailException(f"{error.code}: {error}") from None
    except AirflowException:
        raise
    except Exception as error:  # a driver's or a model's message quotes what it choked on
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        raise AirflowException(f"unexpected: {type(error).__name__} at {where}; the words are left out of the log") from None
