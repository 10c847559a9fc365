"""One step's target, read again; mapped over the steps, so that each is its own task instance: red, cleared alone."""

from __future__ import annotations

from typing import Any

from include.contracts.tool import ToolContract
from plugins.operators.base import HoldpointOperator, airflow_errors


class ObserveTargetOperator(HoldpointOperator):
    """Keeps what it read with the hold; pushes nothing, because the store is asked, not XCom.

    :param step: the step's number in the plan
    """

    template_fields = ("step",)
    ui_color = "#e6f4ea"

    def __init__(self, *, step: int, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)
        self.step = step

    def execute(self, context: Any) -> None:
        from include.holds.observe import observe

        hold = self.hold_of(context)
        with airflow_errors():
            observe(
                self.store,
                self.catalogue,
                hold_id=hold,
                step=int(self.step),
                run=self.run_of(context),
                reader=self._read,
            )

    def _read(self, contract: ToolContract, query: Any, principal: str) -> Any:
        from plugins.hooks.read.registry import read_hook

        self.log.info("reading with %s", contract.name)
        return read_hook(contract.name, catalogue=self.catalogue, principal=principal).read(query).output
