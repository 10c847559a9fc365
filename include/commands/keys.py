"""`holdpoint keys`: the keys that people sign with: list, enrol, witness, revoke."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from include.contracts.statement import Enrolment, Signed, Statement
    from include.holds.keys import Keyring
    from include.holds.trust import TrustRoots
    from include.store.database import Store

_KEY = "your SSH key: ssh-ed25519, a private key file, or the .pub of one that your agent holds"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("keys", help="the keys that people sign with: list, enrol, witness, revoke")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="all keys, whose they are, and whether they count")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(handler=list_keys)
    enrolling = actions.add_parser("enrol", help="say that a key is yours; it counts once another person witnesses it")
    enrolling.add_argument("--key", type=Path, required=True, metavar="FILE", help=_KEY)
    enrolling.add_argument("--as", dest="person", required=True, help="whose key it is: a person of the catalogue")
    enrolling.add_argument(
        "--environments", nargs="+", required=True, metavar="ENVIRONMENT", help="where it may sign; '*' for everywhere"
    )
    _signs(enrolling, enrol)
    vouching = actions.add_parser("witness", help="say that you know whose an enrolled key is")
    vouching.add_argument("enrolment", metavar="ENROLMENT", help="the enrolment's digest, as its owner gave it to you")
    vouching.add_argument("--key", type=Path, required=True, metavar="FILE", help=_KEY + "; it must count")
    _signs(vouching, witness)
    revoking = actions.add_parser("revoke", help="say that a key, or all of a person's, no longer counts; for good")
    revoking.add_argument("subject", metavar="KEY|PERSON", help="a key id, or a person of the catalogue")
    revoking.add_argument("--key", type=Path, required=True, metavar="FILE", help=_KEY + "; it must count")
    revoking.add_argument("--reason", required=True, help="why; everybody who may look at keys can read it")
    _signs(revoking, revoke)


def _signs(parser: argparse.ArgumentParser, handler: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--yes", action="store_true", help="sign without being shown and asked first")
    parser.set_defaults(handler=handler)


def list_keys(args: argparse.Namespace) -> int:
    from include.holds.keys import keyring

    store, roots = _opened()
    with store.read() as conn:
        ring = keyring(conn, roots)
    rows = [_row(ring, name) for name in sorted(ring.known, key=lambda name: (ring.known[name].person, name))]
    if args.json:
        print(json.dumps({"keys": rows, "revoked_people": sorted(ring.revoked_people)}))
        return 0
    for row in rows:
        row["environments"] = ",".join(row["environments"])
        print("  ".join("-" if value is None else str(value) for value in row.values()))
    return 0


def enrol(args: argparse.Namespace) -> int:
    from include.contracts.statement import Enrolment, Method
    from include.holds.enrolment import enrol as take
    from include.holds.keys import key_id
    from include.holds.signatures.sign_ssh import public_key

    store, roots = _opened()
    person = roots.catalogue.person(args.person)
    public = public_key(args.key)
    said: Enrolment = _made(
        Enrolment,
        person=person.name,
        key=key_id(Method.SSH, public),
        at=_time(store),
        method=Method.SSH,
        public=public,
        environments=tuple(dict.fromkeys(_environments(args.environments))),
    )
    digest = take(store, roots, _sign(said, args, f"{person.full_name} enrols this key:", _fingerprint(said)))
    print(f"{said.key} is enrolled, and does not count yet.")
    print(f"Ask somebody whose key counts, and read out {_fingerprint(said)} to them:")
    print(f"./holdpoint keys witness {digest} --key THEIR_KEY")
    return 0


def witness(args: argparse.Namespace) -> int:
    from include.contracts.errors import NotFound
    from include.contracts.statement import Witness
    from include.holds.enrolment import witness as take

    store, roots = _opened()
    ring, stated = _mine(store, roots, args.key)
    enrolment = ring.enrolments.get(args.enrolment)
    if enrolment is None:
        raise NotFound("There is no such enrolment.", next_step="ask its owner for the digest; ./holdpoint keys list has it too")
    said = Witness(**stated, enrolment=args.enrolment, enrolled_person=enrolment.person)
    name = roots.catalogue.person(enrolment.person).full_name
    about = f"You vouch that {name} ({enrolment.person}) holds this key, for {', '.join(enrolment.environments)}:"
    shown = f"{_fingerprint(enrolment)} (let them read it out to you, and compare)"
    key = take(store, roots, _sign(said, args, about, shown))
    print(f"{key.id} counts for {key.person} from now on, in: {', '.join(key.environments)}.")
    return 0


def revoke(args: argparse.Namespace) -> int:
    from include.contracts.statement import Revocation, Revoked
    from include.holds.enrolment import revoke as take

    store, roots = _opened()
    _, stated = _mine(store, roots, args.key)
    what = Revoked.KEY if args.subject.startswith("key_") else Revoked.PERSON
    said = _made(Revocation, **stated, what=what, subject=args.subject, reason=args.reason)
    take(store, roots, _sign(said, args, f"You revoke this {what.value}, at once and for good:", args.subject))
    print(f"{args.subject} no longer counts.")
    return 0


def _opened() -> tuple[Store, TrustRoots]:
    from include.catalogue.loader import load_catalogue
    from include.holds.trust import TrustRoots
    from include.store.database import Store

    roots = TrustRoots.load(load_catalogue())
    store = Store.open()
    store.check()
    return store, roots


def _mine(store: Store, roots: TrustRoots, key_file: Path) -> tuple[Keyring, dict[str, Any]]:
    """All keys, and what a statement with this one says first: person, key, time."""
    from include.contracts.errors import Denied
    from include.contracts.statement import Method
    from include.holds.keys import key_id, keyring
    from include.holds.signatures.sign_ssh import public_key

    name = key_id(Method.SSH, public_key(key_file))
    with store.read() as conn:
        ring = keyring(conn, roots)
    key = ring.find(name)
    if key is None:
        raise Denied(f"The key {name} does not count.", next_step="enrol it, and have it witnessed: ./holdpoint keys enrol")
    return ring, {"person": key.person, "key": name, "at": _time(store)}


def _time(store: Store) -> Any:
    from include.store.database import now
    from include.store.times import from_text

    with store.read() as conn:
        return from_text(now(conn))


def _made(kind: Callable[..., Any], **fields: Any) -> Any:
    from pydantic import ValidationError

    from include.contracts.errors import BadInput

    try:
        return kind(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{where}: {first['msg']}", next_step="correct it; ./holdpoint keys list --help") from None


def _environments(names: list[str]) -> list[str]:
    return sorted(part for name in names for part in name.split(",") if part)


def _sign(said: Statement, args: argparse.Namespace, *words: str) -> Signed:
    """Show what is about to be signed, whole, and sign it if that is meant."""
    from include.contracts.errors import BadInput
    from include.holds.signatures.sign_ssh import sign

    if not args.yes:
        if not sys.stdin.isatty():
            raise BadInput("Nobody is here to be asked.", next_step="run it on a terminal, or say --yes")
        print("\n".join(words))
        for field, value in said.to_json().items():
            print(f"  {field}: {json.dumps(value, ensure_ascii=False)}")
        if input("Sign this? Type yes: ").strip() != "yes":
            raise BadInput("Nothing was signed.", next_step="nothing to do")
    return sign(said, args.key)


def _fingerprint(enrolment: Enrolment) -> str:
    from include.contracts.statement import Method
    from include.holds.signatures.ssh import fingerprint

    return fingerprint(enrolment.public) if enrolment.method is Method.SSH else enrolment.key


def _row(ring: Keyring, name: str) -> dict[str, Any]:
    from include.contracts.statement import Method
    from include.holds.signatures.ssh import fingerprint

    key = ring.known[name]
    waiting = [digest for digest, said in ring.enrolments.items() if said.key == name]
    return {
        "key": name,
        "person": key.person,
        "state": _state(ring, name),
        "method": key.method.value,
        "environments": list(key.environments),
        "witness": key.witness,
        "since": key.since.isoformat() if key.since else None,
        "enrolment": key.enrolment or (waiting[-1] if waiting else None),
        "fingerprint": fingerprint(key.public) if key.method is Method.SSH else None,
    }


def _state(ring: Keyring, name: str) -> str:
    if name in ring.counting:
        return "counts"
    if name in ring.revoked_keys or ring.known[name].person in ring.revoked_people:
        return "revoked"
    return "unwitnessed"
