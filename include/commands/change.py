"""`holdpoint change`: what a change request lacks, touches and runs into, without writing anything; and having one prepared."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from include.commands.plans import signs_a_plan

if TYPE_CHECKING:
    from include.contracts.cab import CabPackage
    from include.contracts.change import Assessment

_AS = "the person who {}; taken at your word, as the store is open to whoever may run this"


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
    _add_requests(actions)


def assess_notes(args: argparse.Namespace) -> int:
    """Print the assessment; BadInput on what cannot be read, ConfigError when the catalogue does not load."""
    from include.catalogue.loader import load_catalogue
    from include.changes.assess import assess
    from include.changes.read import MAX_BYTES, read_notes
    from include.changes.risk import DEFAULT
    from include.commands.intake import read_payload

    notes = read_notes(read_payload(args.file, MAX_BYTES))
    catalogue = load_catalogue()
    weights = DEFAULT.with_points(catalogue.settings.change_risk_points)
    found = assess(notes, catalogue, environment=args.environment, weights=weights)
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


# -- Requests that are kept ---------------------------------------------------------------------------------------------


def _add_requests(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The actions that keep something, or read what was kept."""
    _add_request(actions)
    listing = actions.add_parser("list", help="the newest change requests")
    listing.add_argument("--as", dest="person", required=True, help=_AS.format("reads"))
    listing.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_changes)
    show = actions.add_parser("show", help="a change request's package, if you may read it")
    show.add_argument("change", metavar="CHANGE", help="the change request's id")
    show.add_argument("--as", dest="person", required=True, help=_AS.format("reads"))
    show.add_argument("--version", type=int, help="the package's version (default: the newest)")
    show.add_argument("--format", choices=("markdown", "html", "json"), default="markdown", help="default: markdown")
    show.set_defaults(handler=show_change)
    plan = actions.add_parser(
        "propose",
        help="sign the plan that a change request offers, and keep it as a hold",
        description="Where every step of the notes is a call of a registered tool, the preparation offers a plan. It becomes a "
        "hold when you sign it as yours; other people then decide.",
    )
    plan.add_argument("change", metavar="CHANGE", help="the change request's id")
    signs_a_plan(plan)
    plan.set_defaults(handler=propose_change)


def _add_request(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ask = actions.add_parser(
        "request",
        help="have a change prepared: assessment, package, review task",
        description="Record technical notes, a ticket of the desk, or a possible cause from an incident's brief. The API server "
        "starts a run that prepares a package for the people who decide. Nothing is approved.",
    )
    ask.add_argument("file", metavar="NOTES", nargs="?", help="the document; - reads standard input")
    ask.add_argument("--ticket", default="", help="instead of a document: a ticket of the desk, such as DESK-7")
    ask.add_argument("--incident", default="", help="instead of a document: an incident, with --hypothesis")
    ask.add_argument("--hypothesis", default="", help="the cause that the change answers, such as H1")
    ask.add_argument("--environment", default="production", metavar="E", help="where the change happens (default: production)")
    ask.add_argument("--as", dest="person", required=True, help=_AS.format("asks"))
    ask.add_argument("--json", action="store_true", help="the change request's id and its classification as JSON")
    ask.set_defaults(handler=request_change)


def request_change(args: argparse.Namespace) -> int:
    from include.cab.request import request_from
    from include.catalogue.loader import load_catalogue
    from include.changes.read import MAX_BYTES
    from include.commands.intake import read_payload
    from include.store.database import Store

    notes = read_payload(args.file, MAX_BYTES) if args.file else ""
    given = {name: getattr(args, name) for name in ("ticket", "incident", "hypothesis", "environment")}
    done = request_from(Store.open(), load_catalogue(), principal=args.person, notes=notes, **given)
    if args.json:
        shown = {"change": done.change_id, "services": list(done.services), **done.classification.to_json()}
        print(json.dumps(shown))
        return 0
    print(f"Change request {done.change_id}, about {', '.join(done.services) or 'no service of the catalogue'}.")
    print(f"The API server starts the run; then: ./holdpoint change show {done.change_id} --as {args.person}")
    return 0


def list_changes(args: argparse.Namespace) -> int:
    from include.cab import reading
    from include.catalogue.loader import load_catalogue
    from include.contracts.errors import BadInput
    from include.store.database import Store
    from include.triage.reading import reader

    if args.limit < 1:
        raise BadInput("--limit counts from 1.", next_step="name how many you want to see")
    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        found = reading.listed(conn, reader(conn, catalogue, person), after=None, limit=args.limit)
    rows = [
        {
            "id": item.id,
            "opened_at": item.opened_at.isoformat(),
            "environment": item.environment,
            "service": item.service,
            "requested_by": item.principal,
            "owner": item.owner,
            "title": item.title,
        }
        for item in found
    ]
    if args.json:
        print(json.dumps({"changes": rows}))
        return 0
    for row in rows:
        print("  ".join(str(value or "-") for value in row.values()))
    return 0


def show_change(args: argparse.Namespace) -> int:
    from include.cab import reading
    from include.catalogue.loader import load_catalogue
    from include.store.database import Store
    from include.triage.reading import reader

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        who = reader(conn, catalogue, person)
        item = reading.change(conn, who, args.change)
        package = reading.package(conn, who, item, args.version)
        request, reason = reading.offer(conn, who, item)
    _print_package(package, args.format, person.time_zone)
    if args.format == "markdown":
        offered = f"./holdpoint change propose {item.id} --key KEY proposes it" if request else "none is offered"
        print(f"\nPlan: {offered}. {reason}")
    return 0


def _print_package(package: CabPackage, form: str, time_zone: str) -> None:
    from include.drafting.cab.render_html import render_html
    from include.drafting.cab.render_markdown import render_markdown

    if form == "json":
        print(package.model_dump_json())
    else:
        print((render_html if form == "html" else render_markdown)(package, time_zone=time_zone), end="")


def propose_change(args: argparse.Namespace) -> int:
    from functools import partial

    from include.cab.offer import PRINCIPAL
    from include.cab.propose import propose_offered
    from include.commands.plans import opened, propose_request
    from include.contracts.errors import NotFound
    from include.store import changes

    store, roots = opened()
    with store.read() as conn:
        request, _ = changes.offer_of(conn, args.change)
    if request is None:
        raise NotFound(
            "There is no such change request, or none that offers a plan.",
            next_step="./holdpoint change show CHANGE --as YOU says why; a plan of your own: ./holdpoint plans propose",
        )
    keep = partial(propose_offered, change_id=args.change)
    return propose_request(args, store, roots, request, drafted_by=(PRINCIPAL,), keep=keep)
