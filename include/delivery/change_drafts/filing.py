"""File a draft where the catalogue says, once: look it up by its mark, write down the intent, send, and look it up again when the
answer was lost. What people have edited or moved on is never written over.

The ledger keeps the way of each create, with the change request as its subject: `draft.sending` before it, then `draft.sent` with
the record's id, or `draft.not_sent`. While one is open, nobody sends another: two tasks at once make one draft, and a lost answer
is waited for as long as the system needs until "not found" means "not there".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.change_desk import ChangeDesk
from include.contracts.change_draft import ChangeDraft, Filed, FileOutcome
from include.contracts.errors import ConfigError, DeliveryFailed, Denied, HoldpointError, NotFound
from include.contracts.tools import tool
from include.delivery.change_drafts.base import DraftSystem, Found, Lost, Probe
from include.delivery.change_drafts.embedded import file_embedded
from include.policy.permit import Target, require
from include.store import ledger
from include.store.database import Store, day, now
from include.store.times import from_text

ACTOR = "change_request@service"
TOOL = "create_draft_change_request"
SENDING, SENT, NOT_SENT = "draft.sending", "draft.sent", "draft.not_sent"
LOOKS_S = (0.0, 2.0, 5.0)  # pauses before each look for a draft whose create's answer was lost

Systems = Callable[[ChangeDesk], DraftSystem]


def file_draft(
    store: Store,
    catalogue: Catalogue,
    draft: ChangeDraft,
    *,
    label: str,
    run: str,
    systems: Systems,
    looks_s: tuple[float, ...] = LOOKS_S,
) -> Filed:
    """Create the draft, bring ours up to date, or note on it that a newer version exists. Safe at any time, and twice at once.

    :param label: the classification of what the draft quotes; the services' own may raise it
    :param systems: from a desk's row to its system, with the credential
    :raises Denied: no grant, no desk, or the account there may approve, or does not show that it may not
    :raises NotFound: it was filed, and people have deleted it since
    :raises ConfigError: the system refuses the account, or what is sent
    :raises ReadFailed, DeliveryFailed: may be tried again; the retry finds what this one sent
    """
    with store.read() as conn:
        desk, today = _where(conn, catalogue, draft), day(conn)
    label = catalogue.highest((label, tool(TOOL).label, *(catalogue.service(name).classification for name in draft.services)))
    _require(catalogue, draft, desk, label, today)
    if desk.kind == "embedded":
        with store.begin() as conn:
            ledger.lock(conn)
            filed = file_embedded(conn, desk, draft, author=ACTOR, label=label, assignee=desk.owner)
            if filed.outcome == "created":
                _append(conn, SENT, desk, draft, run, filed.id)
            return filed
    system = systems(desk)
    probe = require_no_power(desk, system.probe(), today)
    number, outcome = _Filing(store, desk, system, draft, run, looks_s).file()
    return Filed(
        system=desk.kind,
        desk=desk.name,
        number=number.number,
        id=number.id,
        url=number.url,
        outcome=outcome,
        version=draft.version,
        probed="clear" if probe.state == "clear" else "not_probed",
    )


def _where(conn: Connection, catalogue: Catalogue, draft: ChangeDraft) -> ChangeDesk:
    """The desk where an earlier version was filed, or is on its way, while it stands in the catalogue: a change has one draft."""
    last = ledger.newest(conn, subject=draft.mark, kinds=(SENDING, SENT, NOT_SENT), limit=1)
    before = (last[0].payload or {}).get("desk") if last and last[0].kind != NOT_SENT else None
    named = (desk for desk in catalogue.change_desks if desk.name == before)
    return next((desk for desk in named if _in(desk, draft)), None) or desk_for(catalogue, draft)


def _in(desk: ChangeDesk, draft: ChangeDraft) -> bool:
    return "*" in desk.environments or draft.environment in desk.environments


def desk_for(catalogue: Catalogue, draft: ChangeDraft) -> ChangeDesk:
    """The first desk that covers all of the draft's services and its environment; Denied where there is none."""
    for desk in catalogue.change_desks:
        if _in(desk, draft) and ("*" in desk.services or (draft.services and set(draft.services) <= set(desk.services))):
            return desk
    raise Denied(
        "No change desk covers this draft's services and environment.", next_step="add a row to change_desks.yaml, or widen one"
    )


def require_no_power(desk: ChangeDesk, probe: Probe, today: date) -> Probe:
    """Denied unless the account is shown to have no power to approve, or its desk's reviewed acceptance of not knowing holds."""
    if probe.state == "clear":
        return probe
    where = f"change_desks.yaml ({desk.name})"
    if probe.state == "refused":
        raise Denied(
            f"The account of {where} could approve: {probe.reason}.",
            next_step="use an account with less; docs/change-drafts.md names what it needs",
        )
    accepted = desk.accept_unprobed
    if accepted is None or accepted.reviewed + timedelta(days=accepted.review_interval_days) < today:
        raise Denied(
            f"Whether the account of {where} could approve is not probed: {probe.reason}.",
            next_step="let it read its own roles or permissions; or have an owner accept that, as accept_unprobed, and review it",
        )
    return probe


