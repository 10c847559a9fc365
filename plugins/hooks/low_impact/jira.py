"""Jira's draft changes behind an Airflow connection. Imported by `operators/low_impact_write.py` alone."""

from __future__ import annotations

from include.contracts.change_desk import ChangeDesk
from include.delivery.change_drafts import registry
from include.delivery.change_drafts.base import DraftSystem
from plugins.hooks.low_impact.paging import endpoint


def system(desk: ChangeDesk) -> DraftSystem:
    """The site of the desk's connection: its host, the account's e-mail address and its API token."""
    return registry.jira(desk, endpoint(str(desk.conn_id)))
