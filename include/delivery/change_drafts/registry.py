"""Every change system outside, by the kind of desk that uses it: from a desk's row and its connection to the system."""

from __future__ import annotations

import base64
from collections.abc import Callable

from include.contracts.change_desk import ChangeDesk
from include.contracts.errors import ConfigError
from include.delivery.change_drafts.base import DraftSystem
from include.delivery.change_drafts.jira import JiraDrafts
from include.delivery.change_drafts.servicenow import ServiceNowDrafts
from include.delivery.change_drafts.wire import Wire
from include.delivery.transports.base import Endpoint


def servicenow(desk: ChangeDesk, endpoint: Endpoint) -> DraftSystem:
    """Basic authentication with login and password; a bearer token where there is a password and no login."""
    return ServiceNowDrafts(desk, _wire("ServiceNow", endpoint), login=endpoint.login)


def jira(desk: ChangeDesk, endpoint: Endpoint) -> DraftSystem:
    """The account's e-mail address and its API token."""
    return JiraDrafts(desk, _wire("Jira", endpoint))


SYSTEMS: dict[str, Callable[[ChangeDesk, Endpoint], DraftSystem]] = {"servicenow": servicenow, "jira": jira}


def _wire(system: str, endpoint: Endpoint) -> Wire:
    if not endpoint.password:
        raise ConfigError(f"The connection to {system} has no password or token.", next_step="docs/change-drafts.md says which")
    host = endpoint.url or endpoint.host
    url = host if "://" in host else f"https://{host}{f':{endpoint.port}' if endpoint.port else ''}"
    pair = base64.b64encode(f"{endpoint.login}:{endpoint.password}".encode()).decode()
    authorization = f"Basic {pair}" if endpoint.login else f"Bearer {endpoint.password}"
    return Wire(system=system, url=url, authorization=authorization)
