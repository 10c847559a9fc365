"""`holdpoint change`: what a change request lacks, touches and runs into, without writing anything; and having one prepared."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from include.commands import change_requests

if TYPE_CHECKING:
    from include.contracts.change import Assessment


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("change", help="assess a change request before people do; have one prepared, propose its plan")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = actions.add_parser(
        "assess",
        help="what a change request lacks, touches and runs into",
        description="Read technical notes (Markdown, wiki markup, an HTML export, plain text, e-mail) and say what is missing, "
        "which services of the catalogue they touch, what stands in the way, and how large the risk is. "
        "Nothing is stored, sent or approved. What is no text is an error, with exit status 2.",
    )
    one.add_argument("file", metavar="NOTES", help="the document; - reads standard input")
    one.add_argument("--environment", default="production", metavar="E", help="where the change happens (default: production)")
    one.add_argument("--json", action="store_true", help="print the whole assessment as JSON")
    one.set_defaults(handler=assess_notes)
    change_requests.add_parsers(actions)


def assess_notes(args: argparse.Namespace) -> int:
    """Print the assessment; BadInput on what cannot be read, ConfigError when the catalogue does not load."""
    import json

    from include.catalogue.loader import load_catalogue
    from include.changes.assess import assess
    from include.changes.read import MAX_BYTES, read_notes
    from include.commands.intake import read_payload

    notes = read_notes(read_payload(args.file, MAX_BYTES))
    found = assess(notes, load_catalogue(), environment=args.environment)
    if args.json:
        print(json.dumps(found.to_json(), indent=2))
    else:
        _print(found)
    return 0


def _print(found: Assessment) -> None:
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # documents come in any script, terminals do not show them all
    risk = found.risk
    print(found.title or "(no title)")
    print(f"type: {found.type.value}   rollback: {found.rollback.value}   validation: {found.validation.value}")
    print(f"risk: {risk.level}, likelihood {risk.likelihood} x impact {risk.impact} = {risk.score}")
    for reason in (*risk.likelihood_reasons, *risk.impact_reasons):
        print(f"  {reason.points:+d}  {reason.says}")
    if found.window:
        shown = f"{found.window.start} to {found.window.end}" if found.window.start else f"not certain: {found.window.text}"
        print(f"window: {shown}")
    print()
    _table(
        [("ASPECT", "STANDING", "LINE", "WHAT DECIDES")]
        + [(a.name, a.standing.value, _line(a.line), a.reason) for a in found.aspects]
    )
    if found.affected or found.unmatched:
        print()
        rows = [
            (
                each.name,
                each.service or "(in no catalogue)",
                each.owner or "-",
                ", ".join(d.service for d in each.dependants) or "-",
            )
            for each in (*found.affected, *found.unmatched)
        ]
        _table([("SYSTEM", "SERVICE", "OWNER", "DEPENDED ON BY"), *rows])
    print()
    for finding in found.findings:
        print(f"{finding.severity.value:8}  line {_line(finding.line):>4}  {finding.rule}: {finding.says}")
        if finding.asks:
            print(f"{'':21}  ask: {finding.asks}")


def _line(number: int) -> str:
    return str(number) if number else "-"


def _table(rows: list[tuple[str, str, str, str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]))
