"""`holdpoint runbooks`: search them as a principal would, list them, check that they load."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from include.contracts.tools.query_approved_runbook import RunbookPassages
    from include.retrieval.loader import Runbook

_MAY = "a person of the catalogue, or a workflow such as incident_triage@service"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("runbooks", help="search, list and check the runbooks")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    find = actions.add_parser("search", help="the runbooks that this principal may read, best first")
    find.add_argument("words", help='what is seen, for example "payments connection refused"')
    find.add_argument("--service", help="a service of the catalogue (default: only runbooks that apply everywhere)")
    find.add_argument("--as", dest="principal", required=True, help=f"who searches: {_MAY}")
    find.add_argument("--max-hits", type=int, default=5, help="how many at most, 1 to 50 (default 5)")
    find.add_argument("--json", action="store_true", help="the hits as JSON")
    find.set_defaults(handler=search_runbooks)
    listing = actions.add_parser("list", help="all runbooks and their standing")
    listing.add_argument("--as", dest="principal", help=f"only what this principal may read, with titles: {_MAY}")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_runbooks)
    check = actions.add_parser("check", help="what does not load, is stale or not approved; exit 3 when something does not load")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(handler=check_runbooks)


def search_runbooks(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.policy.principals import principal_named
    from include.retrieval.search import search

    catalogue = load_catalogue()
    principal = principal_named(catalogue, args.principal)
    today, quarantined = _stored()
    found = search(catalogue, principal, _query(args), today=today, quarantined=quarantined)
    print(found.model_dump_json() if args.json else _shown(found))
    return 0


def list_runbooks(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.policy.principals import principal_named
    from include.retrieval.loader import load_runbooks
    from include.retrieval.quarantine import may_read

    catalogue = load_catalogue()
    today, quarantined = _stored()
    runbooks: Iterable[Runbook] = load_runbooks(None, catalogue)[0]
    if args.principal is not None:
        principal = principal_named(catalogue, args.principal)
        runbooks = [each for each in runbooks if may_read(catalogue, principal, each, today=today)]
    rows = [_row(each, today, quarantined, titles=args.principal is not None) for each in runbooks]
    if args.json:
        print(json.dumps({"runbooks": rows}))
        return 0
    for row in rows:
        print("  ".join(str(value) for value in row.values()))
    return 0


def check_runbooks(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from include.catalogue.loader import load_catalogue
    from include.contracts.errors import ConfigError
    from include.retrieval.loader import load_runbooks

    today = datetime.now(UTC).date()  # the check needs no store
    runbooks, problems = load_runbooks(None, load_catalogue())
    rows = [_row(each, today, frozenset(), titles=False) for each in runbooks]
    remarks = [row for row in rows if row["standing"] != "in use"]
    if args.json:
        print(json.dumps({"problems": [error.diagnostics() for error in problems], "remarks": remarks}))
        return ConfigError.exit_status if problems else 0
    for error in problems:
        print(f"problem  {error}")
    for row in remarks:
        print(f"remark   {row['name']}: {row['standing']}; its owner is {row['owner']}")
    print(f"{len(runbooks)} load, {len(problems)} problems, {len(remarks)} stale or not in use")
    return ConfigError.exit_status if problems else 0


def _query(args: argparse.Namespace) -> Any:
    from pydantic import ValidationError

    from include.contracts.errors import BadInput
    from include.contracts.tools.query_approved_runbook import RunbookQuery

    try:
        return RunbookQuery(words=args.words, service=args.service, max_hits=args.max_hits)
    except ValidationError as error:
        problems = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise BadInput(
            f"The search is not valid: {problems}.", next_step="correct it; see ./holdpoint runbooks search --help"
        ) from None


def _stored() -> tuple[date, frozenset[str]]:
    """The store's day, and the runbooks that it holds back."""
    from include.retrieval.quarantine import held_back
    from include.store.database import Store, day

    with Store.open().read() as conn:
        return day(conn), held_back(conn)


def _row(runbook: Runbook, today: date, quarantined: frozenset[str], *, titles: bool) -> dict[str, Any]:
    """One line of a list. Without a reader to ask for, no words of the runbook's own (H12)."""
    from include.retrieval.standing import standing

    meta = runbook.meta
    row: dict[str, Any] = {"name": meta.name, "kind": meta.kind, "owner": meta.owner, "label": meta.classification}
    row |= {"services": list(meta.services), "reviewed": meta.reviewed.isoformat()}
    row |= {"standing": "quarantined" if meta.name in quarantined else standing(meta, today)}
    return {**row, "title": meta.title} if titles else row


def _shown(found: RunbookPassages) -> str:
    blocks = []
    for hit in found.hits:
        stale = f"\n   STALE: {hit.stale_reason}" if hit.stale else ""
        text = "\n".join(f"   | {line}" for line in hit.passage.splitlines())
        blocks.append(f"{hit.title} / {hit.heading}\n   {hit.kind} {hit.runbook}, owner {hit.owner}, {hit.label}{stale}\n{text}")
    return "\n\n".join(blocks) or "No runbook matches."
