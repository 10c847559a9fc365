"""Credentials in an address, its query or an Authorization header."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.secrets.told import hits
from include.script_review.secrets.secret import Family
from include.script_review.source import Source


def _check(source: Source) -> Iterator[Hit]:
    return hits(source, Family.ADDRESS, "An address or header carries credentials here ({kind}): {preview}.", Severity.HIGH)


RULE = Rule(
    id="secret-url-credentials",
    title="Credentials in an address or a header",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why=(
        "Addresses are kept where secrets must not be: in histories of shells, process lists, logs of proxies and"
        " servers, and in what `git remote -v` prints."
    ),
    fix=(
        "Change the password or token. Give the client its credentials by its own way: a credential helper, a netrc file"
        " that only its user can read, a header made from a variable that comes from a vault."
    ),
    bad="export DATABASE_URL=postgres://shop:gR8nLxWq@db1.acme.lan:5432/shop\n",
    good='export DATABASE_URL="postgres://shop:${DB_PASSWORD}@db1.acme.lan:5432/shop"\n',
    sample="deploy.sh",
    check=_check,
)
