"""`holdpoint reconcile`: one pass over what is left open; for cron, beside the DAG of that name."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("reconcile", help="finish or escalate what is left open; works without Airflow")
    parser.add_argument("--json", action="store_true", help="counts as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    import os

    from include.catalogue.loader import load_catalogue
    from include.delivery.endpoints import from_environment
    from include.delivery.reconcile import reconcile
    from include.store.database import Store

    store = Store.open()
    store.check()
    done = reconcile(store, load_catalogue(), from_environment, link=os.environ.get("HOLDPOINT_BASE_URL"))
    if args.json:
        print(json.dumps(done.to_json()))
    else:
        for name, value in done.to_json().items():
            print(f"{name:<12} {value}")
    return 1 if done.failed or done.heartbeat == "failed" else 0
