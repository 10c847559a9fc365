"""`holdpoint reviews`: what the store knows of reviews of repositories' scripts."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from include.store.script_reports import Counts
    from include.store.script_reviews import Review

LOCAL_TRUST = "the person who reads; taken at your word, as the store is open to whoever may run this"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("reviews", help="list reviews of repositories' scripts, show a report")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the newest reviews")
    listing.add_argument("--as", dest="person", required=True, help=LOCAL_TRUST)
    listing.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_reviews)
    show = actions.add_parser("show", help="a review's newest report, if you may read it")
    show.add_argument("review", help="the review's id")
    show.add_argument("--as", dest="person", required=True, help=LOCAL_TRUST)
    show.add_argument(
        "--format", choices=("markdown", "json", "sarif"), default="markdown", help="as what (default: the checklist in Markdown)"
    )
    show.set_defaults(handler=show_review)


def list_reviews(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.reviewing.sight import listed
    from include.store import script_reports
    from include.store.database import Store

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        found = listed(conn, catalogue, person, limit=max(1, args.limit))
        heads = script_reports.heads(conn, [each.said_by for each in found])
    rows = [_row(each, *heads.get(each.said_by, (None, None))) for each in found]
    if args.json:
        print(json.dumps({"reviews": rows}))
        return 0
    for row in rows:
        said = ", ".join(f"{count} {name}" for name, count in row["counts"].items()) if row["counts"] else "no report yet"
        words = "unchanged: " if row["same_as"] else ""
        print(f"{row['id']}  {row['repository']}  {row['kind']}  {row['asked_at']}  {words}{said}")
    return 0


def _row(review: Review, version: int | None, counts: Counts | None) -> dict[str, Any]:
    from include.store.times import to_text

    plain = {name: getattr(review, name) for name in ("id", "repository", "state", "commit", "pull", "same_as")}
    times = {"kind": review.kind.value, "asked_at": to_text(review.asked_at)}
    return {**plain, **times, "version": version, "counts": vars(counts) if counts is not None else None}


def show_review(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.contracts.errors import NotFound
    from include.reviewing.sight import review
    from include.store import script_reports
    from include.store.database import Store

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    with Store.open().read() as conn:
        report = script_reports.latest(conn, review(conn, catalogue, person, args.review).said_by)
    if report is None:
        raise NotFound("There is no report yet.", next_step="look for the review's run in Airflow")
    print({"markdown": report.markdown, "json": report.body, "sarif": report.sarif}[args.format])
    return 0
