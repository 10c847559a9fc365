"""The floor of `incident_triage`: a DAG of the same shape, mapped instances included, whose tasks do nothing."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, BaseOperator, Param


class Nothing(BaseOperator):
    template_fields = ("read_id",)

    def __init__(self, *, read_id: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read_id = read_id

    def execute(self, context: Any) -> Any:
        return [str(n) for n in range(context["params"]["reads"])] if self.task_id == "read_alert" else None


with DAG(
    "empty_shape",
    schedule=None,
    is_paused_upon_creation=False,
    params={"reads": Param(12, type="integer")},
    default_args={"owner": "sre"},
):
    first = Nothing(task_id="read_alert")
    reads = Nothing.partial(task_id="collect_evidence").expand(read_id=first.output)
    draft = Nothing(task_id="draft_brief", trigger_rule="all_done")
    first >> [reads, Nothing(task_id="retrieve_runbooks")] >> draft >> Nothing(task_id="escalate", trigger_rule="all_done")
