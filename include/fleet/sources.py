"""Sources retrieved against sources used: what was read or found, and what a brief then cited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from include.contracts.catalogue import RaciKind
from include.contracts.tool import ToolClass
from include.contracts.tools import TOOLS
from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by
from include.policy.permit import readable_labels

_COLUMNS = (
    Column("source", "Source"),
    Column("retrieved", "Retrieved", "number"),
    Column("used", "Used", "number"),
    Column("share", "Used of retrieved", "share"),
)
_NEVER = (Column("source", "Source"), Column("owner", "Owner"), Column("retrieved", "Retrieved", "number"))


def sources(asking: Asking, *, before: int | None = None) -> Answer:
    """How often each tool's evidence and each runbook was there when a brief was drafted, and how often the brief cited it."""
    del before
    sums = by(asking.counts("source.retrieved", "source.used"), lambda key: (key.name, key.kind))
    names = sorted({name for name, _ in sums if asking.may_name(name)})
    rows = [_row(name, sums.get((name, "source.retrieved"), 0), sums.get((name, "source.used"), 0)) for name in names]
    rows.sort(key=lambda row: (-row["retrieved"], row["source"]))
    bars = [Bar(row["source"], (row["used"], max(0, row["retrieved"] - row["used"]))) for row in rows]
    used = {row["source"]: row["retrieved"] for row in rows if row["used"]}
    there = {row["source"]: row["retrieved"] for row in rows}
    never = [
        {"source": name, "owner": owner, "retrieved": there.get(name, 0)} for name, owner in _known(asking) if name not in used
    ]
    return asking.answer(
        "sources",
        "Which sources were retrieved, and which were used?",
        chart=chart("Sources retrieved, by source", ("cited in a brief", "retrieved only"), bars),
        tables=(
            Table(
                "Sources",
                _COLUMNS,
                tuple(rows),
                "No brief that you may read has used a source.",
                "Evidence counts once for each brief that had it. A search retrieves a runbook; a brief that quotes it uses it.",
            ),
            Table("Never used", _NEVER, tuple(never), "Every source that you may read was used."),
        ),
    )


def _row(name: str, retrieved: int, used: int) -> dict[str, Any]:
    share = round(100 * used / retrieved) if retrieved else None
    return {"source": name, "retrieved": retrieved, "used": used, "share": share}


def _known(asking: Asking) -> Iterable[tuple[str, str]]:
    """The sources that there are and that this person may read, with their owners: read tools by a grant, runbooks by theirs."""
    today, who, catalogue = asking.today, asking.person.name, asking.catalogue
    for tool in TOOLS.values():
        granted = (readable_labels(catalogue, who, tool.name, name, None, today=today) for name in (None, *catalogue.services))
        if tool.tool_class is ToolClass.READ and any(granted):
            row = catalogue.accountable(RaciKind.TOOL, tool.name)
            yield f"tool:{tool.name}", row.accountable if row else tool.owner
    for runbook in asking.runbooks.values():
        if asking.may_name(f"runbook:{runbook.meta.name}"):
            yield f"runbook:{runbook.meta.name}", runbook.meta.owner
