"""A secret in plain text is turned into a SecureString."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """`-AsPlainText`, also shortened or splatted; a literal counts for more than a variable."""
    for command in script.named("convertto-securestring"):
        if not command.has("asplaintext", least=2):
            continue
        value = command.value("string", 0)
        literal = value is not None and value.literal is not None
        severity = Severity.HIGH if literal else None
        yield Hit(command.start, command.end, f"A {'literal' if literal else 'plain text'} becomes a SecureString.", severity)


RULE = Rule(
    id="ps-plaintext-secure-string",
    title="ConvertTo-SecureString from plain text",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.MEDIUM,
    why="The secret stands in the script or went through a variable in plain text: the SecureString protects nothing any more.",
    fix="Take a PSCredential or SecureString parameter, or read it from a vault (Get-Secret).",
    bad="""$password = ConvertTo-SecureString 'Winter2024!' -AsPlainText -Force
""",
    good="""param([securestring]$Password)
Set-LocalUser -Name svc -Password $Password
""",
    check=check,
    shares=("PSAvoidUsingConvertToSecureStringWithPlainText",),
)
