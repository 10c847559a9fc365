"""`holdpoint templates`: standard changes, drafted, signed by two people with SSH keys, looked at, revoked."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from include.contracts.template import ParamBound, Template
    from include.holds.reading import Reader
    from include.holds.trust import TrustRoots
    from include.store.database import Store

_AS = "the person who reads; taken at your word, as the store is open to whoever may run this"
_KEY = "your SSH key; it says who you are"
_LIMIT = 200


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("templates", help="standard changes: draft a bounded template, sign it, list, show, revoke")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    draft = actions.add_parser("draft", help="make a template of a request; sign and keep nothing")
    draft.add_argument("request", metavar="REQUEST.json", help="the request (docs/standard-and-emergency.md)")
    draft.add_argument("--out", type=Path, metavar="TEMPLATE.json", help="write the template there, to be signed")
    draft.add_argument("--json", action="store_true", help='print {"template", "digest"}')
    draft.set_defaults(handler=run_draft)
    sign = actions.add_parser("sign", help="show a template, ask, sign it; it counts once two people have")
    sign.add_argument("template", metavar="TEMPLATE.json|ID", help="the drafted file, or the id of one that somebody has signed")
    sign.add_argument("--key", type=Path, required=True, metavar="KEY", help=_KEY)
    sign.add_argument("--yes", action="store_true", help="sign without being asked: it was read elsewhere")
    sign.add_argument("--json", action="store_true", help='print {"template", "digest"}')
    sign.set_defaults(handler=run_sign)
    listing = actions.add_parser("list", help="templates, the newest first, and whether they stand")
    listing.add_argument("--as", dest="person", required=True, help=_AS)
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=run_list)
    show = actions.add_parser("show", help="a template, who has signed it, how often it was used")
    show.add_argument("template", metavar="ID", help="the template's id")
    show.add_argument("--as", dest="person", required=True, help=_AS)
    show.add_argument("--json", action="store_true", help="as JSON")
    show.set_defaults(handler=run_show)
    back = actions.add_parser("revoke", help="sign the end of a template, for good")
    back.add_argument("template", metavar="ID", help="the template's id")
    back.add_argument("--reason", required=True, help="why; it is part of what is signed")
    back.add_argument("--key", type=Path, required=True, metavar="KEY", help=_KEY)
    back.add_argument("--json", action="store_true", help='print {"template"}')
    back.set_defaults(handler=run_revoke)


def run_draft(args: argparse.Namespace) -> int:
    from include.holds.digest import body_of, digest_of
    from include.holds.templates import draft, read_template_request

    _, roots = _opened()
    template = draft(roots, read_template_request(_bytes(args.request)))
    if args.out is not None:
        args.out.write_text(body_of(template))
    if args.json:
        print(json.dumps({"template": template.to_json(), "digest": digest_of(template)}))
        return 0
    print("\n".join([*_words(template), f"digest {digest_of(template)}", "Nothing was signed or kept."]))
    return 0


def run_sign(args: argparse.Namespace) -> int:
    from include.commands.holds import _made, _mine, _signed, _time
    from include.contracts.errors import BadInput
    from include.contracts.statement import Endorsement
    from include.holds.digest import body_of, digest_of, read_template
    from include.holds.templates import endorse

    store, roots = _opened()
    template = read_template(_body(store, args.template))
    with store.read() as conn:
        key, at = _mine(conn, roots, args.key), _time(conn)
    if not args.json:
        print("\n".join(_words(template)))
    if not args.yes:
        if args.json or not sys.stdin.isatty():
            raise BadInput("Nobody is here to be asked.", next_step="read it, then say --yes")
        if input("\nPlans that fit exactly this need no vote of yours. Type sign: ").strip() != "sign":
            raise BadInput("Nothing was signed.", next_step="nothing to do")
    said = _made(
        Endorsement,
        person=key.person,
        key=key.id,
        at=at,
        template=template.id,
        template_digest=digest_of(template),
        environment=template.environment,
        callouts=tuple(sorted(each.id for each in template.callouts)),
    )
    endorse(store, roots, body_of(template), _signed(said, args))
    shown = {"template": template.id, "digest": digest_of(template)}
    print(json.dumps(shown) if args.json else f"Signed by {key.person}: {template.id}, digest {shown['digest']}.")
    return 0


def run_list(args: argparse.Namespace) -> int:
    from include.store import templates

    store, roots = _opened()
    with store.read() as conn:
        who = _reader(conn, roots, args.person)
        rows = [_row(conn, roots, who, stored.id) for stored in templates.listed(conn, _LIMIT)]
    found = [row for row in rows if row is not None]
    if args.json:
        print(json.dumps({"templates": found}))
        return 0
    for row in found:
        print("  ".join((row["id"], row["state"], row["environment"], row["expires"], ",".join(row["services"]), row["title"])))
    return 0


def run_show(args: argparse.Namespace) -> int:
    from include.contracts.errors import NotFound
    from include.holds.digest import read_template
    from include.store import templates

    store, roots = _opened()
    with store.read() as conn:
        stored = templates.find(conn, args.template)
        row = _row(conn, roots, _reader(conn, roots, args.person), args.template) if stored is not None else None
    if row is None or stored is None:
        raise NotFound("There is no such template, or none that you may read.", next_step="./holdpoint templates list --as YOU")
    template = read_template(stored.body)
    if args.json:
        print(json.dumps({**row, "template": template.to_json()}))
        return 0
    lines = [*_words(template), f"{row['state']}; digest {row['digest']}; used {row['uses']} times in the last 24 hours"]
    lines += [
        f"  signed by {each['person']}{'' if each['counts'] else ': does not count: ' + each['why']}" for each in row["signed"]
    ]
    print("\n".join(lines))
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    from include.commands.holds import _made, _mine, _signed, _time
    from include.contracts.statement import Revocation, Revoked
    from include.holds.templates import revoke

    store, roots = _opened()
    with store.read() as conn:
        key, at = _mine(conn, roots, args.key), _time(conn)
    fields = {"what": Revoked.TEMPLATE, "subject": args.template, "reason": args.reason}
    done = revoke(store, roots, _signed(_made(Revocation, person=key.person, key=key.id, at=at, **fields), args))
    print(json.dumps({"template": done}) if args.json else f"{done} is revoked.")
    return 0


def _opened() -> tuple[Store, TrustRoots]:
    from include.commands.holds import _opened

    return _opened()


def _reader(conn: Connection, roots: TrustRoots, person: str) -> Reader:
    from include.holds import reading

    return reading.reader(conn, roots, roots.catalogue.person(person))


def _row(conn: Connection, roots: TrustRoots, who: Reader, template_id: str) -> dict[str, Any] | None:
    """A template's state, as this person may read it; None where it is, to them, not there (H12)."""
    from include.contracts.errors import HoldpointError
    from include.holds.digest import digest_of, read_template
    from include.holds.templates import look, state_of
    from include.store import templates

    stored = templates.find(conn, template_id)
    try:
        template = read_template(stored.body) if stored is not None else None
    except HoldpointError:
        return None
    if template is None or not (set(template.services) <= who.services or template.owner == who.person.name):
        return None
    found = look(conn, roots, template_id)
    state, signed = state_of(conn, roots, found)
    return {
        "id": template.id,
        "digest": digest_of(template),
        "state": state,
        "environment": template.environment,
        "services": list(template.services),
        "title": template.title,
        "expires": template.expires.isoformat(timespec="seconds"),
        "uses": found.uses or 0,
        "signed": [{"person": name, "counts": not why, "why": why} for name, why in signed],
    }


