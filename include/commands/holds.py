"""`holdpoint holds`: what waits for a decision, the page of one, and what people sign about it with an SSH key."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from include.contracts.hold import Hold, View
    from include.contracts.key import SigningKey
    from include.contracts.statement import Signed, Statement
    from include.holds.reading import Reader
    from include.holds.release import Judgement
    from include.holds.trust import TrustRoots
    from include.store.database import Store

_AS = "the person who reads; taken at your word, as the store is open to whoever may run this"
_KEY = "your SSH key; it says who you are"
_CLOSED = "Nobody is here to be asked."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("holds", help="what waits for a decision; show one, approve, reject, revoke")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="holds that wait, first those that wait for you")
    listing.add_argument("--as", dest="person", required=True, help=_AS)
    listing.add_argument("--decided", action="store_true", help="those that wait no more instead, the newest first")
    listing.add_argument("--limit", type=int, default=50, help="how many (default 50)")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_holds)
    show = actions.add_parser("show", help="the whole page of a hold, its votes, and what stands in the way of its release")
    show.add_argument("hold", metavar="HOLD", help="the hold's id")
    show.add_argument("--as", dest="person", required=True, help=_AS)
    show.add_argument("--json", action="store_true", help="as JSON")
    show.set_defaults(handler=show_hold)
    _add_decisions(actions)


def _add_decisions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    yes = actions.add_parser("approve", help="show the page, ask for each callout, sign the approval")
    yes.add_argument("hold", metavar="HOLD", help="the hold's id")
    yes.add_argument("--view", metavar="DIGEST", help="on no terminal: the page that you read, as `holds show` names it")
    yes.add_argument(
        "--acknowledge", action="append", default=[], metavar="CALLOUT", help="on no terminal: one callout; again for each"
    )
    _signs(yes, approve)
    no = actions.add_parser("reject", help="sign a rejection: it ends the hold, whoever has approved")
    no.add_argument("hold", metavar="HOLD", help="the hold's id")
    no.add_argument("--reason", required=True, help="why; it is part of what is signed")
    _signs(no, reject)
    back = actions.add_parser("revoke", help="take back your own vote, or a whole hold, before it is executed")
    back.add_argument("subject", metavar="HOLD|VOTE", help="the hold's id, or the vote's digest as `holds show` names it")
    back.add_argument("--reason", required=True, help="why; it is part of what is signed")
    _signs(back, revoke)
    urgent = actions.add_parser(
        "emergency", help="sign that a plan is an emergency change: one vote is enough, and people are paged"
    )
    urgent.add_argument("hold", metavar="HOLD", help="the hold's id")
    urgent.add_argument(
        "--incident", required=True, metavar="INC", help="the open incident of a touched service that alerts opened"
    )
    urgent.add_argument("--reason", required=True, help="why it cannot wait; it is part of what is signed")
    _signs(urgent, emergency)
    looked = actions.add_parser("review", help="sign the review of an emergency change that was released")
    looked.add_argument("hold", metavar="HOLD", help="the hold's id")
    looked.add_argument("--finding", required=True, choices=("justified", "not_justified"), help="what you found")
    looked.add_argument("--reason", required=True, help="what you looked at and found; it is part of what is signed")
    _signs(looked, review)


def _signs(parser: argparse.ArgumentParser, handler: Any) -> None:
    parser.add_argument("--key", type=Path, required=True, metavar="KEY", help=_KEY)
    parser.add_argument("--json", action="store_true", help="the hold afterwards as JSON")
    parser.set_defaults(handler=handler)


# -- Looking -----------------------------------------------------------------------------------------------------------


def list_holds(args: argparse.Namespace) -> int:
    from include.contracts.errors import BadInput
    from include.holds import reading

    if args.limit < 1:
        raise BadInput("--limit counts from 1.", next_step="name how many you want to see")
    store, roots = _opened()
    with store.read() as conn:
        who = reading.reader(conn, roots, roots.catalogue.person(args.person))
        found = (
            reading.decided(conn, who, after=None, limit=args.limit)
            if args.decided
            else reading.waiting(conn, who, limit=args.limit)
        )
        rows = [_row(conn, who, hold) for hold in found]
    rows.sort(key=lambda row: not row["mine"])  # stable: what ends first stays first
    if args.json:
        print(json.dumps({"holds": rows}))
        return 0
    for row in rows:
        mine = "you" if row["mine"] else "-"
        services = ",".join(row["services"])
        print(
            "  ".join((mine, row["id"], row["state"], row["risk"], row["environment"], row["approve_by"], services, row["title"]))
        )
    return 0


def _row(conn: Connection, who: Reader, hold: Hold) -> dict[str, Any]:
    from include.holds import reading
    from include.store import holds

    return {**hold.to_json(), "services": list(holds.services_of(conn, hold.id)), "mine": reading.waits_for(conn, who, hold)}


def show_hold(args: argparse.Namespace) -> int:
    from include.holds import reading
    from include.holds.record import Depth
    from include.holds.release import judge
    from include.holds.view import current_view
    from include.holds.words import page_in_words

    store, roots = _opened()
    with store.read() as conn:
        who = reading.reader(conn, roots, roots.catalogue.person(args.person))
        hold = reading.hold(conn, who, args.hold)
        view, digest = current_view(conn, roots, hold.id)
        judgement = judge(conn, roots, hold.id, depth=Depth.CHAIN)
        votes = _votes(conn, hold, judgement)
    if args.json:
        rules = [verdict.to_json() for verdict in judgement.verdicts]
        print(json.dumps({"hold": hold.to_json(), "view_digest": digest, "view": view.to_json(), "votes": votes, "rules": rules}))
        return 0
    lines = [_state(hold), *page_in_words(view), f"  page {digest}", *_decided(votes), *_in_the_way(judgement)]
    print("\n".join(lines))
    return 0


def _votes(conn: Connection, hold: Hold, judgement: Judgement) -> list[dict[str, Any]]:
    """Each vote and whether it counts: yes, revoked, or the rule by which it does not."""
    from include.contracts.statement import Decision
    from include.holds import reading
    from include.holds.digest import digest_of

    revoked = judgement.revoked
    found = []
    for vote in reading.votes(conn, hold.id):
        digest = digest_of(vote)
        rule = next((item.verdict.rule for item in judgement.discounted if item.digest == digest), None)
        counts = "revoked" if digest in revoked else rule or "yes"
        if vote.decision is Decision.REJECT:
            counts = "yes"
        found.append(
            {"vote": digest, "person": vote.person, "decision": vote.decision.value, "reason": vote.reason, "counts": counts}
        )
    return found


def _state(hold: Hold) -> str:
    by = f", by {hold.superseded_by}" if hold.superseded_by else ""
    return f"{hold.id} is {hold.state.value}{by}."


def _decided(votes: list[dict[str, Any]]) -> list[str]:
    lines = ["What was decided"]
    for vote in votes:
        counts = "" if vote["counts"] == "yes" else f" (does not count: {vote['counts']})"
        lines.append(f"  {vote['person']}: {vote['decision']}{counts}  {vote['vote']}")
        lines += [f"    {line}" for line in vote["reason"].split("\n") if line]
    return lines if votes else [*lines, "  nothing yet"]


def _in_the_way(judgement: Judgement) -> list[str]:
    found = [f"  {verdict.rule}: {verdict.reason}" for verdict in judgement.verdicts if not verdict.ok]
    return ["What stands in the way of its release", *(found or ["  nothing"])]


# -- Deciding ----------------------------------------------------------------------------------------------------------


def approve(args: argparse.Namespace) -> int:
    from include.contracts.errors import BadInput
    from include.contracts.statement import Decision

    store, roots = _opened()
    key, hold, view, digest, at = _page(store, roots, args.key, args.hold)
    if args.view is not None:
        seen, callouts = args.view, tuple(sorted(set(args.acknowledge)))
    elif args.json or args.acknowledge or not sys.stdin.isatty():
        raise BadInput(
            _CLOSED, next_step="read ./holdpoint holds show, then say --view DIGEST and --acknowledge for each callout"
        )
    else:
        seen, callouts = digest, _asked_for(view)
        _require_meant("Approve exactly this, as the page above says? Type approve: ", "approve")
    return _cast(args, store, roots, key, hold, at, decision=Decision.APPROVE, view_digest=seen, callouts=callouts)


def reject(args: argparse.Namespace) -> int:
    from include.contracts.statement import Decision

    store, roots = _opened()
    key, hold, view, digest, at = _page(store, roots, args.key, args.hold)
    if not args.json and sys.stdin.isatty():
        _print_page(view)
        _require_meant("Reject this? It cannot be taken back. Type reject: ", "reject")
    return _cast(args, store, roots, key, hold, at, decision=Decision.REJECT, view_digest=digest, reason=args.reason)


def revoke(args: argparse.Namespace) -> int:
    from include.contracts.statement import Revocation, Revoked
    from include.holds import revoke as revoking

    store, roots = _opened()
    what = Revoked.HOLD if args.subject.startswith("hold_") else Revoked.VOTE
    with store.read() as conn:
        key, at = _mine(conn, roots, args.key), _time(conn)
    said = _made(Revocation, person=key.person, key=key.id, at=at, what=what, subject=args.subject, reason=args.reason)
    return _told(args, revoking.revoke(store, roots, _signed(said, args)))


def emergency(args: argparse.Namespace) -> int:
    from include.contracts.statement import Declaration
    from include.holds.emergency import declare

    store, roots = _opened()
    key, hold, view, _, at = _page(store, roots, args.key, args.hold)
    if not args.json and sys.stdin.isatty():
        _print_page(view)
        _require_meant("Declare an emergency, as the reason says? People are paged. Type emergency: ", "emergency")
    said = _made(Declaration, **_about(key, hold, at), incident=args.incident, reason=args.reason)
    done, pages = declare(store, roots, _signed(said, args))
    sent = _send(store, roots, pages)
    if args.json:
        print(json.dumps({"hold": done.to_json(), "pages": list(pages), "sent": sent}))
        return 0
    left = "" if sent == len(pages) else "; ./holdpoint reconcile sends the others, and nothing is released before"
    print(f"{_state(done)} An emergency until {roots.catalogue.settings.emergency_minutes} minutes from now.")
    print(f"{sent} of {len(pages)} pages were sent{left}.")
    return 0


def _send(store: Store, roots: TrustRoots, pages: tuple[str, ...]) -> int:
    """Send the pages at once; what cannot be sent from here, `reconcile` sends."""
    from include.delivery.endpoints import from_environment
    from include.delivery.send import send

    return sum(send(store, roots.catalogue, each, from_environment) for each in pages)


def review(args: argparse.Namespace) -> int:
    from include.contracts.statement import Finding, Review
    from include.holds import emergency as emergencies

    store, roots = _opened()
    key, hold, view, _, at = _page(store, roots, args.key, args.hold)
    if not args.json and sys.stdin.isatty():
        _print_page(view)
        _require_meant("Sign this review? Type review: ", "review")
    said = _made(Review, **_about(key, hold, at), finding=Finding(args.finding), reason=args.reason)
    return _told(args, emergencies.review(store, roots, _signed(said, args)))


def _about(key: SigningKey, hold: Hold, at: datetime) -> dict[str, Any]:
    """What every statement about a hold says."""
    return {
        "person": key.person,
        "key": key.id,
        "at": at,
        "hold": hold.id,
        "environment": hold.environment,
        "plan_digest": hold.plan_digest,
    }


def _page(store: Store, roots: TrustRoots, key_file: Path, hold_id: str) -> tuple[SigningKey, Hold, View, str, datetime]:
    """Who signs, and the hold, its page and the page's time, as that person may read it."""
    from include.holds import reading
    from include.holds.view import current_view

    with store.read() as conn:
        key = _mine(conn, roots, key_file)
        hold = reading.hold(conn, reading.reader(conn, roots, roots.catalogue.person(key.person)), hold_id)
        return key, hold, *current_view(conn, roots, hold.id), _time(conn)


