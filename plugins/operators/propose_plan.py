"""The plan that a change request's author may sign, where its steps are calls of registered tools. It proposes nothing itself."""

from __future__ import annotations

from typing import Any

from include.contracts.tool import ToolContract
from plugins.operators.base import HoldpointOperator, airflow_errors


class ProposePlanOperator(HoldpointOperator):
    """Observes each target, keeps the offer. Returns `{"offered", "steps"}`."""

    ui_color = "#e6f4ea"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.cab.offer import offer_plan

        change_id, briefing = self.briefing_of(context)
        with airflow_errors():
            request, reason = offer_plan(
                self.store,
                self.catalogue,
                change_id=change_id,
                briefing=briefing,
                run=self.run_of(context),
                reader=self._read,
            )
        self.log.info("%s", reason)
        return {"offered": request is not None, "steps": len(request.steps) if request else 0}

    def _read(self, contract: ToolContract, query: Any, principal: str) -> Any:
        from plugins.hooks.read.registry import read_hook

        self.log.info("reading with %s", contract.name)
        return read_hook(contract.name, catalogue=self.catalogue, principal=principal).read(query).output