def _words(template: Template) -> list[str]:
    """Everything that is signed, in words."""
    lines = [template.title, f"  {template.id} in {template.environment}, of {template.owner}", "Why"]
    lines += [f"  {line}" for line in template.reason.split("\n")]
    for bound in template.tools:
        lines.append(f"{bound.tool}, version {bound.tool_version}, on {', '.join(bound.services)}")
        lines.append(f"  targets {', '.join(bound.targets)}")
        lines += [f"  {_bound(row)}" for row in bound.params]
        lines += [f"  observed {_bound(row)}" for row in bound.observed]
        lines.append(f"  undo: {', '.join(bound.undos) or 'none'}")
    hours = template.hours
    window = "none" if template.max_window_minutes is None else f"required, at most {template.max_window_minutes} minutes"
    lines += [
        "Bounds",
        f"  at most {template.max_steps} steps, at most {template.max_risk.value} risk",
        f"  at most {template.max_uses_per_day} uses in 24 hours, until {template.expires.isoformat(timespec='seconds')}",
        f"  executed within {template.execute_within_minutes} minutes of the proposal; window: {window}",
        f"  {'at any hour' if hours is None else f'{hours.start} to {hours.end} UTC on ' + ', '.join(hours.days)}",
        "Acknowledged in advance",
    ]
    return lines + ([f"  [{each.id}] {each.says or 'however it is worded'}" for each in template.callouts] or ["  nothing"])


def _bound(row: ParamBound) -> str:
    return f"{row.name}: {json.dumps(list(row.values), ensure_ascii=False) if row.values else f'{row.least} to {row.most}'}"


def _body(store: Store, name: str) -> str:
    """A template's bytes: of the file, or of the store's row of that id."""
    from include.contracts.errors import NotFound
    from include.store import templates

    if not name.startswith("tmpl_"):
        return _bytes(name).decode(errors="replace").rstrip("\n")
    with store.read() as conn:
        stored = templates.find(conn, name)
    if stored is None:
        raise NotFound("There is no such template.", next_step="name the drafted file; the first signature brings it in")
    return stored.body


def _bytes(name: str) -> bytes:
    from include.contracts.errors import BadInput

    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.", next_step="name a file that can be read") from None
