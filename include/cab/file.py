"""Where the package is drafted: a draft change request in the system that the catalogue names. It approves nothing there."""

from __future__ import annotations

from collections.abc import Callable

from include.cab.offer import PRINCIPAL
from include.changes.fields import draft_fields
from include.changes.read import read_notes
from include.contracts.change_draft import ChangeDraft, Filed
from include.contracts.errors import Conflict
from include.store import changes, ledger
from include.store.database import Store
from include.telemetry.spans import stage
from include.telemetry.stages import FILE
from include.triage.begin import require_claim

# Given the draft and the classification of what it quotes: where it is now.
File = Callable[[ChangeDraft, str], Filed]


@stage(FILE)
def file_package(store: Store, *, change_id: str, briefing: int, run: str, file: File) -> Filed:
    """File the newest package's draft, and keep where.

    :raises Conflict: this run does not have the preparation, or nothing was drafted in it
    :raises HoldpointError: as `file` does
    """
    with store.read() as conn:
        item = require_claim(conn, change_id, briefing, run)
        row = changes.latest(conn, change_id, briefing)
        notes = changes.notes_of(conn, change_id)
    if row is None:
        raise Conflict("There is no package yet.", next_step="clear the task draft_cab; it may be that it failed")
    package = changes.read(row)
    draft = draft_fields(
        read_notes(notes.text),
        package.assessment,
        mark=change_id,
        version=package.version,
        environment=package.environment,
        requested_by=item.principal,
    )
    filed = file(draft, package.label)
    payload = {"tool": "create_draft_change_request", "briefing": briefing, "filed": filed.to_json(), "label": package.label}
    with store.begin() as conn:
        ledger.append(conn, actor=PRINCIPAL, kind="draft.filed", subject=change_id, run=run, payload=payload)
    return filed
