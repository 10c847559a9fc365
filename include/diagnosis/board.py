"""All findings on one board, and where along the dependencies the trouble seems to begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from include.contracts.claims import parse_time, spell
from include.contracts.reads import stamp
from include.diagnosis.case import Case
from include.diagnosis.finding import TROUBLE, Finding, Sign, Verdict

_NAMED_SHARE = 0.2  # of a service's unusual lines: one line that lies among many does not lead anywhere
_OWN_SHARE = 0.5
_DOMINANT_SHARE = 0.1
_LATER = timedelta(minutes=5)  # trouble that begins later than this is not taken for the cause

# What a cause at a service loses: nothing points at it; something below has signs too; something below is unread.
_NOWHERE, _BESIDE, _PERHAPS = 45, 20, 10


class Standing(StrEnum):
    """What speaks for a service as the place where it begins."""

    OWN = "own"  # has signs of its own and nothing it depends on explains them
    BESIDE = "beside"  # has signs of its own, and so has something it depends on
    UNREAD = "unread"  # named by the services above it, and nothing was read about it
    QUIET = "quiet"  # named by the services above it, and looks well itself


@dataclass(frozen=True)
class Origin:
    """`path` from the incident's service to this one, both included; `keys`: observations that led along it."""

    service: str
    standing: Standing
    path: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Beginning:
    """When the trouble began, in what words, and the keys of the observations that show it."""

    at: datetime
    what: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    case: Case
    findings: tuple[Finding, ...]
    origins: tuple[Origin, ...]

    @classmethod
    def of(cls, case: Case, findings: Sequence[Finding]) -> Board:
        return cls(case, tuple(findings), tuple(_Walk(case, findings).origins()))

    def of_sign(self, sign: Sign, service: str | None = None) -> list[Finding]:
        return [item for item in self.findings if item.sign is sign and service in (None, item.service)]

    def origin(self, service: str | None) -> Origin | None:
        """The origin at that service, unless it is one that looks well."""
        return next((item for item in self.origins if item.service == service and item.standing is not Standing.QUIET), None)

    def suspects(self, *standings: Standing) -> list[Origin]:
        return [item for item in self.origins if item.standing in standings]

    def onset(self, service: str | None) -> datetime | None:
        return onset(self.findings, service)

    def beginning(self, service: str | None) -> Beginning:
        """When it began: by the service's own signs, else by those of the incident's service, else with the alert."""
        own = self.case.incident.service
        for name, what in ((service, "its trouble"), (own, f"the trouble of {own}")):
            at = self.onset(name)
            if at is not None:
                found = [i.key for i in self.findings if i.service == name and i.at == at and i.sign in TROUBLE]
                return Beginning(at, what, tuple(found[:2]))
        return Beginning(self.case.incident.started_at, "the alert", tuple(i.key for i in self.of_sign(Sign.SUBJECT)[:1]))

    def support(self, origin: Origin, *keys: str) -> tuple[str, ...]:
        """Observation keys without repeats: the cause's own first, then those that led there."""
        return tuple(dict.fromkeys((*keys, *origin.keys)))

    def namer(self, origin: Origin) -> str:
        """The service whose log led to an origin: the one nearest to it on the way."""
        named = {item.service for item in self.findings if item.key in origin.keys and origin.service in item.names}
        return next((name for name in reversed(origin.path[:-1]) if name in named), origin.path[-2])

    def describe(self, origin: Origin) -> str:
        """The service with its place among the dependencies, for a statement."""
        if len(origin.path) < 2:
            return origin.service
        through = f" through {' and '.join(origin.path[1:-1])}" if len(origin.path) > 2 else ""
        return f"{origin.service} (on which {origin.path[0]} depends{through})"

    def against(self, service: str | None, supports: Iterable[str] = ()) -> tuple[str, ...]:
        """Signs of other places that explain the trouble as well or better than this service."""
        if self.discount(service) < _BESIDE:
            return ()
        others = [item.service for item in self.suspects(Standing.OWN, Standing.BESIDE) if item.service != service]
        keys = [item.key for item in self.findings if item.service in others and item.sign in TROUBLE and item.strong]
        return tuple(key for key in keys if key not in supports)[:2]

    def discount(self, service: str | None) -> int:
        """What other places that have signs of their own take from a cause at this service."""
        origin = self.origin(service)
        if origin is None:
            return _NOWHERE
        if origin.standing is Standing.BESIDE:
            return _BESIDE
        return _PERHAPS if self.suspects(Standing.UNREAD) and origin.standing is Standing.OWN else 0


