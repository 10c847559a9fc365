"""What Holdpoint's operators share: the store, the catalogue, this run's ids, and errors turned into Airflow's.

Operators stay thin: `execute` wires a reader to a function of `include/` and translates its errors. A denial is never retried;
a failed read may be. Return values and messages carry ids, tool names, states, counts and error codes, never content (H12).
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from plugins.hooks.errors import airflow_errors
from plugins.hooks.record import Record

__all__ = ["HoldpointOperator", "airflow_errors"]


class HoldpointOperator(BaseOperator, Record):
    """Base of all operators here."""

    def briefing_of(self, context: Any) -> tuple[str, int]:
        """What this run has claimed, by the store's record: an incident or change request, and which briefing of it."""
        mine = self.claimed_by(context)
        if mine is None:
            raise AirflowSkipException("This run has claimed no briefing; another one has it, or will be started for it.")
        return mine

    def claimed_by(self, context: Any) -> tuple[str, int] | None:
        """What this run has claimed, also in an earlier try of its first task; None where it has claimed nothing."""
        from include.store import dispatches

        with self.store.read() as conn:
            mine = dispatches.of_run(conn, self.run_of(context))
        return (str(mine["incident_id"]), int(mine["briefing"])) if mine is not None else None

    def hold_of(self, context: Any) -> str:
        """The hold that this run has claimed, by the store's record; without one there is nothing to do."""
        from include.store import hold_runs

        hold = str(context["params"].get("hold") or "")
        with self.store.read() as conn:
            if not hold_runs.claimed(conn, hold, self.run_of(context)):
                raise AirflowSkipException("This run has claimed no hold; another one has it, or will be started for it.")
        return hold
