"""The service's configuration item: the catalogue is the CMDB."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from include.contracts.tools import search_cmdb
from include.contracts.tools.search_cmdb import ConfigurationItem
from plugins.hooks.read.base import Asked, ReadHook, ReadResult


class CmdbHook(ReadHook):
    """No connection. Neighbours that the principal may not see are left out (H12)."""

    contract: ClassVar = search_cmdb.CONTRACT

    def _read(self, asked: Asked) -> ReadResult:
        service = asked.service
        owner = self.catalogue.person(service.owner)
        due = service.reviewed + timedelta(days=service.review_interval_days)
        output = ConfigurationItem(
            name=service.name,
            title=service.title,
            owner=f"{owner.full_name} ({owner.name})",
            tier=service.tier,
            environments=service.environments,
            depends_on=self.neighbours(asked, service.depends_on),
            dependants=self.neighbours(asked, self.catalogue.dependants(service.name)),
            reviewed=service.reviewed,
            stale=due < datetime.now(UTC).date(),
        )
        return ReadResult(output, f"catalogue {service.name}")