def _mine(conn: Connection, roots: TrustRoots, key_file: Path) -> SigningKey:
    from include.contracts.errors import Refused
    from include.contracts.statement import Method
    from include.holds.keys import key_id, keyring
    from include.holds.signatures.sign_ssh import public_key

    name = key_id(Method.SSH, public_key(key_file))
    key = keyring(conn, roots).find(name)
    if key is None:
        raise Refused(f"The key {name} does not count.", next_step="./holdpoint keys list says which do", rule="key")
    return key


def _time(conn: Connection) -> datetime:
    from include.store.database import now
    from include.store.times import from_text

    return from_text(now(conn))


def _asked_for(view: View) -> tuple[str, ...]:
    """Show the page, and ask for each callout by itself. There is no answer that stands for several."""
    from include.contracts.errors import BadInput

    _print_page(view)
    for callout in view.callouts:
        print(f"\n{callout.says}")
        if input(f"You know this, and go on. Type {callout.id}: ").strip() != callout.id:
            raise BadInput("Nothing was signed: a callout was not acknowledged.", next_step="nothing to do")
    return tuple(sorted(callout.id for callout in view.callouts))


def _print_page(view: View) -> None:
    from include.holds.words import page_in_words

    print("\n".join(page_in_words(view)))


def _require_meant(question: str, word: str) -> None:
    from include.contracts.errors import BadInput

    if input(f"\n{question}").strip() != word:
        raise BadInput("Nothing was signed.", next_step="nothing to do")


def _cast(
    args: argparse.Namespace, store: Store, roots: TrustRoots, key: SigningKey, hold: Hold, at: datetime, **said: Any
) -> int:
    from include.contracts.statement import Vote
    from include.holds import votes

    vote = _made(Vote, **_about(key, hold, at), **said)
    return _told(args, votes.cast(store, roots, _signed(vote, args)))


def _made(kind: Any, **fields: Any) -> Statement:
    from pydantic import ValidationError

    from include.contracts.errors import BadInput

    try:
        statement: Statement = kind(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", next_step="correct it; see --help") from None
    return statement


def _signed(statement: Statement, args: argparse.Namespace) -> Signed:
    from include.holds.signatures.sign_ssh import sign

    return sign(statement, args.key)


def _told(args: argparse.Namespace, hold: Hold) -> int:
    print(json.dumps({"hold": hold.to_json()}) if args.json else _state(hold))
    return 0


def _opened() -> tuple[Store, TrustRoots]:
    from include.catalogue.loader import load_catalogue
    from include.holds.trust import TrustRoots
    from include.store.database import Store

    roots = TrustRoots.load(load_catalogue())
    store = Store.open()
    store.check()
    return store, roots
