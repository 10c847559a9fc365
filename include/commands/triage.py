"""`holdpoint triage`: the brief that a payload and recorded reads give, without Airflow, store or any system."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from include.commands.intake import find_source, given_time, read_payload

if TYPE_CHECKING:
    from datetime import datetime

    from include.catalogue.catalogue import Catalogue
    from include.contracts.alert import Alert
    from include.contracts.catalogue import AlertSource
    from include.evidence.recorded import RecordedReads
    from include.triage.recorded import Case, Drafted

_PRINCIPAL = "incident_triage@service"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "triage",
        help="draft the brief of an alert from recorded evidence",
        description="Parse a payload, plan the reads that a run would make for it, take their answers from a recording, and "
        "draft the brief. A planned read that the recording does not answer is a gap. Nothing is stored or sent.",
        epilog='EVIDENCE.jsonl: one object a line, {"tool", "params", "output"}, or "error" (a text) instead of output. '
        "Parameters left out stand for every value; --reads prints them in full. The time of the run is the alert's own "
        "unless --at says another, so that the same files give the same brief.",
    )
    parser.add_argument("--alert", required=True, metavar="FILE", help="the payload as posted; - reads standard input")
    parser.add_argument("--source", required=True, metavar="NAME", help="an alert source of sources.yaml")
    parser.add_argument("--recorded", metavar="EVIDENCE.jsonl", help="recorded reads; required unless --reads is given")
    parser.add_argument(
        "--as", dest="principal", default=_PRINCIPAL, metavar="PRINCIPAL", help=f"whose permissions count (default {_PRINCIPAL})"
    )
    parser.add_argument("--at", metavar="TIME", help="the time of the run, RFC 3339 with zone (default: the alert's)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the brief as JSON")
    form.add_argument("--markdown", action="store_true", help="print it as Markdown (the default)")
    form.add_argument("--html", action="store_true", help="print it as one HTML page")
    form.add_argument("--reads", action="store_true", help='print the planned reads, {"tool", "params"} a line, and stop')
    parser.add_argument("--with-evidence", action="store_true", help='with --json: print {"brief", "evidence"}')
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    """Print the brief, or the reads; errors as `include/contracts/errors.py` says."""
    from include.catalogue.loader import load_catalogue
    from include.contracts.errors import BadInput
    from include.evidence.recorded import RecordedReads
    from include.policy.principals import principal_named
    from include.triage.recorded import draft_case, open_case

    if not args.reads and args.recorded is None:
        raise BadInput("A recording is needed.", next_step="give --recorded EVIDENCE.jsonl, or --reads to see what is asked")
    catalogue = load_catalogue()
    source = find_source(catalogue, args.source)
    at = given_time(args.at)
    alerts = _alerts(catalogue, source, args.alert, at)
    case = open_case(catalogue, source, alerts, principal=principal_named(catalogue, args.principal), at=at)
    for note in case.notes:
        print(f"note: {note}", file=sys.stderr)
    if args.reads:
        _print_reads(case)
        return 0
    recorded = RecordedReads.from_jsonl(Path(args.recorded))
    drafted = draft_case(catalogue, case, recorded, quarantined=_quarantined())
    _report_unasked(recorded)
    print(_shown(catalogue, args, drafted))
    return 0


def _alerts(catalogue: Catalogue, source: AlertSource, name: str, at: datetime | None) -> list[Alert]:
    from datetime import UTC, datetime

    from include.alerts.parse import parse

    body = read_payload(name, catalogue.settings.max_body_bytes)
    received_at = at or datetime.now(UTC)
    return parse(body, source, catalogue.settings, received_at=received_at, check_clock=False)  # a recording is old


def _quarantined() -> frozenset[str]:
    """Runbooks held back in the store, where there is one; a recording needs none."""
    from include.retrieval.quarantine import held_back
    from include.store.database import Store
    from include.store.location import locate

    url = locate()
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return frozenset()
    with Store.open().read() as conn:
        return held_back(conn)


def _print_reads(case: Case) -> None:
    for planned in case.plan.reads:
        print(json.dumps(planned.request.to_json(), ensure_ascii=False))


def _report_unasked(recorded: RecordedReads) -> None:
    """On standard error only: whoever reads the brief may not be allowed to know of them (H12)."""
    for item in recorded.unasked():
        print(f"note: line {item.line} of the recording ({item.tool}) was never asked for", file=sys.stderr)


def _shown(catalogue: Catalogue, args: argparse.Namespace, drafted: Drafted) -> str:
    from include.drafting.render_html import render_html
    from include.drafting.render_markdown import render_markdown

    brief, evidence = drafted.brief, {item.id: item for item in drafted.evidence}
    if args.json:
        plain = brief.to_json()
        whole = {"brief": plain, "evidence": [item.to_json() for item in drafted.evidence]} if args.with_evidence else plain
        return json.dumps(whole, indent=2, ensure_ascii=False)
    reader = catalogue.people.get(args.principal)
    zone = reader.time_zone if reader else catalogue.settings.time_zone
    return (render_html if args.html else render_markdown)(brief, evidence, time_zone=zone).rstrip("\n")
