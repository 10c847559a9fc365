"""`holdpoint ledger`: verify, export, checkpoint, erase."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.store.checkpoint import Checkpoint
    from include.store.report import LedgerReport


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("ledger", help="the record of what happened: verify, export, checkpoint, erase")
    commands = parser.add_subparsers(dest="ledger_command", metavar="COMMAND", required=True)

    verify = commands.add_parser("verify", help="does the ledger still say what was written into it?")
    verify.add_argument("--checkpoints", type=Path, metavar="DIR", help="folder of checkpoints kept elsewhere")
    verify.add_argument("--public-key", type=Path, metavar="FILE", help="public key(s) that signed them, PEM")
    verify.add_argument("--export", type=Path, metavar="FILE", help="verify this export, or trace, instead of the store")
    verify.add_argument("--json", action="store_true", help="the report as JSON")
    verify.set_defaults(handler=run_verify)

    export = commands.add_parser("export", help="write the ledger as JSON, one entry a line")
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: standard output)")
    export.set_defaults(handler=run_export)

    checkpoint = commands.add_parser("checkpoint", help="verify the ledger, then sign its head")
    checkpoint.add_argument("--key", type=Path, metavar="FILE", required=True, help="private Ed25519 key, PEM, mode 600")
    checkpoint.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder for checkpoint-<seq>.json")
    checkpoint.add_argument("--public-key", type=Path, metavar="FILE", help="keys of older checkpoints in DIR")
    checkpoint.add_argument("--generate-key", action="store_true", help="make FILE and FILE.pub first")
    checkpoint.add_argument("--json", action="store_true", help="what was sealed as JSON")
    checkpoint.set_defaults(handler=run_checkpoint)

    erase = commands.add_parser("erase", help="erase an entry's payload; the entry stays, and a new one says why")
    erase.add_argument("seq", type=int, metavar="SEQ", help="the entry's number")
    erase.add_argument("--reason", required=True, help="why; it stays in the ledger, so no personal data")
    erase.add_argument("--as", dest="person", required=True, metavar="PERSON", help="who erases")
    erase.add_argument("--json", action="store_true", help="the new entry's number as JSON")
    erase.set_defaults(handler=run_erase)


def run_verify(args: argparse.Namespace) -> int:
    from include.contracts.errors import LedgerBroken
    from include.store.database import Store
    from include.store.export import verify_export
    from include.store.verify import verify
    from include.trace.bundle import is_bundle

    checkpoints = given_checkpoints(args.checkpoints, args.public_key)
    if args.export and is_bundle(args.export):
        return _verify_bundle(args.export, checkpoints, as_json=args.json)
    if args.export:
        report = verify_export(args.export, checkpoints)
    else:
        store = Store.open()
        store.check()
        report = verify(store, checkpoints=checkpoints)
    print(json.dumps(report.to_json()) if args.json else table(report))
    return 0 if report.ok else LedgerBroken.exit_status


def _verify_bundle(path: Path, checkpoints: list[Checkpoint], *, as_json: bool) -> int:
    from include.contracts.errors import LedgerBroken
    from include.trace.bundle import verify_bundle

    report = verify_bundle(path, checkpoints)
    if as_json:
        print(json.dumps(report.to_json()))
    else:
        sealed = ", ".join(map(str, report.sealed)) or "none: whether they are the ledger's, its own export says"
        print(f"trace     {report.question}, as {report.reader} may see it, of {report.store}")
        print(f"entries   {report.entries}, from {report.first} to {report.last}")
        print(f"payloads  {report.withheld} withheld, {report.erased} erased")
        print(f"sealed    {sealed}")
        print(f"verdict   {'each entry is whole' if report.ok else f'IT DOES NOT VERIFY: {len(report.problems)} problems'}")
        for seq, problem in report.problems:
            print(f"problem   entry {seq}: {problem}")
    return 0 if report.ok else LedgerBroken.exit_status


def run_export(args: argparse.Namespace) -> int:
    import sys

    from include.store.database import Store
    from include.store.export import export, export_to

    store = Store.open()
    store.check()
    if args.out is None:
        export(store, sys.stdout)
    else:
        print(f"{export_to(store, args.out)} entries are in {args.out}.")
    return 0


def run_checkpoint(args: argparse.Namespace) -> int:
    from include.store.database import Store
    from include.store.keys import generate_key, load_public_keys, load_signer
    from include.store.sealing import seal

    store = Store.open()
    store.check()
    signer = generate_key(args.key) if args.generate_key else load_signer(args.key)
    older = load_public_keys(args.public_key) if args.public_key else ()
    sealed = seal(store, signer, args.out, older)
    if args.json:
        print(json.dumps({"path": str(sealed.path), "seq": sealed.seq, "new": sealed.new}))
    elif sealed.new:
        print(f"Entries 1 to {sealed.seq} are sealed by {sealed.path}. Copy it to where this store's owner cannot write.")
    else:
        print(f"Nothing is new since {sealed.path}.")
    return 0


def run_erase(args: argparse.Namespace) -> int:
    from include.store.database import Store
    from include.store.erasure import erase

    store = Store.open()
    store.check()
    with store.begin() as conn:
        by = erase(conn, args.seq, args.person, args.reason)
    clean = store.scrub()
    if args.json:
        print(json.dumps({"erased": args.seq, "entry": by, "scrubbed": clean}))
        return 0
    print(f"The payload of entry {args.seq} is erased; entry {by} says so. Backups and exports still hold it.")
    if not clean:
        print("So may the database's own files: until VACUUM payload on PostgreSQL, until all readers have ended on SQLite.")
    return 0


def given_checkpoints(folder: Path | None, key: Path | None) -> list[Checkpoint]:
    """The checkpoints that --checkpoints and --public-key name; none where neither is given."""
    from include.contracts.errors import BadInput

    if folder is None and key is None:
        return []
    if folder is None or key is None:
        raise BadInput("Checkpoints need both --checkpoints and --public-key.", next_step="Give the two together.")
    from include.store.checkpoint import load_checkpoints
    from include.store.keys import load_public_keys

    found = load_checkpoints(folder, load_public_keys(key))
    if not found:
        raise BadInput(f"{folder} holds no checkpoint.", next_step="Find out who removed them; make one with ledger checkpoint.")
    return found


def table(report: LedgerReport) -> str:
    """A report for people."""
    unsealed = f"{report.unsealed} ({report.sealed_to + 1} to {report.head})" if report.unsealed else "none"
    lines = [
        ("store", report.store_id or "unknown"),
        ("entries", f"{report.entries}, the last is {report.head}"),
        ("sealed", f"1 to {report.sealed_to}" if report.sealed_to else "nothing: no checkpoint was given that holds"),
        ("unsealed", unsealed),
        ("payloads", f"{report.erased} erased, {report.missing} missing"),
        ("verdict", "it verifies" if report.ok else f"IT DOES NOT VERIFY: {report.problem_count} problems"),
    ]
    text = [f"{name:<10}{value}" for name, value in lines]
    text += [f"note      entry {note.seq}: {note.note}" for note in report.notes]
    for problem in report.problems:
        text.append(f"problem   entry {problem.seq}: {problem.problem} Next: {problem.next_step}")
    if report.problem_count > len(report.problems):
        text.append(f"          and {report.problem_count - len(report.problems)} more")
    return "\n".join(text)
