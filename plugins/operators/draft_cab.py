"""Draft the CAB package from the notes, their assessment and what was read; check that it is grounded; keep it as a version."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperatorLink

from plugins.operators.base import HoldpointOperator, airflow_errors


class PackageLink(BaseOperatorLink):
    """A button on the task: the package as a page, for who may read it."""

    name = "Package"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        del ti_key
        return str(getattr(operator, "package_url", "") or "")


class DraftCabOperator(HoldpointOperator):
    """Returns `{"change", "version", "facts", "gaps"}`. The same content again is the same version."""

    ui_color = "#fef7e0"
    operator_extra_links = (PackageLink(),)

    def execute(self, context: Any) -> dict[str, Any]:
        from include.cab.draft import draft_package

        change_id, briefing = self.briefing_of(context)
        with airflow_errors():
            drafted = draft_package(self.store, self.catalogue, change_id=change_id, briefing=briefing, run=self.run_of(context))
        self.package_url = f"/holdpoint/changes/{change_id}?version={drafted.version}"
        return {"change": change_id, "version": drafted.version, "facts": drafted.facts, "gaps": drafted.gaps}
