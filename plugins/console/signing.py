"""A statement's way through the browser: made here, answered there by a passkey, and given to the core as it was signed.

Nothing is kept in between: the passkey's challenge is the statement itself, so an answer to it answers nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError
from sqlalchemy import Connection

from include.contracts.base import Contract
from include.contracts.errors import BadInput, Denied, NotFound
from include.contracts.key import SigningKey
from include.contracts.statement import KeyId, Method, Signed, Statement
from include.holds.digest import body_of, read_statement
from include.holds.keys import Keyring, covers, keyring
from include.holds.signatures.passkey import assertion_options, signed_by
from include.holds.trust import TrustRoots
from include.store.database import now
from include.store.times import from_text
from plugins.console.web.visit import Visit

COMMAND_LINE = "register a passkey under Keys, or sign with an SSH key: ./holdpoint holds"


@dataclass(frozen=True)
class Ask:
    """For the browser: the statement's text, to be sent back unchanged, and the options of `navigator.credentials.get()`."""

    statement: str
    options: Mapping[str, Any]


class Answer(Contract):
    """What the browser sends back: the statement as given, and the passkey's answer (`toJSON()`, as text)."""

    statement: Annotated[str, StringConstraints(min_length=2, max_length=200_000)]
    response: Annotated[str, StringConstraints(min_length=2, max_length=20_000)]


def roots_of(visit: Visit) -> TrustRoots:
    """What a signature is judged by, read anew: a key revoked from outside counts no more at once."""
    return TrustRoots.load(visit.catalogue)


def passkeys(ring: Keyring, person: str, environment: str) -> list[SigningKey]:
    """The person's passkeys that count there."""
    return [key for key in ring.of(person) if key.method is Method.PASSKEY and covers(key, (environment,))]


def ask(
    conn: Connection,
    roots: TrustRoots,
    person: str,
    environment: str,
    make: Callable[[Mapping[str, Any]], Statement],
    *,
    key: KeyId | None = None,
) -> Ask:
    """What one of the person's passkeys is to sign.

    :param make: the statement from `person`, `key` and `at`
    :param key: which passkey; the first that counts there where None
    :raises NotFound: the person has no such passkey that counts there
    :raises BadInput: something in the statement does not fit
    """
    mine = [each for each in passkeys(keyring(conn, roots), person, environment) if key in (None, each.id)]
    if not mine:
        raise NotFound(f"You have no passkey that counts in {environment}.", next_step=COMMAND_LINE)
    return asked(conn, roots, mine[0], make)


def asked(conn: Connection, roots: TrustRoots, key: SigningKey, make: Callable[[Mapping[str, Any]], Statement]) -> Ask:
    """What this passkey is to sign, which need not count yet; errors as `ask`."""
    try:
        statement = make({"person": key.person, "key": key.id, "at": from_text(now(conn))})
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:5])
        raise BadInput(f"This cannot be signed as it is: {found}.", next_step="correct it and send it again") from None
    return Ask(body_of(statement), assertion_options(statement, key, roots))


def answered(visit: Visit, answer: Answer) -> tuple[Statement, Signed]:
    """The statement and its signature, not verified: whoever takes it does that.

    :raises BadInput: it is no statement, or no passkey's answer
    :raises Denied: it is not the signed-in person's own
    """
    statement = read_statement(answer.statement)
    if statement.person != visit.person.name:
        raise Denied("This statement is somebody else's.", next_step="sign in as the person who signs")
    return statement, signed_by(statement, answer.response)
