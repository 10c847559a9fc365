"""A private key in a file."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.secrets.told import hits
from include.script_review.secrets.secret import Family
from include.script_review.source import Source

# Put together here, so that this file holds none.
_LABEL = "PRIVATE" + " KEY"
_BODY = "MC4CAQAwBQYDK2VwBCIEIHq3vYb1Zt0sXk9wLrQ8mNf7cJd2uGhT5aEoPiWyRxSz"


def _check(source: Source) -> Iterator[Hit]:
    return hits(source, Family.PRIVATE_KEY, "A private key stands here: {preview}.", Severity.CRITICAL)


RULE = Rule(
    id="secret-private-key",
    title="A private key",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.CRITICAL,
    why=(
        "Whoever can read the file can act as the key's owner; a repository's history keeps it after the file is gone,"
        " and every clone has it."
    ),
    fix=(
        "Make a new key pair and withdraw the old one. Keep the new key in the platform's key store or a vault, and give"
        " the script a reference to it. Taking the key out of the file alone does not help: it counts as known."
    ),
    bad=f"$key = @'\n-----BEGIN {_LABEL}-----\n{_BODY}\n-----END {_LABEL}-----\n'@\n",
    good="$key = Get-Secret -Name deploy-key -AsPlainText\n",
    sample="deploy.ps1",
    check=_check,
)
