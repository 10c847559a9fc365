"""`holdpoint audit`: the weekly review of a random sample of the ledger, and incidents that the agent has caused."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from include.catalogue.catalogue import Catalogue
    from include.contracts.catalogue import Person


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from include.commands.incidents import LOCAL_TRUST

    parser = subparsers.add_parser("audit", help="the weekly review of the ledger, and incidents that the agent has caused")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    read = actions.add_parser("sample", help="the entries of a week to be read")
    sign = actions.add_parser("sign-off", help="say that you have read them, and what you found")
    for each in (read, sign):
        each.add_argument("--week", metavar="WEEK", help="an ISO week that is over, such as 2026-W47 (default: the last one)")
    sign.add_argument("--seed", required=True, metavar="DIGEST", help="of the sample that you have read; it is shown with it")
    sign.add_argument("--found", required=True, metavar="TEXT", help="what you found, also that there was nothing")
    caused = actions.add_parser("agent-caused", help="say of an incident that the agent has caused it")
    review = actions.add_parser("review", help="end the review of an incident that the agent has caused, as its owner")
    for each in (caused, review):
        each.add_argument("incident", metavar="INCIDENT", help="its id")
    caused.add_argument("--reason", required=True, metavar="TEXT", help="why you say so")
    review.add_argument("--found", required=True, metavar="TEXT", help="what was found and what follows")
    for each, handler in ((read, run_sample), (sign, run_sign_off), (caused, run_agent_caused), (review, run_review)):
        each.add_argument("--as", dest="person", required=True, metavar="PERSON", help=LOCAL_TRUST)
        each.add_argument("--json", action="store_true", help="as JSON")
        each.set_defaults(handler=handler)


def run_sample(args: argparse.Namespace) -> int:
    from include.contracts.errors import LedgerBroken
    from include.fleet.review import last_week, sample

    store, catalogue, person = _opened(args)
    with store.read() as conn:
        found = sample(conn, catalogue, person, args.week or last_week(conn))
    print(json.dumps(found.to_json(), ensure_ascii=False) if args.json else _shown(found))
    return 0 if found.verifies else LedgerBroken.exit_status


def run_sign_off(args: argparse.Namespace) -> int:
    from include.fleet.review import last_week, sign_off

    def enter(conn: Connection, catalogue: Catalogue, person: Person) -> int:
        return sign_off(conn, catalogue, person, args.week or last_week(conn), seed=args.seed, found=args.found)

    return _entered(args, enter)


def run_agent_caused(args: argparse.Namespace) -> int:
    from include.fleet.agent_caused import mark

    return _entered(args, lambda conn, catalogue, person: mark(conn, catalogue, person, args.incident, args.reason))


def run_review(args: argparse.Namespace) -> int:
    from include.fleet.agent_caused import review

    return _entered(args, lambda conn, catalogue, person: review(conn, catalogue, person, args.incident, args.found))


def _entered(args: argparse.Namespace, enter: Any) -> int:
    store, catalogue, person = _opened(args)
    with store.begin() as conn:
        seq = enter(conn, catalogue, person)
    print(json.dumps({"entry": seq}) if args.json else f"It is entry {seq} of the ledger.")
    return 0


def _opened(args: argparse.Namespace) -> tuple[Any, Catalogue, Person]:
    from include.catalogue.loader import load_catalogue
    from include.store.database import Store

    catalogue = load_catalogue()
    person = catalogue.person(args.person)
    store = Store.open()
    store.check()
    return store, catalogue, person


def _shown(found: Any) -> str:
    from include.commands.trace import lines_of

    lines = [line for entry in found.entries for line in lines_of(entry)]
    if found.unseen:
        lines.append(f"not for you to read: {', '.join(map(str, found.unseen))}")
    lines += [f"signed off by {row.actor} on {row.at[:10]}" for row in found.signed]
    verdict = "each is what was hashed" if found.verifies else "SOME DO NOT VERIFY: change nothing"
    lines.append(f"\n{found.week}: {len(found.numbers)} of the entries {found.first} to {found.last}; {verdict}.")
    if not found.signed:
        lines.append(f'Sign it off: ./holdpoint audit sign-off --week {found.week} --seed {found.seed} --found "…" --as YOU')
    return "\n".join(lines)
