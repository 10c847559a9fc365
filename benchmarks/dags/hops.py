"""A chain of tasks that do nothing: what lies between them is the scheduler's."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, BaseOperator, chain


class Nothing(BaseOperator):
    def execute(self, context: Any) -> None:
        del context


with DAG("hops", schedule=None, is_paused_upon_creation=False, default_args={"owner": "sre"}):
    chain(*(Nothing(task_id=f"task_{number}") for number in range(6)))