def _require(catalogue: Catalogue, draft: ChangeDraft, desk: ChangeDesk, label: str, today: date) -> None:
    for service in draft.services or (None,):
        require(catalogue, ACTOR, TOOL, Target(service, draft.environment, label), today=today)
    if label not in desk.clears:
        raise Denied(
            f"The change desk {desk.name} is not cleared for {label}.",
            next_step="add the label to its clears, or file it by hand",
        )


@dataclass(frozen=True)
class _Filing:
    store: Store
    desk: ChangeDesk
    system: DraftSystem
    draft: ChangeDraft
    run: str
    looks_s: tuple[float, ...]

    def file(self) -> tuple[Found, FileOutcome]:
        found = self._known() or self.system.find(self.draft.mark)
        if found is None:
            return self._create(), "created"
        if found.version >= self.draft.version:
            return found, "unchanged"
        if found.is_draft and not found.edited:
            return self._change(self.system.update, found, lambda now: now.version >= self.draft.version), "updated"
        if found.noted < self.draft.version:
            found = self._change(self.system.note, found, lambda now: now.noted >= self.draft.version)
        return found, "newer_noted"

    def _known(self) -> Found | None:
        """The record that a create of ours made, read by its id."""
        with self.store.read() as conn:
            last = self._last(conn)
        if last is None or last.kind != SENT or not last.payload:
            return None
        found = self.system.fetch(str(last.payload["id"]))
        if found is None:
            raise NotFound(
                f"The draft of {self.draft.mark} was filed at {self.desk.name} and is not there any more.",
                next_step="ask who deleted it; it is not filed again, so file by hand or make a new change request",
            )
        return found

    def _create(self) -> Found:
        self._claim()
        try:
            ref = self.system.create(self.draft)
        except Lost:
            seen = self._look_again()
            self._record(SENT, seen.id)
            return seen
        except HoldpointError:  # it says that nothing was taken
            self._record(NOT_SENT)
            raise
        self._record(SENT, ref)
        found = self.system.fetch(ref)
        if found is None or not found.is_draft:
            raise ConfigError(
                f"{self.desk.name} does not keep new records as drafts, or does not show them to the account that made them.",
                next_step="look at the record; then correct draft_status in change_desks.yaml or the account's rights",
            )
        return found

    def _claim(self) -> None:
        """The intent, durable before the effect; refused while another may still be on its way."""
        with self.store.begin() as conn:
            ledger.lock(conn)
            last = self._last(conn)
            if last is not None and last.kind != NOT_SENT:
                age = (from_text(now(conn)) - from_text(last.at)).total_seconds()
                if last.kind == SENT or age < self.system.settle_s:
                    raise self._in_doubt(self.system.settle_s - age)
            _append(conn, SENDING, self.desk, self.draft, self.run)

    def _look_again(self) -> Found:
        for pause in self.looks_s:
            time.sleep(pause)
            if (found := self.system.find(self.draft.mark)) is not None:
                return found
        raise self._in_doubt(self.system.settle_s)

    def _in_doubt(self, seconds: float) -> DeliveryFailed:
        return DeliveryFailed(
            f"A draft of {self.draft.mark} was sent to {self.desk.name} and cannot be seen there yet; it is not sent again.",
            next_step=f"try again in {max(1, round(seconds / 60))} minutes: it is found then, or sent",
        )

    def _change(self, send: Callable[[Found, ChangeDraft], None], found: Found, done: Callable[[Found], bool]) -> Found:
        """Send an update or a note once; where its answer was lost, the record itself says whether it was taken."""
        try:
            send(found, self.draft)
        except Lost:
            after = self.system.fetch(found.id)
            if after is None or not done(after):
                raise DeliveryFailed(
                    f"{self.desk.name} did not say whether it took a change of {found.number}.", next_step="try again later"
                ) from None
            return after
        return found

    def _last(self, conn: Connection) -> ledger.LedgerRow | None:
        rows = ledger.newest(conn, subject=self.draft.mark, kinds=(SENDING, SENT, NOT_SENT), limit=50)
        # An entry whose payload was erased counts for every desk.
        return next((row for row in reversed(rows) if (row.payload or {}).get("desk", self.desk.name) == self.desk.name), None)

    def _record(self, kind: str, ref: str = "") -> None:
        with self.store.begin() as conn:
            _append(conn, kind, self.desk, self.draft, self.run, ref)


def _append(conn: Connection, kind: str, desk: ChangeDesk, draft: ChangeDraft, run: str, ref: str = "") -> None:
    payload = {"desk": desk.name, "system": desk.kind, "version": draft.version, **({"id": ref} if ref else {})}
    ledger.append(conn, actor=ACTOR, kind=kind, subject=draft.mark, run=run, payload=payload)
