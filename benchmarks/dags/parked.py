"""A run that waits as one of `gated_change` does, without the tasks before it: thousands of them exist in minutes, not hours.

The same trigger, the same number of tasks before and behind; Airflow itself passes the empty ones and defers the one that waits.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator
from airflow.triggers.base import StartTriggerArgs

HOLD = "hold_" + "0" * 26


class Parked(BaseOperator):
    start_from_trigger = True
    start_trigger_args = StartTriggerArgs(
        trigger_cls="plugins.triggers.approval.ApprovalTrigger", trigger_kwargs={"hold": HOLD}, next_method="execute_complete"
    )

    def execute_complete(self, context: Any, event: Any = None) -> None:
        del context, event


with DAG(
    "parked", schedule=None, is_paused_upon_creation=False, max_active_runs=10_000, default_args={"owner": "sre"}, catchup=False
):
    before = EmptyOperator(task_id="read_hold")
    observe = EmptyOperator(task_id="observe_targets")
    before >> observe >> Parked(task_id="await_approval") >> EmptyOperator(task_id="release")
