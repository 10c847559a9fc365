"""A connection string with its password or key."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.secrets.told import hits
from include.script_review.secrets.secret import Family
from include.script_review.source import Source


def _check(source: Source) -> Iterator[Hit]:
    return hits(source, Family.CONNECTION, "A connection string holds its password or key: {preview}.", Severity.HIGH)


RULE = Rule(
    id="secret-connection-string",
    title="A password inside a connection string",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why=(
        "It opens the database, queue or storage that it names, with all the rights of that account. Connection strings"
        " also end up in error messages and traces."
    ),
    fix=(
        "Change the password. Use an identity of the platform instead (Integrated Security, managed identity, IAM"
        " authentication), or put the string together when it is needed, with a password from a vault."
    ),
    bad="$c = 'Server=sql01;Database=Shop;User Id=app;Password=Wd7-kPq2z!;'\n",
    good="$c = 'Server=sql01;Database=Shop;Integrated Security=true;Encrypt=true'\n",
    sample="deploy.ps1",
    check=_check,
)
