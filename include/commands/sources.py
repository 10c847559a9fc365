"""`holdpoint sources`: take a misleading runbook out of use, and put it back."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from include.store.quarantine import Quarantine


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("sources", help="quarantine a misleading runbook, release it, list what is quarantined")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    place = actions.add_parser("quarantine", help="stop using a runbook until its owner releases it")
    place.add_argument("name", help="the runbook's name")
    place.add_argument("--as", dest="person", required=True, help="who says so: a person of the catalogue who may read it")
    place.add_argument("--reason", required=True, help="what was misleading; the owner corrects by it")
    place.set_defaults(handler=place_quarantine)
    lift = actions.add_parser("release", help="use a runbook again; its owner only")
    lift.add_argument("name", help="the runbook's name")
    lift.add_argument("--as", dest="person", required=True, help="the runbook's owner")
    lift.set_defaults(handler=release)
    listing = actions.add_parser("list", help="what is quarantined")
    listing.add_argument("--as", dest="person", help="only what this person may read, with the reasons")
    listing.add_argument("--all", action="store_true", help="also what was released")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_sources)


def place_quarantine(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.retrieval.loader import load_runbooks
    from include.retrieval.quarantine import mark_misleading
    from include.store.database import Store, day

    catalogue = load_catalogue()
    runbooks, _ = load_runbooks(None, catalogue)
    store = Store.open()
    store.check()
    with store.begin() as conn:
        mark_misleading(conn, catalogue, runbooks, name=args.name, by=args.person, reason=args.reason, today=day(conn))
    print(f"{args.name} is not used until its owner releases it.")
    return 0


def release(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.retrieval.loader import load_runbooks
    from include.retrieval.quarantine import lift
    from include.store.database import Store, day

    catalogue = load_catalogue()
    runbooks, _ = load_runbooks(None, catalogue)
    store = Store.open()
    store.check()
    with store.begin() as conn:
        lift(conn, catalogue, runbooks, name=args.name, by=args.person, today=day(conn))
    print(f"{args.name} is used again.")
    return 0


def list_sources(args: argparse.Namespace) -> int:
    from include.store import quarantine
    from include.store.database import Store, day

    store = Store.open()
    store.check()
    with store.read() as conn:
        found, today = quarantine.listed(conn, all_of_them=args.all), day(conn)
    if args.person is not None:
        found = _readable(found, args.person, today)
    rows = [_row(each, reasons=args.person is not None) for each in found]
    if args.json:
        print(json.dumps({"sources": rows}))
        return 0
    for row in rows:
        print("  ".join("-" if value is None else str(value) for value in row.values()))
    return 0


def _readable(found: list[Quarantine], person: str, today: date) -> list[Quarantine]:
    from include.catalogue.loader import load_catalogue
    from include.retrieval.loader import load_runbooks
    from include.retrieval.quarantine import KIND, may_read

    catalogue = load_catalogue()
    reader = catalogue.person(person).name
    mine = {each.meta.name for each in load_runbooks(None, catalogue)[0] if may_read(catalogue, reader, each, today=today)}
    return [each for each in found if each.kind == KIND and each.name in mine]


def _row(item: Quarantine, *, reasons: bool) -> dict[str, Any]:
    """One line. Without a reader to ask for, not the reason: it may quote what is classified (H12)."""
    row: dict[str, Any] = {"kind": item.kind, "name": item.name, "placed_by": item.placed_by}
    row |= {"placed_at": item.placed_at.isoformat(), "lifted_by": item.lifted_by}
    row |= {"lifted_at": item.lifted_at.isoformat() if item.lifted_at else None}
    return {**row, "reason": item.reason} if reasons else row
