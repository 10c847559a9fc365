"""The page of a hold: the plan in people's words, what has changed since, who decides and until when.

Made anew from the plan's bytes, today's catalogue and the last observations, each time; its digest is part of every vote. Times
are absolute: nothing on it grows older while somebody reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.contracts.errors import HoldpointError, Refused
from include.contracts.hold import Difference, Hold, Observation, ShownEmergency, ShownTemplate, View, ViewStep
from include.contracts.plan import Plan, Step
from include.holds.digest import body_of, digest_of, read_plan
from include.holds.expected import same
from include.holds.keys import keyring
from include.holds.shown import shown_emergency, shown_template
from include.holds.trust import TrustRoots
from include.policy.calendar import freezes_between
from include.store import holds, observations, plans, views

_LINE_CHARS = 280


def make_view(
    plan: Plan,
    catalogue: Catalogue,
    observed: Collection[Observation],
    *,
    revoked_people: Collection[str] = (),
    template: ShownTemplate | None = None,
    emergency: ShownEmergency | None = None,
) -> View:
    """The page. Pure.

    :param observed: the newest observation of each step that was read again
    :raises NotFound: a touched service left the catalogue
    """
    last = {item.step: item for item in observed if item.step <= len(plan.steps)}
    return View(
        hold=plan.hold,
        plan_digest=digest_of(plan),
        environment=plan.environment,
        title=plan.title,
        reason=plan.reason,
        risk=plan.risk,
        risk_reasons=plan.risk_reasons,
        steps=tuple(_step(step, catalogue) for step in plan.steps),
        differences=tuple(each for step in plan.steps for each in _differences(step, last.get(step.number))),
        observed_at=min((item.observed_at.astimezone(UTC) for item in last.values()), default=None),
        callouts=plan.callouts,
        deciders=tuple(_deciders(plan, catalogue, revoked_people)),
        clocks=tuple(_clocks(plan, catalogue)),
        template=template,
        emergency=emergency,
        plan=plan,
    )


def current_view(conn: Connection, roots: TrustRoots, hold_id: str) -> tuple[View, str]:
    """Today's page of a hold, and its digest.

    :raises NotFound: there is no such hold, or a service of it left the catalogue
    :raises Refused: rule `plan_intact`: the stored plan is not the one that was proposed
    """
    plan = stored_plan(conn, holds.get(conn, hold_id))
    view = make_view(
        plan,
        roots.catalogue,
        observations.latest(conn, hold_id),
        revoked_people=_revoked(conn, roots),
        template=shown_template(conn, plan),
        emergency=shown_emergency(conn, roots.catalogue, hold_id),
    )
    return view, digest_of(view)


def _revoked(conn: Connection, roots: TrustRoots) -> Collection[str]:
    try:
        return keyring(conn, roots).revoked_people
    except Refused:  # the record of keys is not whole: the plan can still be read, and no vote counts
        return roots.revoked_people


def keep_view(conn: Connection, view: View) -> str:
    """Keep a page that is about to be shown, inside `Store.begin()`; its digest."""
    digest = digest_of(view)
    views.add(conn, digest, view.hold, body_of(view))
    return digest


def stored_plan(conn: Connection, hold: Hold) -> Plan:
    """A hold's plan, from its stored bytes; Refused (rule `plan_intact`) where they are not those that were proposed."""
    try:
        plan = read_plan(plans.get_body(conn, hold.plan_id))
        if (plan.id, plan.hold, digest_of(plan)) == (hold.plan_id, hold.id, hold.plan_digest):
            return plan
    except HoldpointError:
        pass
    raise Refused("The stored plan is not the one that was proposed.", next_step="./holdpoint ledger verify", rule="plan_intact")


def at_words(at: datetime) -> str:
    """A time as people are shown it: `2026-11-20 10:30:00 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _step(step: Step, catalogue: Catalogue) -> ViewStep:
    return ViewStep(
        number=step.number,
        says=step.says,
        target=step.target,
        service=step.service,
        owner=catalogue.service(step.service).owner,
        undo=step.undo.says,
        expectations=step.expectations,
    )


def _differences(step: Step, last: Observation | None) -> Iterator[Difference]:
    """What an earlier step leaves cannot have changed yet; what was not read may have."""
    found = {} if last is None else last.fields
    for guard in step.guard:
        comparable = guard.field in found and guard.after_step is None
        yield Difference(
            step=step.number,
            target=step.target,
            field=guard.field,
            planned=guard.value,
            now=found.get(guard.field),
            changed=not same(found[guard.field], guard.value) if comparable else None,
            problem=None if last is None else last.problem,
        )


def _deciders(plan: Plan, catalogue: Catalogue, revoked_people: Collection[str]) -> Iterator[str]:
    count = plan.quorum.approvals
    many = "1 person must approve" if count == 1 else f"{count} different people must approve"
    yield from _lines(f"{many}, each holding ", plan.quorum.roles)
    able = [person for person in catalogue.people.values() if set(plan.quorum.roles) <= set(person.roles)]
    may = [person for person in able if person.name not in {*plan.contributors, *revoked_people}]
    if len(may) < count:
        yield f"That cannot be reached: only {len(may)} of those who hold the role did not contribute"
    yield from _lines("Who may: ", [_named(person) for person in sorted(may, key=lambda person: person.name)])
    yield from _lines("Who may not, having contributed: ", plan.contributors)
    yield from _lines("A person's own approval there may stand for a vote: ", plan.quorum.outside_sources)


def _clocks(plan: Plan, catalogue: Catalogue) -> Iterator[str]:
    yield f"Proposed {at_words(plan.proposed_at)}"
    yield f"To be approved before {at_words(plan.approve_by)}"
    yield f"To be executed before {at_words(plan.execute_by)}"
    if plan.window is not None:
        yield f"Runs only from {at_words(plan.window.start)} to {at_words(plan.window.end)}"
    until = plan.execute_by
    for freeze in freezes_between(catalogue, plan.services, plan.environment, plan.risk, plan.proposed_at, until):
        yield f"Frozen ({freeze.name}) from {at_words(freeze.start)} to {at_words(freeze.end)}: nothing runs then"


def _named(person: Person) -> str:
    return f"{person.full_name} ({person.name})" if len(person.full_name) < _LINE_CHARS // 2 else person.name


def _lines(before: str, names: Sequence[str]) -> Iterator[str]:
    """One line, or as many as it takes: nothing that is decided on is cut off."""
    line = ""
    for name in names:
        if line and len(before) + len(line) + len(name) > _LINE_CHARS:
            yield before + line
            line = ""
        line = f"{line}, {name}" if line else name
    if line:
        yield before + line
