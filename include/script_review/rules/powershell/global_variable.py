"""A variable of the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.quiet import Quiet
from include.script_review.rule import Hit, Rule

_NAME = re2.compile(r"(?i)\$\{?global:([a-z_0-9?]+)")
# PowerShell's own, which scripts read and set (about_Automatic_Variables, about_Preference_Variables).
_OWN = """
    lastexitcode error erroractionpreference warningpreference verbosepreference debugpreference progresspreference
    informationpreference confirmpreference whatifpreference psdefaultparametervalues profile host home pid pwd shellid
    psversiontable pshome psculture psuiculture executioncontext matches true false null input args event eventargs
    eventsubscriber sender myinvocation psboundparameters pscmdlet nestedpromptlevel stacktrace this foreach ofs
    maximumhistorycount formatenumerationlimit psemailserver psmoduleautoloadingpreference pssessionoption
    outputencoding psnativecommanduseerroractionpreference psstyle iswindows islinux ismacos iscoreclr
    dscmachinestatus transcript logcommandhealthevent switch consolefilename
"""
_AUTOMATIC = frozenset(_OWN.split())


def check(script: Script) -> Iterator[Hit]:
    """Each place that names one, in code and in strings that expand; PowerShell's own variables are left out."""
    if b"global:" not in script.lowered:
        return
    quiet = Quiet(script)
    for found in _NAME.finditer(script.source.data):
        if found.group(1).decode().lower() not in _AUTOMATIC and not quiet.at(found.start()):
            yield Hit(found.start(), found.end(), f"{found.group(0).decode()} is a variable of the whole session.")


RULE = Rule(
    id="ps-global-variable",
    title="Global variable",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="Every script of the session can change it, and a second run starts with what the first left.",
    fix="Use $script: in a module, or hand the value on as a parameter or result.",
    bad="""$global:Retries = 3
""",
    good="""$script:Retries = 3
""",
    check=check,
    shares=("PSAvoidGlobalVars",),
)
