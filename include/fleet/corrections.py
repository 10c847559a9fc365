"""What people corrected, as a backlog: by runbook, tool and source, each with its owner."""

from __future__ import annotations

from typing import Any

from include.contracts.catalogue import RaciKind
from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by, entry
from include.store.feedback import FeedbackKind
from include.store.quarantine import quarantined
from include.trace.entry import Shown

_KINDS = tuple(kind.value for kind in FeedbackKind)
_COLUMNS = (
    Column("source", "Corrected"),
    Column("owner", "Owner"),
    *(Column(kind, kind.replace("_", " ").capitalize(), "number") for kind in _KINDS),
    Column("total", "Together", "number"),
    Column("state", "State"),
)
_LISTED = ("feedback", "about", "version", "person", "text")


def corrections(asking: Asking, *, before: int | None = None) -> Answer:
    """Corrections, sources marked misleading, summaries and edits of tickets, by what they are about."""
    sums = by(asking.counts("source.corrected"), lambda key: (key.name, key.detail))
    held = quarantined(asking.conn, "runbook")
    names = sorted({name for name, _ in sums if asking.may_name(name)})
    rows = [_row(asking, name, {kind: sums.get((name, kind), 0) for kind in _KINDS}, held) for name in names]
    rows.sort(key=lambda row: (-row["total"], row["source"]))
    bars = [Bar(row["source"], tuple(row[kind] for kind in _KINDS)) for row in rows]
    return asking.answer(
        "corrections",
        "What did people correct, and who owns it?",
        chart=chart("Corrections, by what they are about", tuple(kind.replace("_", " ") for kind in _KINDS), bars),
        tables=(
            Table(
                "Backlog",
                _COLUMNS,
                tuple(rows),
                "Nobody has corrected anything that you may read.",
                "A correction counts for the runbook or for the tools whose evidence it is about, and for the alert source or"
                " question that the incident came by, so that one may stand in several rows.",
            ),
        ),
        listed=asking.listed(("feedback.given",), _said, before=before),
    )


def _said(shown: Shown) -> dict[str, Any]:
    """The entry, with what was said of what."""
    return entry(shown, *_LISTED) | {"given": (shown.payload or {}).get("kind")}


def _row(asking: Asking, name: str, kinds: dict[str, int], held: frozenset[str]) -> dict[str, Any]:
    kind, _, what = name.partition(":")
    state = "quarantined" if kind == "runbook" and what in held else ""
    return {"source": name, "owner": _owner(asking, kind, what), **kinds, "total": sum(kinds.values()), "state": state}


def _owner(asking: Asking, kind: str, name: str) -> str:
    catalogue = asking.catalogue
    if kind == "runbook" and name in asking.runbooks:
        return asking.runbooks[name].meta.owner
    if kind == "source":
        return catalogue.sources[name].owner if name in catalogue.sources else ""
    row = catalogue.accountable(RaciKind.TOOL if kind == "tool" else RaciKind.RUNBOOK, name)
    return row.accountable if row is not None else ""
