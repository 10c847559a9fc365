"""The service's configuration item: owner, dependencies, dependants, environments, when it was last reviewed (the catalogue)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from include.contracts.base import Line, Slug
from include.contracts.reads import ServiceInput
from include.contracts.tool import Output, load_contract


class ConfigurationItem(Output):
    name: Slug
    title: Line
    owner: Line
    tier: Annotated[int, Field(ge=1, le=4)]
    environments: tuple[Slug, ...]
    depends_on: tuple[Slug, ...]
    dependants: tuple[Slug, ...]
    reviewed: date
    stale: bool

    def lines(self) -> Iterable[str]:
        yield f"{self.name} ({self.title}) is tier {self.tier}, owned by {self.owner}, in {', '.join(self.environments)}"
        if self.depends_on:
            yield f"{self.name} depends on {', '.join(self.depends_on)}"
        if self.dependants:
            yield f"{', '.join(self.dependants)} depends on {self.name}"
        stale = " and is overdue for review" if self.stale else ""
        yield f"{self.name} entry was reviewed on {self.reviewed.isoformat()}{stale}"


CONTRACT = load_contract(
    {
        "name": "search_cmdb",
        "version": 1,
        "tool_class": "read",
        "summary": "The service's configuration item with dependencies and owner",
        "owner": "service-desk",
        "input_model": ServiceInput,
        "output_model": ConfigurationItem,
        "system": "cmdb",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 10,
        "retry": {"attempts": 1, "delay_s": 0},
        "idempotency": "safe",
    }
)
