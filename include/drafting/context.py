"""What a drafter is given: everything a brief may be made from, and nothing it would have to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert
from include.contracts.diagnosis import Diagnosis
from include.contracts.evidence import Evidence, Gap
from include.contracts.incident import Classification, Incident

_NOT_OBSERVED = frozenset({"alert", "question", "query_approved_runbook"})


@dataclass(frozen=True)
class BriefContext:
    """Evidence includes the alert or the question itself and the runbook passages. The same context makes the same brief.

    `notes`: further assumptions in plain sentences, of whoever gathered this. `now` is the brief's time, aware.
    """

    incident: Incident
    classification: Classification
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]
    diagnosis: Diagnosis
    catalogue: Catalogue
    version: int
    now: datetime
    alert: Alert | None = None
    notes: tuple[str, ...] = ()

    @property
    def observed(self) -> tuple[Evidence, ...]:
        """What systems answered: neither the alert or question itself, nor what runbooks say."""
        return tuple(item for item in self.evidence if item.tool not in _NOT_OBSERVED)
