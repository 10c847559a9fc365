"""Judge a change request: what it lacks, touches and runs into, and how large the risk is."""

from __future__ import annotations

from typing import Any

from plugins.operators.base import HoldpointOperator, airflow_errors


class AssessChangeOperator(HoldpointOperator):
    """Returns `{"rollback", "validation", "risk", "findings"}`: verdicts and a count, no words of the notes (H12)."""

    ui_color = "#fef7e0"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.cab.judge import assess_change

        change_id, briefing = self.briefing_of(context)
        with airflow_errors():
            found = assess_change(self.store, self.catalogue, change_id=change_id, briefing=briefing, run=self.run_of(context))
        return {
            "rollback": found.rollback.value,
            "validation": found.validation.value,
            "risk": found.risk.level,
            "findings": len(found.findings),
        }
