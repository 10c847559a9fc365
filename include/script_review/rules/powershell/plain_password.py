"""A parameter takes a secret in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.secret_names import TEXT, functions_with_parameters, is_secret
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Parameters of that name, of functions, methods and the script, whose type is a text or none."""
    for function in functions_with_parameters(script):
        for parameter in function.parameters:
            if is_secret(parameter.name) and parameter.type in TEXT:
                whose = function.name or "the script"
                yield Hit(parameter.start, parameter.end, f"{parameter.written} of {whose} takes a secret in plain text.")


RULE = Rule(
    id="ps-plaintext-password-parameter",
    title="A password parameter of type string",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.MEDIUM,
    why="The secret stands in the caller's script, in the history and in process lists and logs.",
    fix="Use [pscredential], or [securestring] for a secret without a name.",
    bad="""function Connect-Vault {
    param([string]$Password)
}
""",
    good="""function Connect-Vault {
    param([securestring]$Password)
}
""",
    check=check,
    shares=("PSAvoidUsingPlainTextForPassword",),
)
