"""`holdpoint ask`: a person's question, worked on with that person's permissions."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("ask", help="ask about a service; a brief is drafted with your own permissions")
    parser.add_argument("question", help='for example "why is checkout slow?"')
    parser.add_argument("--service", help="a service of the catalogue")
    parser.add_argument("--environment", help="one of the service's environments (default: its first)")
    parser.add_argument("--as", dest="person", required=True, help="who asks: a person of the catalogue, taken at your word")
    parser.add_argument("--json", action="store_true", help="the incident's id and the classification as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from include.alerts.question import ask
    from include.catalogue.loader import load_catalogue
    from include.store.database import Store

    asked = ask(
        Store.open(),
        load_catalogue(),
        principal=args.person,
        question=args.question,
        service=args.service,
        environment=args.environment,
    )
    shown = {"incident": asked.incident_id, **asked.classification.to_json()}
    if args.json:
        print(json.dumps(shown))
        return 0
    print(f"Incident {asked.incident_id}: intent {shown['intent']}, risk {shown['risk']} ({'; '.join(shown['reasons'])}).")
    print(f"The API server starts the run; then: ./holdpoint incidents show {asked.incident_id} --as {args.person}")
    return 0
