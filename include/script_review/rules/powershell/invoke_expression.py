"""Text is run as code."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.origin import runs_hidden
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Every call, whatever it is given; text put together when run counts for more.

    What is fetched or decoded first is left to the graver rules, ps-download-and-run and ps-hidden-code.
    """
    for command in script.named("invoke-expression"):
        if runs_hidden(command):
            continue
        value = command.value("command", 0)
        fixed = value is not None and value.literal is not None
        severity = Severity.LOW if fixed else None
        yield Hit(
            command.start,
            command.end,
            f"{command.called.text} runs {'a fixed' if fixed else 'a computed'} text as code.",
            severity,
        )


RULE = Rule(
    id="ps-invoke-expression",
    title="Invoke-Expression runs text",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Whatever gets into the text is run with the script's rights: a file name with a semicolon in it is enough.",
    fix="Call the command itself: `& $command @arguments`, splatting for parameters, `ConvertFrom-Json` for data.",
    bad="""param($Service)
Invoke-Expression "Restart-Service $Service"
""",
    good="""param($Service)
Restart-Service -Name $Service
""",
    check=check,
    shares=("PSAvoidUsingInvokeExpression",),
)
