"""One change request: its package, version by version, what its notes say, and the plan that it offers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query
from sqlalchemy import Connection

from include.cab import reading
from include.cab.propose import holds_of
from include.contracts.cab import CabPackage, ChangeNotes
from include.contracts.errors import HoldpointError, NotFound
from include.contracts.evidence import Gap, GapKind
from include.contracts.hold import Hold
from include.contracts.incident import Incident
from include.contracts.key import SigningKey
from include.contracts.plan import PlanRequest
from include.drafting.cab.laid_out import LaidOut, laid_out
from include.holds import reading as hold_reading
from include.holds.gather import ring_of
from include.store import changes, dispatches, ledger
from include.triage.reading import Reader, reader
from plugins.console.pages.changes import Packaged
from plugins.console.quoted import span_href
from plugins.console.signing import passkeys, roots_of
from plugins.console.sources import Source, sources_of
from plugins.console.web.links import run_href
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

DAG_ID = "change_request"
ChangePath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True)
class Offer:
    """`request`: the plan that the notes would make, not proposed by anybody; or None, and `reason` says why.

    `keys`: the reader's passkeys that count there. `holds`: what the plan has become, newest first, as far as they may read it.
    """

    request: PlanRequest | None
    reason: str
    keys: list[SigningKey]
    holds: list[Hold]


@dataclass(frozen=True)
class Shown:
    """`package` is None where there is none yet, or none that this person may read. `versions` are newest first.

    `state` and `run` are those of the preparation; `ticket` is the review task, once there is one.
    """

    change: Incident
    requester_name: str
    owner_name: str
    state: str
    run: str | None
    ticket: str | None
    notes: ChangeNotes
    package: CabPackage | None
    versions: list[Packaged]
    evidence: list[Source]
    offer: Offer

    def laid_out(self, visit: Visit) -> LaidOut:
        """For the package's own template."""
        assert self.package is not None
        return laid_out(self.package, time_zone=visit.person.time_zone)

    def hrefs(self, visit: Visit) -> dict[str, str]:
        """Where each fact's citation leads: to its words on the evidence's page."""
        assert self.package is not None
        base = f"{visit.root}/changes/{quote(self.change.id)}/evidence"
        return {fact.id: span_href(base, fact.citations[0]) for fact in self.package.facts}

    def run_href(self, visit: Visit) -> str:
        return run_href(visit.root, DAG_ID, self.run or "")

    def not_asked(self) -> list[Gap]:
        """Sources that were left out, for a reason; those that did not answer the package's own text names."""
        return [gap for gap in self.package.missing if gap.kind is GapKind.NOT_ASKED] if self.package is not None else []


@pages.page("/{change_id}", template="change.html")
def change(visit: Visiting, change_id: ChangePath, version: Number = None) -> Shown:
    """The change request with the newest version of its package, or the one named."""
    with visit.store.read() as conn:
        who = reader(conn, visit.catalogue, visit.person)
        item = reading.change(conn, who, change_id)
        heads = reading.versions(conn, who, item)
        # Where the named version is not among those this person may read, this says what it says of one that is not there.
        number = heads[0].version if version is None and heads else version
        package = reading.package(conn, who, item, number) if number is not None else None
        sources = reading.sources(conn, who, item, package.retrieved) if package is not None else []
        row = dispatches.get(conn, item.id, item.briefing)
        routed = ledger.newest(conn, subject=item.id, kinds=("change.routed",), limit=1)
        shown = next((head for head in heads if package is not None and head.version == package.version), None)
        return Shown(
            change=item,
            requester_name=visit.full_name(item.principal),
            owner_name=visit.full_name(item.owner),
            state=str(row["state"]) if row is not None else "",
            run=shown.run_id if shown is not None else row["run_id"] if row is not None else None,
            ticket=next((str(each.payload["ticket"]) for each in routed if each.payload), None),
            notes=changes.notes_of(conn, item.id),
            package=package,
            versions=[Packaged.of(head) for head in heads],
            evidence=sources_of(sources, package.used) if package is not None else [],
            offer=_offer(visit, conn, who, item),
        )


def _offer(visit: Visit, conn: Connection, who: Reader, item: Incident) -> Offer:
    request, reason = reading.offer(conn, who, item)
    ids = holds_of(conn, item.id)
    if request is None and not ids:
        return Offer(None, reason, [], [])
    keys, found = [], []
    with suppress(HoldpointError):  # without folders of trust nothing can be signed here, and signing says so
        roots = roots_of(visit)
        keys = passkeys(ring_of(conn, roots)[0], visit.person.name, str(item.environment))
        readers = hold_reading.reader(conn, roots, visit.person)
        for hold_id in ids:
            with suppress(NotFound):
                found.append(hold_reading.hold(conn, readers, hold_id))
    return Offer(request, reason, keys, found)
