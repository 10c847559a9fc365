"""What analysers pass to each other: an observation, and what it means for a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from include.contracts.diagnosis import Cause, Observation, Remark


class Sign(StrEnum):
    """What kind of sign an observation is."""

    NEUTRAL = "neutral"
    LOG = "log"  # an error of a kind that was not there before, or far more of it
    PROCESS_DOWN = "process_down"
    PROCESS_RUNNING = "process_running"
    RESTART = "restart"
    SATURATION = "saturation"
    ERROR_SHARE = "error_share"
    CHANGE = "change"  # a metric stepped
    ALERT = "alert"  # on a dependency
    DEPLOYMENT = "deployment"
    LOGONS = "logons"
    KNOWN_ISSUE = "known_issue"
    SUBJECT = "subject"  # the alert itself


# Signs that something is wrong in the service they are about.
TROUBLE = frozenset({Sign.LOG, Sign.PROCESS_DOWN, Sign.SATURATION, Sign.ERROR_SHARE, Sign.CHANGE, Sign.ALERT})

_STRONG_LINES = 3
MIN_SCORE = 30  # a cause below it is not worth a tired reader's time


@dataclass(frozen=True)
class Finding:
    """`at`: when what it shows began. `names`: services that the sign points at. `share`: of the service's unusual log lines."""

    observation: Observation
    sign: Sign
    service: str | None = None
    at: datetime | None = None
    names: frozenset[str] = frozenset()
    fault: str | None = None
    share: float = 1.0
    score: int = 0
    details: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.observation.key

    @property
    def strong(self) -> bool:
        """Enough by itself to suspect a service that nobody has named."""
        if self.details.get("old"):
            return False
        if self.sign is Sign.LOG:
            return int(self.details.get("count", "0")) >= _STRONG_LINES
        return self.sign in TROUBLE


@dataclass(frozen=True)
class Verdict:
    causes: tuple[Cause, ...] = ()
    remarks: tuple[Remark, ...] = ()
