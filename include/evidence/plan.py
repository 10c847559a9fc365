"""Which reads a run makes for an incident: decided from the catalogue and the principal's permissions, never by what was read.

Permission comes before retrieval (H12): a read that no grant allows is neither planned nor mentioned. What the principal may
see and is not asked all the same is listed with the reason, so that the reader knows where nobody has looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Service
from include.contracts.evidence import Gap, GapKind, ReadRequest
from include.contracts.incident import Classification, Incident, Intent
from include.contracts.tool import ToolClass
from include.contracts.tools import tool, tools_of
from include.evidence.requests import Window, left_out, requests_of
from include.policy.permit import Target, decide

# Systems that every service is in: our own store, desk, catalogue and runbooks.
_OURS = frozenset({"store", "tickets", "cmdb", "runbooks"})
# Runbooks are retrieved beside the evidence, by `include/retrieval`.
_NOT_PLANNED = frozenset({"query_approved_runbook"})
# In the order in which a person on call would look.
_OF_THE_SERVICE = (
    "get_service_status",
    "query_logs",
    "list_active_alerts",
    "list_recent_deployments",
    "get_metrics",
    "query_metric_range",
    "list_recent_alerts",
    "search_tickets",
    "search_cmdb",
    "get_recent_failed_logons",
)
_OF_ITS_DEPENDENCIES = ("get_service_status", "query_logs", "list_active_alerts", "list_recent_deployments")
# What surrounds a change: the configuration item first, then what is wrong there or has just been done.
_OF_A_CHANGE = (
    "search_cmdb",
    "get_service_status",
    "list_active_alerts",
    "list_recent_alerts",
    "search_tickets",
    "list_recent_deployments",
)
MAX_SERVICES = 10  # of one change request that are read about
_SECURITY_ONLY = frozenset({"get_recent_failed_logons"})
_UNCLEAR = "what is wanted is unclear: nothing is read before a person has said it"
_FIRST_IN_SECURITY = ("get_recent_failed_logons",)


@dataclass(frozen=True)
class PlannedRead:
    """`label` is the highest of the tool's and the service's classification: what the evidence will bear."""

    request: ReadRequest
    label: str


@dataclass(frozen=True)
class ReadPlan:
    reads: tuple[PlannedRead, ...]
    not_asked: tuple[Gap, ...]


@dataclass(frozen=True)
class _Run:
    """Whose reads, about what, and what they may see."""

    catalogue: Catalogue
    incident: Incident
    today: date
    security: bool = False

    def allows(self, tool_name: str, service: Service | None) -> bool:
        target = Target(service.name if service else None, self.incident.environment, self.label(tool_name, service))
        return decide(self.catalogue, self.incident.principal, tool_name, target, today=self.today).allowed

    def label(self, tool_name: str, service: Service | None) -> str:
        own = tool(tool_name).label
        return self.catalogue.highest((own, service.classification)) if service else own


def planned_tools() -> frozenset[str]:
    """Every read tool that a plan can name, or that is retrieved beside it."""
    return frozenset(_OF_THE_SERVICE) | _NOT_PLANNED


def plan_reads(catalogue: Catalogue, incident: Incident, classification: Classification, *, today: date) -> ReadPlan:
    """The reads of a run, most telling first, and what it leaves out.

    Depends on nothing but its arguments, so that the same incident asks the same questions of a recording as of the systems.
    """
    run = _Run(catalogue, incident, today, security=classification.intent is Intent.SECURITY)
    service = catalogue.services.get(incident.service) if incident.service else None
    unclear = classification.intent is Intent.UNCLEAR
    problem = _UNCLEAR if unclear else _no_target(incident, service)
    if service is None or problem:
        return ReadPlan((), tuple(_refusals(run, None, [t.name for t in tools_of(ToolClass.READ)], problem)))
    reads: list[PlannedRead] = []
    not_asked: list[Gap] = []
    _plan_service(run, service, _order(run), reads, not_asked)
    for neighbour in _visible(run, service, service.depends_on):
        _plan_service(run, neighbour, _OF_ITS_DEPENDENCIES, reads, not_asked)
        rest = [name for name in _OF_THE_SERVICE if name not in _OF_ITS_DEPENDENCIES]
        why = f"{neighbour.name} is a dependency: only its status, logs, alerts and deployments are read"
        not_asked += _refusals(run, neighbour, rest, why)
    not_asked += _further_away(run, service)
    return ReadPlan(tuple(reads), tuple(not_asked))


def plan_change_reads(catalogue: Catalogue, incident: Incident, services: Sequence[str], *, today: date) -> ReadPlan:
    """The reads for a change request: what surrounds each of the services that it touches, in their order."""
    run = _Run(catalogue, incident, today)
    reads: list[PlannedRead] = []
    not_asked: list[Gap] = []
    for name in services[:MAX_SERVICES]:
        _plan_service(run, catalogue.services[name], _OF_A_CHANGE, reads, not_asked)
    for name in services[MAX_SERVICES:]:
        why = f"only {MAX_SERVICES} services of a change request are read about"
        not_asked += _refusals(run, catalogue.services[name], _OF_A_CHANGE, why)
    return ReadPlan(tuple(reads), tuple(not_asked))


def dependencies_in_sight(catalogue: Catalogue, incident: Incident, *, today: date) -> dict[str, tuple[str, ...]]:
    """Service to direct dependencies, from the incident's service downwards, as far as the principal may read the entries."""
    found: dict[str, tuple[str, ...]] = {}
    run = _Run(catalogue, incident, today)
    queue = [incident.service] if incident.service in catalogue.services else []
    while queue:
        service = catalogue.services[str(queue.pop(0))]
        if service.name not in found and run.allows("search_cmdb", service):
            found[service.name] = service.depends_on
            queue += service.depends_on
    return found


