"""What stands in a change's way: freezes, other changes of the same services, open incidents of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from include.catalogue.catalogue import Catalogue
from include.changes.window import Window
from include.contracts.change import ChangeConflict, OpenIncident, OtherChange
from include.contracts.plan import Risk
from include.policy.calendar import freezes_between

Span = tuple[datetime, datetime]
# Offsets of the world's clocks: without a zone, a window may lie anywhere between these.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)


def conflicts(
    catalogue: Catalogue,
    services: Collection[str],
    environment: str,
    window: Window | None,
    overlapping: Sequence[OtherChange] = (),
    incidents: Sequence[OpenIncident] = (),
) -> tuple[ChangeConflict, ...]:
    """Freezes that bind in the window, changes that overlap it, incidents that are open; in this order.

    A window without a zone is compared with the widest that it could be, and what it then meets is not certain.
    """
    found = list(_incidents(services, incidents))
    span = span_of(window)
    if window is None or span is None:
        return tuple(found)
    (start, end), certain = span, bool(window.start and window.end)
    ahead: list[ChangeConflict] = []
    for freeze in freezes_between(catalogue, services, environment, Risk.HIGH, start, end):
        until = f"{_shown(freeze.start)} to {_shown(freeze.end)}"
        exception = "" if freeze.allows == "none" else f" (up to {freeze.allows} risk is allowed)"
        says = f"{freeze.reason}: {until}{exception}; owner {freeze.owner}"
        ahead.append(ChangeConflict(kind="freeze", name=freeze.name, certain=certain, says=says[:400]))
    for other in overlapping:
        shared = sorted(set(other.services) & set(services))
        if shared and other.start.astimezone(UTC) < end and start < other.end.astimezone(UTC):
            says = f"also changes {', '.join(shared)}, {_shown(other.start)} to {_shown(other.end)}"
            ahead.append(ChangeConflict(kind="change", name=other.id, certain=certain, says=says[:400]))
    return (*ahead, *found)


def _incidents(services: Collection[str], incidents: Sequence[OpenIncident]) -> Iterator[ChangeConflict]:
    for incident in incidents:
        if incident.service in services:
            says = f"open on {incident.service}: {incident.title}"
            yield ChangeConflict(kind="incident", name=incident.id, certain=True, says=says[:400])


def span_of(window: Window | None) -> Span | None:
    """When it may be, at the widest; None where that cannot be said."""
    if window is None:
        return None
    if window.start and window.end:
        return window.start, window.end
    if window.wall and window.wall[0] < window.wall[1]:
        first, last = (moment.replace(tzinfo=UTC) for moment in window.wall)
        return first - _EAST, last - _WEST
    return None


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
