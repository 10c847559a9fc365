"""A user name and a password instead of one credential."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.secret_names import NAMES, TEXT, functions_with_parameters, is_password, is_user
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a function that has both; placed at the first of the two."""
    for function in functions_with_parameters(script):
        users = [one for one in function.parameters if is_user(one.name) and one.type in NAMES]
        passwords = [one for one in function.parameters if is_password(one.name) and one.type in (*TEXT, "securestring")]
        if users and passwords:
            first = min(users[0], passwords[0], key=lambda one: one.start)
            both = f"{users[0].written} and {passwords[0].written}"
            yield Hit(first.start, first.end, f"{function.name or 'The script'} takes {both} instead of a PSCredential.")


RULE = Rule(
    id="ps-user-and-password-parameters",
    title="User name and password parameters",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.MEDIUM,
    why="Two parameters invite plain text, and every caller has to put the credential together anew.",
    fix="Take one [pscredential]$Credential.",
    bad="""function Connect-Share {
    param([string]$UserName, [securestring]$Password)
}
""",
    good="""function Connect-Share {
    param([pscredential]$Credential)
}
""",
    check=check,
    shares=(
        "PSAvoidUsingUsernameAndPasswordParams",
        "PSUsePSCredentialType",
    ),
)
