"""Judge the release of the run's hold. What acts on it judges again: this tells an operator how it stands, and stops the run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class ReleaseOperator(HoldpointOperator):
    """Fails, naming the rule, unless the plan may be executed now; deferred where only its window has not opened yet.

    It consumes nothing. Returns `{"hold", "rules": {rule: "ok"}, "approvals": count}`.
    """

    ui_color = "#e8eaf6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.holds.waiting import release

        hold = self.hold_of(context)
        with airflow_errors():
            found = release(self.store, self.catalogue, hold)
        if found.opens is not None:
            self._wait_until(found.opens)
        rules = {verdict.rule: "ok" for verdict in found.judgement.verdicts}
        self.log.info("hold %s may be executed: %s", hold, ", ".join(rules))
        return {"hold": hold, "rules": rules, "approvals": len(found.judgement.approvals)}

    def execute_complete(self, context: Any, event: Any = None) -> dict[str, Any]:
        """The time has come, by the triggerer's clock; the store's is asked."""
        del event
        return self.execute(context)

    def _wait_until(self, moment: datetime) -> None:
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        self.log.info("waiting for the plan's window, which opens at %s", moment.isoformat())
        self.defer(trigger=DateTimeTrigger(moment=moment + timedelta(seconds=1)), method_name="execute_complete")
