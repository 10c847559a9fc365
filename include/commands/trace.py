"""`holdpoint trace`: everything on record about an incident, a person, a tool, a digest, in order."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from include.store.report import LedgerReport
    from include.trace.audience import Audience
    from include.trace.entry import Shown
    from include.trace.page import Page, Wanted

_SHOWN_CHARS = 200  # of a payload's value in the table
_WORDS = {
    "withheld": "payload withheld: it is classified above what you may read",
    "changed": "payload not shown: it is not what was hashed",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from include.commands.incidents import LOCAL_TRUST

    parser = subparsers.add_parser("trace", help="everything on record about an incident, ticket, run, person, tool or digest")
    parser.add_argument("what", metavar="WHAT", help="an id, or KIND:NAME such as person:maya, tool:query_logs, digest:…")
    parser.add_argument("--as", dest="person", required=True, metavar="PERSON", help=LOCAL_TRUST)
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only entries of this kind; may be repeated")
    parser.add_argument("--after", type=int, default=0, metavar="SEQ", help="only entries after this one")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="how many (default 100, at most 500)")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write all of it to a new file that others can verify")
    parser.add_argument("--verify", action="store_true", help="verify the whole ledger too, over the same snapshot")
    parser.add_argument("--checkpoints", type=Path, metavar="DIR", help="folder of checkpoints kept elsewhere")
    parser.add_argument("--public-key", type=Path, metavar="FILE", help="public key(s) that signed them, PEM")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.commands.ledger import given_checkpoints
    from include.contracts.errors import LedgerBroken, NotFound
    from include.store.database import Store
    from include.store.verify import verify_snapshot
    from include.trace.audience import Audience
    from include.trace.page import Wanted
    from include.trace.question import parse

    catalogue = load_catalogue()
    person, question = catalogue.person(args.person), parse(args.what)
    checkpoints = given_checkpoints(args.checkpoints, args.public_key)
    wanted = Wanted(question, after=args.after, limit=args.limit, kinds=frozenset(args.kind), checkpoints=checkpoints)
    store = Store.open()
    store.check()
    with store.read() as conn:
        audience = Audience(conn, catalogue, person)
        found = _first(conn, audience, wanted)
        if not found.entries:
            raise NotFound(
                f"Nothing is on record about {question}, or nothing that you may see.",
                next_step="Look at its spelling; an incident's entries name its tickets, runs and evidence.",
            )
        report = verify_snapshot(conn, checkpoints=checkpoints) if args.verify else None
        exported = _export(conn, audience, wanted, person.name, args.export) if args.export else None
    print(json.dumps(_to_json(found, report, exported)) if args.json else _table(found, report, exported, args.export))
    return 0 if found.verifies and (report is None or report.ok) else LedgerBroken.exit_status


def _first(conn: Connection, audience: Audience, wanted: Wanted) -> Page:
    """The first page with anything on it: at a prompt nobody should have to ask again for the next part of the ledger."""
    from include.trace.page import pages

    for found in pages(conn, audience, wanted):
        if found.entries:
            break
    return found


def _export(conn: Connection, audience: Audience, wanted: Wanted, reader: str, path: Path) -> int:
    from dataclasses import replace

    from include.store.database import now
    from include.store.ledger import store_id
    from include.trace.bundle import write_bundle_to
    from include.trace.page import MAX_LIMIT, pages

    everything = replace(wanted, limit=MAX_LIMIT, checkpoints=())
    entries = (entry for found in pages(conn, audience, everything) for entry in found.entries)
    question = str(wanted.question)
    return write_bundle_to(path, entries, store=store_id(conn), question=question, reader=reader, at=now(conn))


def _to_json(found: Page, report: LedgerReport | None, exported: int | None) -> dict[str, Any]:
    return found.to_json() | {"ledger": report.to_json() if report else None, "exported": exported}


def _table(found: Page, report: LedgerReport | None, exported: int | None, path: Path | None) -> str:
    lines = [line for entry in found.entries for line in lines_of(entry)]
    wrong = sum(not entry.verifies for entry in found.entries)
    verdict = f"{wrong} DO NOT VERIFY" if wrong else "each is what was hashed and follows the one before it"
    lines.append(f"\n{len(found.entries)} entries: {verdict}.")
    if found.seal is not None:
        lines += [f"problem   {problem}" for problem in found.seal.problems]
        lines.append(f"sealed    to entry {found.seal.seq} on {found.seal.at}" if found.seal.seq else "sealed    nothing")
    if report is not None:
        from include.commands.ledger import table

        lines.append(table(report))
    if exported is not None:
        lines.append(f"{exported} entries are in {path}. Check them with: ./holdpoint ledger verify --export {path}")
    if found.next is not None:
        lines.append(f"There may be more: --after {found.next}")
    return "\n".join(lines)


def lines_of(entry: Shown) -> list[str]:
    said = entry.to_json()
    run = f" in {said['run']}" if said["run"] else ""
    head = f"{said['seq']:>8}  {said['at'][:23]}Z  {said['actor']:<26} {said['kind']:<20} {said['subject']}{run}"
    lines = [printable(head), *(f"{'':10}DOES NOT VERIFY: {printable(problem)}" for problem in entry.problems)]
    if entry.state == "erased":
        lines.append(f"{'':10}payload erased by entry {entry.erased_by}")
    elif entry.state in _WORDS:
        lines.append(f"{'':10}{_WORDS[entry.state]}")
    return lines + [f"{'':10}{printable(key)}: {_short(value)}" for key, value in (entry.payload or {}).items()]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = printable(text)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]} … ({len(text)} characters; --json shows all)"


def printable(text: str) -> str:
    """What a terminal shows as it stands: nothing that moves its cursor or turns its writing."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
