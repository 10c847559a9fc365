"""`holdpoint store`: migrate, check, the trace's index, and PostgreSQL's roles."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("store", help="the database: migrate it, check it, its roles")
    commands = parser.add_subparsers(dest="store_command", metavar="COMMAND", required=True)

    migrate = commands.add_parser("migrate", help="bring the database to this code's revision")
    migrate.add_argument("--json", action="store_true", help="the revision as JSON")
    migrate.set_defaults(handler=run_migrate)

    check = commands.add_parser("check", help="is the database there, and at this code's revision?")
    check.add_argument("--json", action="store_true", help="the result as JSON")
    check.set_defaults(handler=run_check)

    rebuild = commands.add_parser("rebuild-index", help="make the index again by which a trace finds entries")
    rebuild.add_argument("--json", action="store_true", help="what was added and removed as JSON")
    rebuild.set_defaults(handler=run_rebuild_index)

    roles = commands.add_parser("roles", help="print the SQL of PostgreSQL's roles and grants, or apply it")
    roles.add_argument("--schema", default="public", help="the tables' schema in the printed SQL (default: public)")
    roles.add_argument("--apply", action="store_true", help="run it on the store, as the tables' owner")
    roles.set_defaults(handler=run_roles)


def run_migrate(args: argparse.Namespace) -> int:
    from include.store.database import Store

    revision = Store.open().migrate()
    print(json.dumps({"revision": revision}) if args.json else f"The store is at revision {revision}.")
    return 0


def run_check(args: argparse.Namespace) -> int:
    from include.store.database import Store
    from include.store.migrate import current
    from include.store.roles import isolation_gap

    store = Store.open()
    store.check()
    with store.read() as conn:
        revision, gap = current(conn), isolation_gap(conn)
    if args.json:
        print(json.dumps({"dialect": store.dialect, "revision": revision, "isolated": gap is None, "gap": gap}))
    else:
        print(f"The {store.dialect} store is at revision {revision}. {gap or 'Its roles bind this login.'}")
    return 0


def run_rebuild_index(args: argparse.Namespace) -> int:
    from include.store import refs, tallies
    from include.store.database import Store

    store = Store.open()
    store.check()
    added, removed = refs.rebuild(store)
    corrected = tallies.rebuild(store)
    said = {"added": added, "removed": removed, "counts_corrected": corrected}
    text = f"The index is what the payloads say: {added} rows added, {removed} removed.\n"
    text += f"The counts are what the ledger says: {corrected} corrected."
    print(json.dumps(said) if args.json else text)
    return 0


def run_roles(args: argparse.Namespace) -> int:
    from include.store.roles import apply_roles, roles_sql

    if not args.apply:
        print(roles_sql(args.schema), end="")
        return 0
    from include.store.database import Store

    apply_roles(Store.open().engine)
    print("The roles are applied. Give each login its group: GRANT holdpoint_intake TO some_login;")
    return 0