def _no_target(incident: Incident, service: Service | None) -> str:
    if service is None:
        return "no service of the catalogue is named exactly, within what the source may speak about"
    if incident.environment is None:
        return f"no environment is known for {service.name}"
    if incident.environment not in service.environments:
        return f"{service.name} is not in the environment {incident.environment}"
    return ""


def _order(run: _Run) -> tuple[str, ...]:
    if not run.security:
        return _OF_THE_SERVICE
    return (*_FIRST_IN_SECURITY, *(name for name in _OF_THE_SERVICE if name not in _FIRST_IN_SECURITY))


def _plan_service(run: _Run, service: Service, names: tuple[str, ...], reads: list[PlannedRead], not_asked: list[Gap]) -> None:
    if run.incident.environment not in service.environments:
        not_asked += _refusals(run, service, names, f"{service.name} is not in the environment {run.incident.environment}")
        return
    for name in names:
        why = _why_not(run, service, name)
        if why:
            not_asked += _refusals(run, service, [name], why)
        elif run.allows(name, service):
            label = run.label(name, service)
            reads += [PlannedRead(request, label) for request in _requests(run, service, name)]
            not_asked += [
                Gap(kind=GapKind.NOT_ASKED, tool=name, params={"service": service.name}, reason=why)
                for why in left_out(name, service)
            ]


def _why_not(run: _Run, service: Service, name: str) -> str:
    system = tool(name).system
    if system not in _OURS and system not in service.systems:
        return f"the catalogue does not say where {service.name} is found in {system}"
    if name in _SECURITY_ONLY and not run.security:
        return "read for security incidents only"
    if not _requests(run, service, name):
        return f"the catalogue names no query of {service.name} in {system}"
    return ""


def _requests(run: _Run, service: Service, name: str) -> list[ReadRequest]:
    window = Window.of(run.incident, run.catalogue.settings)
    return requests_of(name, service, str(run.incident.environment), window)


def _refusals(run: _Run, service: Service | None, names: Iterable[str], why: str) -> Iterator[Gap]:
    """Gaps for those tools the principal could have used there; the others leave no trace."""
    about = {"service": service.name} if service else {}
    for name in names:
        if run.allows(name, service) and (service is None or name not in _NOT_PLANNED):
            yield Gap(kind=GapKind.NOT_ASKED, tool=name, params=dict(about), reason=why)


def _visible(run: _Run, service: Service, names: tuple[str, ...]) -> list[Service]:
    """Neighbours, where the principal may read the entry that names them."""
    return [run.catalogue.services[name] for name in names] if run.allows("search_cmdb", service) else []


def _further_away(run: _Run, service: Service) -> Iterator[Gap]:
    graph = dependencies_in_sight(run.catalogue, run.incident, today=run.today)
    near = {service.name, *service.depends_on}
    for name in sorted({far for names in graph.values() for far in names} - near):
        why = f"{name} is more than one dependency away from {service.name}"
        yield from _refusals(run, run.catalogue.services[name], _OF_ITS_DEPENDENCIES, why)
    for neighbour in _visible(run, service, run.catalogue.dependants(service.name)):
        if neighbour.name not in near:
            why = f"{neighbour.name} depends on {service.name}, not the other way round"
            yield from _refusals(run, neighbour, _OF_ITS_DEPENDENCIES, why)
