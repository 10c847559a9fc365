"""A password, key or token written down behind its name."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.secrets.told import hits
from include.script_review.secrets.secret import Family
from include.script_review.source import Source


def _check(source: Source) -> Iterator[Hit]:
    return hits(source, Family.LITERAL, "A literal {kind} stands here: {preview}.", Severity.HIGH)


RULE = Rule(
    id="secret-literal-password",
    title="A literal password, key or token",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why=(
        "Everyone who can read the file knows it, and the repository's history keeps it. A password in a script is seldom"
        " changed, because then the script breaks. A weak default often goes live as it is."
    ),
    fix=(
        "Change it where it is used. Read it at run time: Get-Secret or Get-Credential in PowerShell, a vault, a mounted"
        " secret, or an environment variable that the platform sets; without a default that works."
    ),
    bad="$AdminPassword = 'Gr@uer-Wolf7'\n",
    good="$AdminPassword = Get-Secret -Name sql-admin\n$Other = $env:ADMIN_PASSWORD\n$Path = '/run/secrets/password'\n",
    sample="deploy.ps1",
    check=_check,
)
