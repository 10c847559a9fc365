"""`holdpoint fleet`: what a team that runs agents must be able to ask about itself."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from include.fleet.answer import Answer, Column, Table

_BAR = 40  # characters of a chart's longest bar
_MARKS = "█▒░·"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from include.commands.incidents import LOCAL_TRUST

    names = "workflows, sources, tools, approvals, failures, corrections, fatigue"
    parser = subparsers.add_parser("fleet", help="which workflows ran, what they read, what was approved, failed, corrected")
    parser.add_argument("question", metavar="QUESTION", help=f"one of: {names}")
    parser.add_argument("--since", metavar="DAY", help="first day, YYYY-MM-DD, UTC (default: 28 days)")
    parser.add_argument("--until", metavar="DAY", help="last day (default: today)")
    parser.add_argument("--before", type=int, metavar="SEQ", help="list entries before this number")
    parser.add_argument("--as", dest="person", required=True, metavar="PERSON", help=LOCAL_TRUST)
    parser.add_argument("--json", action="store_true", help="as JSON, the same as the page's")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.fleet.registry import answer
    from include.store.database import Store

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    store = Store.open()
    store.check()
    with store.read() as conn:
        found = answer(conn, catalogue, person, args.question, since=args.since, until=args.until, before=args.before)
    print(json.dumps(found.to_json(), ensure_ascii=False) if args.json else _shown(found))
    return 0


def _shown(found: Answer) -> str:
    lines = [f"{found.asks}  {found.since} to {found.until}, as {found.reader} may see it", "", *_chart(found)]
    for table in found.tables:
        lines += ["", table.title, *_table(table)]
    lines += ["", *found.remarks] if found.remarks else []
    if found.listed is not None and found.listed.entries:
        lines += ["", "Newest entries", *(_entry(row) for row in found.listed.entries)]
    if found.listed is not None and found.listed.before is not None:
        lines.append(f"There may be older ones: --before {found.listed.before}")
    return "\n".join(lines)


def _chart(found: Answer) -> list[str]:
    bars = found.chart.bars
    if not any(bar.total for bar in bars):
        return []
    width, most = max(len(bar.label) for bar in bars), max(bar.total for bar in bars)
    legend = ", ".join(f"{mark} {name}" for mark, name in zip(_MARKS, found.chart.series, strict=False))
    lines = [f"{found.chart.title} ({legend})"]
    for bar in bars:
        drawn = "".join(
            mark * (-(-value * _BAR // most) if value else 0) for mark, value in zip(_MARKS, bar.values, strict=False)
        )
        lines.append(f"{bar.label:<{width}}  {drawn} {bar.total}")
    return lines


def _table(table: Table) -> list[str]:
    if not table.rows:
        return [table.empty]
    cells = [[column.title for column in table.columns]]
    cells += [[cell(column, row.get(column.key)) for column in table.columns] for row in table.rows]
    widths = [max(len(row[number]) for row in cells) for number in range(len(table.columns))]
    lines = ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [*lines, *([table.note] if table.note else [])]


def cell(column: Column, value: Any) -> str:
    """A cell as text."""
    if column.shape == "people":
        return ", ".join(f"{each['name']} {each['count']}" for each in value or ()) or "-"
    if value is None or value == "":
        return "-"
    units = {"seconds": " s", "share": " %"}
    return f"{value}{units.get(column.shape, '')}"


def _entry(row: Any) -> str:
    from include.commands.trace import printable

    head = f"{row['seq']:>8}  {row['at'][:19]}Z  {row['actor']:<26} {row['kind']:<20} {row['subject']}"
    names = ("seq", "at", "actor", "kind", "subject", "run", "verifies")
    said = {name: value for name, value in row.items() if name not in names and value not in (None, "")}
    text = json.dumps(said, ensure_ascii=False) if said else ""
    return printable(f"{head}  {text[:200]}".rstrip()) + ("" if row["verifies"] else "  DOES NOT VERIFY")
