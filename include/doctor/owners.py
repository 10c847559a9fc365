"""Who owns what (H13): the rows of RACI with what doctor says of them, and what has no owner, is stale, or ends soon.

It asks doctor's own checks, so that the page and `./holdpoint doctor` never say two things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.doctor import ownership, people, reviews, runbooks
from include.doctor.finding import Finding
from include.doctor.surroundings import Surroundings
from include.retrieval.loader import load_runbooks
from include.retrieval.quarantine import may_read

Check = Callable[[Catalogue, Surroundings], Iterable[Finding]]
UNOWNED: tuple[Check, ...] = (ownership.check_tools, ownership.check_workflows, ownership.check_raci_rows)
STALE: tuple[Check, ...] = (reviews.check_reviews, runbooks.check_runbooks)
ENDING: tuple[Check, ...] = (reviews.check_grants_end, people.check_shifts_end)
DUE = timedelta(days=30)


@dataclass(frozen=True)
class Owned:
    """One thing and its people. `due`: the day by which it must have been looked over again; `state`: current, due or overdue."""

    kind: str
    name: str
    responsible: str
    accountable: str
    consulted: tuple[str, ...]
    informed: tuple[str, ...]
    reviewed: date
    due: date
    state: str


@dataclass(frozen=True)
class Owners:
    rows: tuple[Owned, ...]
    unowned: tuple[Finding, ...]
    stale: tuple[Finding, ...]
    ending: tuple[Finding, ...]
    recertify: tuple[Owned, ...]

    def to_json(self) -> dict[str, Any]:
        """`rows` and `recertify` as `Owned` has them, days as text; `unowned`, `stale`, `ending` as doctor's findings."""
        findings = {name: [each.to_json() for each in getattr(self, name)] for name in ("unowned", "stale", "ending")}
        return {"rows": [_plain(row) for row in self.rows], **findings, "recertify": [_plain(row) for row in self.recertify]}


def owners(catalogue: Catalogue, here: Surroundings, person: Person | None = None) -> Owners:
    """Who owns what, and what is wrong with that.

    :param person: whose eyes it is for; what says a runbook's name is left out where they may not read it. None: all of it
    """
    rows = tuple(_owned(catalogue, here.today, person))
    hidden = _hidden(catalogue, here.today, person)

    def findings(checks: tuple[Check, ...]) -> tuple[Finding, ...]:
        found = [finding for check in checks for finding in check(catalogue, here)]
        return tuple(each for each in found if each.subject not in hidden)

    recertify = tuple(row for row in rows if row.state != "current")
    return Owners(rows, findings(UNOWNED), findings(STALE), findings(ENDING), recertify)


def _owned(catalogue: Catalogue, today: date, person: Person | None) -> Iterable[Owned]:
    for row in catalogue.raci:
        yield _row(row.kind.value, row.name, (row.responsible, row.accountable, row.consulted, row.informed), row, today)
    for service in catalogue.services.values():
        yield _row("service", service.name, (service.owner, service.owner, (), ()), service, today)
    for grant in catalogue.grants:
        yield _row("grant", grant.name, (grant.owner, grant.owner, (), ()), grant, today)
    for rule in catalogue.approvals:
        yield _row("approval rule", rule.name, (rule.owner, rule.owner, (), ()), rule, today)
    for runbook in load_runbooks(None, catalogue)[0]:
        if person is None or may_read(catalogue, person.name, runbook, today=today):
            owner = runbook.meta.owner
            yield _row("runbook", runbook.meta.name, (owner, owner, (), ()), runbook.meta, today)


def _row(kind: str, name: str, who: tuple[str, str, tuple[str, ...], tuple[str, ...]], row: Any, today: date) -> Owned:
    due = row.reviewed + timedelta(days=row.review_interval_days)
    state = "overdue" if due < today else "due" if due <= today + DUE else "current"
    return Owned(kind, name, *who, reviewed=row.reviewed, due=due, state=state)


def _hidden(catalogue: Catalogue, today: date, person: Person | None) -> frozenset[str]:
    """The files of runbooks that this person may not read."""
    if person is None:
        return frozenset()
    there = load_runbooks(None, catalogue)[0]
    return frozenset(each.file for each in there if not may_read(catalogue, person.name, each, today=today))


def _plain(row: Owned) -> dict[str, Any]:
    return asdict(row) | {"reviewed": row.reviewed.isoformat(), "due": row.due.isoformat()}
