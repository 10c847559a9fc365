"""Credentials may be sent unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """The switch of Invoke-WebRequest and Invoke-RestMethod, also by alias, shortened or splatted."""
    if b"allowunencrypted" not in script.lowered:
        return
    for command in script.commands:
        if command.has("allowunencryptedauthentication", least=16):
            yield Hit(
                *command.place("allowunencryptedauthentication"), f"{command.called.text} may send credentials unencrypted."
            )


RULE = Rule(
    id="ps-unencrypted-authentication",
    title="-AllowUnencryptedAuthentication",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Whoever is on the way reads the password or token.",
    fix="Use https, and leave the switch away.",
    bad="""Invoke-RestMethod -Uri $uri -Credential $credential -AllowUnencryptedAuthentication
""",
    good="""Invoke-RestMethod -Uri "https://api.example.com/v1" -Credential $credential
""",
    check=check,
    shares=("PSAvoidUsingAllowUnencryptedAuthentication",),
)
