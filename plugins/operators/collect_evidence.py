"""One read of a briefing; mapped over the planned reads, so that each is its own task instance: red, inspected, cleared alone."""

from __future__ import annotations

from typing import Any

from include.contracts.tool import ToolContract
from plugins.operators.base import HoldpointOperator, airflow_errors


class CollectEvidenceOperator(HoldpointOperator):
    """Keeps the evidence under its id, which the log names; pushes nothing, because the store is asked, not XCom.

    :param read_id: a planned read's id
    """

    template_fields = ("read_id",)
    ui_color = "#e6f4ea"

    def __init__(self, *, read_id: str, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)
        self.read_id = read_id

    def execute(self, context: Any) -> None:
        from include.triage.collect import collect

        with airflow_errors():
            kept = collect(self.store, self.catalogue, read_id=self.read_id, run=self.run_of(context), reader=self._read)
        self.log.info("kept as %s", kept)

    def _read(self, contract: ToolContract, query: Any, principal: str) -> Any:
        from include.triage.collect import Answer
        from plugins.hooks.read.registry import hook_class

        self.log.info("reading with %s", contract.name)
        result = hook_class(contract.name)(catalogue=self.catalogue, principal=principal).read(query)
        return Answer(result.output, result.place)
