"""ServiceNow's draft changes behind an Airflow connection. Imported by `operators/low_impact_write.py` alone."""

from __future__ import annotations

from include.contracts.change_desk import ChangeDesk
from include.delivery.change_drafts import registry
from include.delivery.change_drafts.base import DraftSystem
from plugins.hooks.low_impact.paging import endpoint


def system(desk: ChangeDesk) -> DraftSystem:
    """The instance of the desk's connection: its host, login and password, or a token as the password and no login."""
    return registry.servicenow(desk, endpoint(str(desk.conn_id)))
