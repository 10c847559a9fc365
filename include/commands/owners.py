"""`holdpoint owners`: who owns what, and what is stale, unowned, ending or due to be looked over again."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("owners", help="who owns what; what is stale, unowned, ending, or due for its review")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.doctor.owners import owners
    from include.doctor.surroundings import Surroundings

    found = owners(load_catalogue(), Surroundings())
    if args.json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
        return 0
    for row in found.rows:
        print(f"{row.state:<8} {row.due}  {row.kind:<24} {row.name:<28} {row.responsible:<10} {row.accountable}")
    for title, findings in (("unowned", found.unowned), ("stale", found.stale), ("ending", found.ending)):
        for finding in findings:
            print(f"{title:<8} {finding.subject}: {finding.problem}; {finding.next_step}")
    print(
        f"{len(found.rows)} rows; {len(found.unowned)} unowned, {len(found.stale)} stale, {len(found.ending)} ending,"
        f" {len(found.recertify)} due within 30 days or overdue"
    )
    return 0