@dataclass(frozen=True)
class Analyser:
    """`observe` reads evidence; `explain` builds causes on what all analysers observed."""

    name: str
    observe: Callable[[Case], Iterable[Finding]]
    explain: Callable[[Board], Verdict] = lambda _: Verdict()


def onset(findings: Iterable[Finding], service: str | None) -> datetime | None:
    """When a service's trouble began: by its dominant log patterns and its processes, else by its metrics and alerts."""
    own = [item for item in findings if item.service == service and item.sign in TROUBLE and not item.details.get("old")]
    logs = [item for item in own if item.sign is Sign.LOG]
    most = max((item.share for item in logs), default=0.0)
    leading = [item for item in logs if item.share >= _DOMINANT_SHARE * most and (item.strong or not any(i.strong for i in logs))]
    first = [item.at for item in (*leading, *(item for item in own if item.sign is Sign.PROCESS_DOWN)) if item.at]
    rest = [item.at for item in own if item.sign in (Sign.CHANGE, Sign.ALERT) and item.at]
    return min(first, default=None) or min(rest, default=None)


def after(earlier: datetime, later: datetime) -> str:
    """`4 minutes after`, for a statement; of the times as evidence writes them, in milliseconds."""
    return f"{spell(parse_time(stamp(later)) - parse_time(stamp(earlier)))} after"


class _Walk:
    """Down the dependencies from the incident's service, as far as something points on."""

    def __init__(self, case: Case, findings: Sequence[Finding]) -> None:
        self.case, self.findings = case, findings
        self.found: dict[str, Origin] = {}
        self.read = {item.service for item in findings if item.service} | set(case.services())
        self.began = onset(findings, case.incident.service) or case.incident.started_at

    def origins(self) -> list[Origin]:
        service = self.case.incident.service
        if service is not None:
            self._visit(service, (service,), ())
        return list(self.found.values())

    def _visit(self, service: str, path: tuple[str, ...], keys: tuple[str, ...]) -> None:
        below = False
        for name in self.case.facts.depends_on.get(service, ()):
            named = self._naming(path, name)
            if name in path or not (named or self._troubled(name, by_itself=True)):
                continue
            way = (*path, name)
            led = (*keys, *(item.key for item in named))
            if self._troubled(name, by_itself=not named) or self._points_on(name, way):
                below = True
                self._visit(name, way, led)
            elif name in self.read:
                self._add(name, Standing.QUIET, way, led)
            else:
                below = True
                self._add(name, Standing.UNREAD, way, led)
        self._stay(service, path, keys, below=below)

    def _stay(self, service: str, path: tuple[str, ...], keys: tuple[str, ...], *, below: bool) -> None:
        """Is this service itself a place where it may begin?"""
        deeper = [item for name, item in self.found.items() if service in item.path and item.standing is not Standing.QUIET]
        if not below or all(item.standing is Standing.UNREAD for item in deeper):
            self._add(service, Standing.OWN, path, keys)
        elif self._on_its_own(service):
            self._add(service, Standing.BESIDE, path, keys)

    def _add(self, service: str, standing: Standing, path: tuple[str, ...], keys: tuple[str, ...]) -> None:
        self.found.setdefault(service, Origin(service, standing, path, tuple(dict.fromkeys(keys))))

    def _naming(self, path: tuple[str, ...], name: str) -> list[Finding]:
        """Unusual log patterns of the services above that name this one or something behind it, where they are enough."""
        behind = {name} | self.case.facts.reachable(name)
        found = [item for item in self.findings if item.sign is Sign.LOG and item.service in path and item.names & behind]
        share: dict[str | None, float] = {}
        for item in found:
            share[item.service] = share.get(item.service, 0.0) + item.share
        return found if max(share.values(), default=0.0) >= _NAMED_SHARE else []

    def _points_on(self, name: str, path: tuple[str, ...]) -> bool:
        return any(self._naming(path, below) for below in self.case.facts.depends_on.get(name, ()))

    def _troubled(self, name: str, *, by_itself: bool) -> bool:
        signs = [item for item in self.findings if item.service == name and item.sign in TROUBLE]
        if by_itself:
            signs = [item for item in signs if item.strong and (item.at is None or item.at <= self.began + _LATER)]
        return bool(signs)

    def _on_its_own(self, service: str) -> bool:
        signs = [item for item in self.findings if item.service == service]
        if any(item.sign in (Sign.PROCESS_DOWN, Sign.SATURATION) and item.strong for item in signs):
            return True
        return sum(item.share for item in signs if item.sign is Sign.LOG and not item.names) >= _OWN_SHARE
