"""`holdpoint incidents`: what the store knows of incidents."""

from __future__ import annotations

import argparse
import json
from typing import Any

LOCAL_TRUST = "the person who reads; taken at your word, as the store is open to whoever may run this"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("incidents", help="list incidents, show a brief")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the newest incidents")
    listing.add_argument("--as", dest="person", required=True, help=LOCAL_TRUST)
    listing.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_incidents)
    show = actions.add_parser("show", help="an incident's brief, if you may read it")
    show.add_argument("incident", help="the incident's id")
    show.add_argument("--as", dest="person", required=True, help=LOCAL_TRUST)
    show.add_argument("--version", type=int, help="the brief's version (default: the newest)")
    show.add_argument("--json", action="store_true", help="the brief as JSON")
    show.set_defaults(handler=show_incident)


def list_incidents(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.policy.labels import label_of
    from include.policy.permit import clears
    from include.store import incidents
    from include.store.database import Store, day

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        today = day(conn)
        rows = [
            row
            for row in incidents.listed(conn, args.limit)
            if clears(catalogue, person.name, (label_of(catalogue, incidents.from_row(row)),), row["service"], today=today)
        ]
    shown = ("id", "kind", "status", "severity", "service", "environment", "owner", "alert_count", "briefing", "opened_at")
    if args.json:
        print(json.dumps({"incidents": [{key: row[key] for key in shown} for row in rows]}))
        return 0
    for row in rows:
        print("  ".join(_cell(row[key]) for key in shown))
    return 0


def _cell(value: Any) -> str:
    return "-" if value is None else str(value)


def show_incident(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.contracts.errors import NotFound
    from include.drafting.render_markdown import render_markdown
    from include.policy.permit import clears
    from include.store import briefs, reads
    from include.store.database import Store, day

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        row = briefs.latest(conn, args.incident) if args.version is None else briefs.of_version(conn, args.incident, args.version)
        brief = briefs.read(row) if row is not None else None
        if brief is None or not clears(catalogue, person.name, brief.labels, brief.service, today=day(conn)):
            raise NotFound(
                "There is no such brief, or none that you may read.",
                next_step="./holdpoint incidents list --as YOU says what there is",
            )
        evidence = reads.evidence_by_ids(conn, brief.retrieved)
    print(brief.model_dump_json() if args.json else render_markdown(brief, evidence, time_zone=person.time_zone))
    return 0
