"""`holdpoint plans`: propose a plan, show it in words."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from include.catalogue.catalogue import Catalogue
    from include.contracts.hold import Hold
    from include.contracts.key import SigningKey
    from include.contracts.plan import Plan, PlanRequest
    from include.contracts.statement import Signed
    from include.holds.trust import TrustRoots
    from include.store.database import Store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("plans", help="propose a plan for people to decide on; show one in words")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    propose = actions.add_parser("propose", help="make a plan of a request, show it, sign it and keep it as a hold")
    propose.add_argument("request", metavar="PLAN.json", help="the request (docs/plans.md); - reads standard input")
    propose.add_argument("--supersedes", metavar="HOLD", help="the hold that this plan edits; it ends")
    signs_a_plan(propose)
    propose.set_defaults(handler=run_propose)
    show = actions.add_parser("show", help="a hold's plan in words, with what has changed since")
    show.add_argument("hold", metavar="HOLD", help="the hold's id")
    show.add_argument("--as", dest="person", required=True, help="who reads; you see what that person may read about")
    show.add_argument("--json", action="store_true", help="the page as JSON")
    show.set_defaults(handler=run_show)


def signs_a_plan(parser: argparse.ArgumentParser) -> None:
    """The options of a command that proposes a plan."""
    parser.add_argument("--key", type=Path, required=True, metavar="KEY", help="your SSH key; it says who you are")
    parser.add_argument("--yes", action="store_true", help="sign without being asked first")
    parser.add_argument("--dry-run", action="store_true", help="make and show the plan; sign and keep nothing")
    parser.add_argument("--json", action="store_true", help='print {"hold", "plan_digest", "plan"}')


def run_propose(args: argparse.Namespace) -> int:
    store, roots = opened()
    return propose_request(args, store, roots, _request(args.request), supersedes=args.supersedes)


def propose_request(
    args: argparse.Namespace,
    store: Store,
    roots: TrustRoots,
    request: PlanRequest,
    *,
    supersedes: str | None = None,
    drafted_by: Collection[str] = (),
    keep: Callable[[Store, TrustRoots, str, Signed], Hold] | None = None,
) -> int:
    """Draft, show, ask, sign with `args.key`, keep. `args` has `key`, `yes`, `dry_run` and `json`.

    :param drafted_by: workflows that had a hand in it
    :param keep: keeps the signed plan; `include.holds.propose.propose` where None
    """
    from include.contracts.statement import Proposal
    from include.holds.digest import body_of, digest_of
    from include.holds.propose import propose
    from include.holds.signatures.sign_ssh import sign
    from include.store.database import now
    from include.store.times import from_text

    key, plan = _draft(store, roots, args.key, request, supersedes, drafted_by)
    digest = digest_of(plan)
    if not args.json:
        _show(plan, roots.catalogue)
    if args.dry_run:
        return _said(args, plan, digest, "Nothing was signed or kept.")
    _require_meant(args)
    with store.read() as conn:
        at = from_text(now(conn))
    statement = Proposal(person=key.person, key=key.id, at=at, hold=plan.hold, plan_digest=digest)
    (keep or propose)(store, roots, body_of(plan), sign(statement, args.key))
    return _said(args, plan, digest, f"Proposed by {key.person}: {plan.hold} waits for its approval.")


def run_show(args: argparse.Namespace) -> int:
    from include.holds import reading
    from include.holds.view import current_view
    from include.holds.words import page_in_words

    store, roots = opened()
    with store.read() as conn:
        who = reading.reader(conn, roots, roots.catalogue.person(args.person))
        hold = reading.hold(conn, who, args.hold)
        view, digest = current_view(conn, roots, hold.id)
    if args.json:
        print(json.dumps({"hold": hold.to_json(), "view_digest": digest, "view": view.to_json()}))
        return 0
    print(f"{hold.id} is {hold.state.value}{f', by {hold.superseded_by}' if hold.superseded_by else ''}.")
    for line in page_in_words(view):
        print(line)
    return 0


def opened() -> tuple[Store, TrustRoots]:
    from include.catalogue.loader import load_catalogue
    from include.holds.trust import TrustRoots
    from include.store.database import Store

    roots = TrustRoots.load(load_catalogue())
    store = Store.open()
    store.check()
    return store, roots


def _request(name: str) -> PlanRequest:
    from include.contracts.errors import BadInput
    from include.holds.request import MAX_BYTES, read_request

    try:
        if name == "-":
            return read_request(sys.stdin.buffer.read(MAX_BYTES + 1))
        with Path(name).open("rb") as file:
            return read_request(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.", next_step="name a file with the request") from error


def _draft(
    store: Store,
    roots: TrustRoots,
    key_file: Path,
    request: PlanRequest,
    supersedes: str | None,
    drafted_by: Collection[str],
) -> tuple[SigningKey, Plan]:
    """The key says who proposes: it counts in the store and the catalogue, or nothing is made."""
    from include.contracts.errors import Refused
    from include.contracts.statement import Method
    from include.holds.keys import key_id, keyring
    from include.holds.propose import draft
    from include.holds.signatures.sign_ssh import public_key

    mine = key_id(Method.SSH, public_key(key_file))
    with store.read() as conn:
        key = keyring(conn, roots).find(mine)
        if key is None:
            raise Refused(f"The key {mine} does not count.", next_step="./holdpoint keys list says which do", rule="key")
        return key, draft(conn, roots, request, key.person, supersedes, drafted_by=drafted_by)


def _require_meant(args: argparse.Namespace) -> None:
    from include.contracts.errors import BadInput

    if args.yes:
        return
    if args.json or not sys.stdin.isatty():
        raise BadInput("Nobody is here to be asked.", next_step="run it on a terminal without --json, or say --yes")
    if input("Propose this? Type yes: ").strip() != "yes":
        raise BadInput("Nothing was signed.", next_step="nothing to do")


def _show(plan: Plan, catalogue: Catalogue) -> None:
    from include.holds.view import make_view
    from include.holds.words import page_in_words

    for line in page_in_words(make_view(plan, catalogue, ())):
        print(line)


def _said(args: argparse.Namespace, plan: Plan, digest: str, text: str) -> int:
    print(json.dumps({"hold": plan.hold, "plan_digest": digest, "plan": plan.to_json()}) if args.json else text)
    return 0
