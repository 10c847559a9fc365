"""What a drafter of a CAB package works with: nothing else reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from include.catalogue.catalogue import Catalogue
from include.contracts.change import Assessment
from include.contracts.evidence import Citation, Evidence, Gap
from include.contracts.incident import Classification, Incident

Quotes = Mapping[str, tuple[Citation, ...]]
"""Topic (`purpose`, `window`, `rollback` …) to what the notes say there, in their order."""


@dataclass(frozen=True)
class CabContext:
    """:ivar catalogue: as far as the principal may know it
    :ivar notes: their evidence
    :ivar evidence: what was read beside them
    """

    change: Incident
    classification: Classification
    catalogue: Catalogue
    assessment: Assessment
    services: tuple[str, ...]
    notes: Evidence
    quotes: Quotes
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]
    version: int
    now: datetime
