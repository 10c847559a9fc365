"""The first task of `gated_change`: read the hold's record again, and claim it for this run."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class ReadHoldOperator(HoldpointOperator):
    """Returns the numbers of the plan's steps, over which `observe_targets` is mapped; pushes the hold's id as `hold`.

    The run's conf holds the hold's id. A run that was not started for the hold is skipped, whoever made it.
    """

    ui_color = "#e8f0fe"

    def execute(self, context: Any) -> list[int]:
        from include.holds.observe import begin

        hold = str(context["params"].get("hold") or "")
        context["ti"].xcom_push(key="hold", value="")  # a skipped run has none, and its sensor must be able to read that
        with airflow_errors():
            steps = begin(self.store, hold_id=hold, run=self.run_of(context))
        context["ti"].xcom_push(key="hold", value=hold)
        self.log.info("hold %s: %d steps", hold, len(steps))
        return list(steps)
