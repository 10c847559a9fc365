"""Every name in the catalogue must name something: owners people, rotas rotas, labels classifications."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind


def check_references(catalogue: Catalogue) -> list[str]:
    """All dangling references, one sentence each, in file order; empty when there are none."""
    return [
        problem
        for check in (
            _owners,
            _people,
            _rotas,
            _escalations,
            _services,
            _grants,
            _sources,
            _approvals,
            _change_desks,
            _repositories,
            _raci,
        )
        for problem in check(catalogue)
    ]


def _unknown(where: str, field: str, names: Iterable[str], known: Iterable[str], what: str) -> list[str]:
    names_known = set(known)
    return [f"{where}: {field}: {name!r} is not a {what}" for name in names if name not in names_known]


def _owners(c: Catalogue) -> list[str]:
    return [
        problem
        for stem, rows in c.tables.items()
        for row in rows
        if hasattr(row, "owner")
        for problem in _unknown(f"{stem}.yaml ({row.name})", "owner", [row.owner], c.people, "person of people.yaml")
    ]


def _zone(where: str, name: str) -> list[str]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [f"{where}: time_zone: {name!r} is not an IANA time zone"]
    return []


def _people(c: Catalogue) -> list[str]:
    found = _zone("settings.yaml", c.settings.time_zone)
    taken: dict[tuple[str, str], str] = {}
    for person in c.people.values():
        found += _zone(f"people.yaml ({person.name})", person.time_zone)
        for account in person.accounts:
            other = taken.setdefault((account.system, account.id), person.name)
            if other != person.name:
                found.append(f"people.yaml ({person.name}): accounts: {account.system} {account.id!r} is also {other!r}")
    return found


def _rotas(c: Catalogue) -> list[str]:
    found = []
    for rota in c.rotas.values():
        where = f"rotas.yaml ({rota.name})"
        people = [rota.fallback, *rota.rotation, *(shift.person for shift in rota.shifts)]
        found += _unknown(where, "people", people, c.people, "person of people.yaml")
        found += [f"{where}: shifts: {s.person!r} ends before it starts" for s in rota.shifts if s.end <= s.start]
        if rota.rotation and rota.rotation_start is None:
            found.append(f"{where}: rotation_start: required where there is a rotation")
    return found


def _escalations(c: Catalogue) -> list[str]:
    found = []
    for chain in c.escalations.values():
        where = f"escalations.yaml ({chain.name})"
        for level in chain.levels:
            rota = level.tell.removeprefix("rota:")
            if rota != level.tell:
                found += _unknown(where, "tell", [rota], c.rotas, "rota of rotas.yaml")
            else:
                found += _unknown(where, "tell", [level.tell], c.people, "person of people.yaml")
            found += _unknown(where, "channel", [level.channel], c.channels, "channel of channels.yaml")
    for channel in c.channels.values():
        found += _unknown(f"channels.yaml ({channel.name})", "clears", channel.clears, c.classifications, "classification")
    return found


def _services(c: Catalogue) -> list[str]:
    found = []
    for service in c.services.values():
        where = f"services.yaml ({service.name})"
        found += _unknown(where, "on_call", [service.on_call], c.rotas, "rota of rotas.yaml")
        found += _unknown(where, "escalation", [service.escalation], c.escalations, "chain of escalations.yaml")
        found += _unknown(where, "depends_on", service.depends_on, c.services, "service of services.yaml")
        found += _unknown(where, "classification", [service.classification], c.classifications, "classification")
        if service.change_role and not any(service.change_role in person.roles for person in c.people.values()):
            found.append(f"{where}: change_role: nobody in people.yaml has the role {service.change_role!r}")
        if service.name in service.depends_on:
            found.append(f"{where}: depends_on: it names itself")
    return found


def _grants(c: Catalogue) -> list[str]:
    found = []
    for grant in c.grants:
        where = f"grants.yaml ({grant.name})"
        people = [name for name in grant.principals if not name.endswith("@service")]
        found += _unknown(where, "principals", people, c.people, "person of people.yaml")
        found += _unknown(where, "services", grant.services, {*c.services, "*"}, "service of services.yaml")
        found += _unknown(where, "classifications", grant.classifications, c.classifications, "classification")
        if not grant.principals and not grant.roles:
            found.append(f"{where}: principals: a grant to nobody; name principals or roles")
    return found


def _sources(c: Catalogue) -> list[str]:
    found = []
    for source in c.sources.values():
        where = f"sources.yaml ({source.name})"
        found += _unknown(where, "services", source.services, {*c.services, "*"}, "service of services.yaml")
        if source.default_environment and source.default_environment not in source.environments:
            found.append(f"{where}: default_environment: not one of its environments")
        if source.auth.kind == "sns":
            if not source.auth.topics:
                found.append(f"{where}: auth.topics: SNS needs the topic ARNs it may come from")
        elif not (source.auth.secret_env or source.auth.secret_file):
            found.append(f"{where}: auth.secret_env: say where its secret is (secret_env or secret_file)")
    return found


def _approvals(c: Catalogue) -> list[str]:
    found = []
    for rule in c.approvals:
        where = f"approvals.yaml ({rule.name})"
        found += _unknown(where, "outside_sources", rule.outside_sources, c.approval_sources, "source of approval_sources.yaml")
    for freeze in c.freezes:
        where = f"freezes.yaml ({freeze.name})"
        found += _unknown(where, "services", freeze.services, {*c.services, "*"}, "service of services.yaml")
        if freeze.end <= freeze.start:
            found.append(f"{where}: end: it ends before it starts")
    return found


def _change_desks(c: Catalogue) -> list[str]:
    found = []
    for desk in c.change_desks:
        where = f"change_desks.yaml ({desk.name})"
        found += _unknown(where, "services", desk.services, {*c.services, "*"}, "service of services.yaml")
        found += _unknown(where, "clears", desk.clears, c.classifications, "classification")
        if desk.accept_unprobed is not None:
            by = [desk.accept_unprobed.accepted_by]
            found += _unknown(where, "accept_unprobed.accepted_by", by, c.people, "person of people.yaml")
    return found


def _repositories(c: Catalogue) -> list[str]:
    found = []
    taken: dict[str, str] = {}
    for row in c.repositories.values():
        where = f"repositories.yaml ({row.name})"
        found += _unknown(where, "classification", [row.classification], c.classifications, "classification")
        services = [row.service] if row.service is not None else []
        found += _unknown(where, "service", services, c.services, "service of services.yaml")
        if row.github is not None and (other := taken.setdefault(row.github.lower(), row.name)) != row.name:
            found.append(f"{where}: github: {row.github!r} is also {other!r}")
    return found


def _raci(c: Catalogue) -> list[str]:
    found = []
    for row in c.raci:
        people = [row.responsible, row.accountable, *row.consulted, *row.informed]
        found += _unknown(f"raci.yaml ({row.kind}:{row.name})", "people", people, c.people, "person of people.yaml")
    for kind in (RaciKind.AGENT_CAUSED_INCIDENTS, RaciKind.AUDIT_REVIEW):
        if not any(row.kind is kind for row in c.raci):
            found.append(f"raci.yaml: {kind}: no row; somebody must be accountable for it")
    return found
