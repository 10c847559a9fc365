"""What reads have in common: a service in an environment, and a window of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from include.contracts.base import Contract, Slug

# Text as a system gave it, made safe by `clean_text` in the hook; long lines are cut by the hook, which says so in the text.
Observed = Annotated[str, StringConstraints(max_length=8_000)]
MAX_WINDOW = timedelta(days=31)


class ServiceInput(Contract):
    """Names of the catalogue; where the service is found in a system is looked up there, never passed in (H11)."""

    service: Slug
    environment: Slug


class WindowInput(ServiceInput):
    """Half-open window [since, until), at most 31 days."""

    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _window(self) -> WindowInput:
        if not self.since < self.until:
            raise ValueError("since must be before until")
        if self.until - self.since > MAX_WINDOW:
            raise ValueError("the window is longer than 31 days")
        return self


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


def stamp(at: datetime) -> str:
    """A time as evidence texts write it: ISO 8601, UTC, seconds (milliseconds where there are any), `Z`."""
    utc = at.astimezone(UTC)
    spec = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=spec).replace("+00:00", "Z")
