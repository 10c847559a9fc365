"""`holdpoint ask`: what a person's words ask for, and what comes of it, with that person's permissions."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.asking.preview import Preview, Way
    from include.asking.submit import Submitted

_CHOICES = ("brief", "change", "person")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "ask",
        help="ask about a service, or hand in notes; what comes of it is said first",
        description="Intent and risk are told by fixed rules before anything is read or kept. A question becomes a brief, "
        "drafted with your own permissions. What asks for a change is prepared as a change request, if you want that; until then "
        "it is answered by a brief that says so. What no rule understands goes to a person. Nothing is ever executed.",
    )
    parser.add_argument("question", help='for example "why is checkout slow?"; - reads standard input')
    parser.add_argument("--service", help="a service of the catalogue")
    parser.add_argument("--environment", help="one of the service's environments (default: its first)")
    parser.add_argument("--as", dest="person", required=True, help="who asks: a person of the catalogue, taken at your word")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--prepare", action="store_true", help="what asks for a change is prepared as one, without being asked")
    way.add_argument("--choose", choices=_CHOICES, help="what is to come of it, whatever the classification says")
    parser.add_argument("--json", action="store_true", help="the id, what comes of it and the classification as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from include.asking.submit import Asking, look, submit
    from include.catalogue.loader import load_catalogue
    from include.commands.intake import read_payload
    from include.store.database import Store

    text = args.question
    if text == "-":
        from include.asking.preview import MAX_BYTES
        from include.changes.read import text_of

        text = text_of(read_payload(text, MAX_BYTES))
    asking = Asking(args.person, text, args.service, args.environment)
    store, catalogue = Store.open(), load_catalogue()
    seen = look(store, catalogue, asking)
    if not args.json:
        found = seen.classification
        print(f"Intent {found.intent.value}, risk {found.risk.value} ({'; '.join(found.reasons)}).")
    done = submit(store, catalogue, asking, chosen=_chosen(args, seen))
    _print(args, done)
    return 0


def _chosen(args: argparse.Namespace, seen: Preview) -> Way | None:
    """What the person chose against the classification. A change is prepared only where they said so."""
    import sys

    from include.asking.preview import Way

    if args.choose:
        return Way(args.choose)
    if seen.way is not Way.CHANGE or args.prepare or Way.BRIEF not in seen.ways:
        return None
    if not args.json and sys.stdin.isatty() and sys.stdout.isatty():
        answer = input("Have the change prepared for the people who decide? [y/N] ")
        return None if answer.strip().lower() in {"y", "yes"} else Way.BRIEF
    return Way.BRIEF


def _print(args: argparse.Namespace, done: Submitted) -> None:
    from include.asking.preview import Way

    name = "change" if done.way is Way.CHANGE else "incident"
    if args.json:
        shown = {name: done.id, "way": done.way.value, **done.preview.classification.to_json()}
        print(json.dumps(shown | ({"person": done.person} if done.person else {})))
        return
    if done.way is Way.PERSON:
        print(f"{done.person} gets it as a task; nothing is read. It is incident {done.id}.")
        return
    print(f"{'Change request' if done.way is Way.CHANGE else 'Incident'} {done.id}.")
    show = "change" if done.way is Way.CHANGE else "incidents"
    print(f"The API server starts the run; then: ./holdpoint {show} show {done.id} --as {args.person}")
    if done.way is Way.BRIEF and done.preview.way is Way.CHANGE:
        print("Nothing is changed by it. To have the change prepared: ask again with --prepare")
