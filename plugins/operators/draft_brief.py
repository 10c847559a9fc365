"""Draft the brief from what was read, check that it is grounded, keep it as a version."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperatorLink

from plugins.operators.base import HoldpointOperator, airflow_errors


class BriefLink(BaseOperatorLink):
    """A button on the task: the brief as a page, for who may read it."""

    name = "Brief"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        del ti_key
        return str(getattr(operator, "brief_url", "") or "")


class DraftBriefOperator(HoldpointOperator):
    """Returns `{"incident", "version", "facts", "gaps"}`. The same content again is the same version."""

    ui_color = "#fef7e0"
    operator_extra_links = (BriefLink(),)

    def execute(self, context: Any) -> dict[str, Any]:
        from include.triage.draft import draft_brief

        incident_id, briefing = self.briefing_of(context)
        with airflow_errors():
            drafted = draft_brief(
                self.store, self.catalogue, incident_id=incident_id, briefing=briefing, run=self.run_of(context)
            )
        self.brief_url = f"/holdpoint/incidents/{incident_id}?version={drafted.version}"
        return {"incident": incident_id, "version": drafted.version, "facts": drafted.facts, "gaps": drafted.gaps}
