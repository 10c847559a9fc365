"""What holds the passwords of others is copied."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.quiet import Quiet
from include.script_review.rule import Hit, Rule

# One of them stands in each of the signs.
_WORDS = re2.compile(rb"dump|katz|sekurlsa|comsvcs|ntds|\\sam\b|\\security\b|dcsync|gpppassword")
# A word that stands in it, and what a line of the script then says; only what no ordinary work needs.
_SIGNS = (
    ((b"comsvcs",), re2.compile(rb"comsvcs(?:\.dll)?[^\n]{0,40}(?:minidump|#\+?0*24)")),
    (
        (b"mimikatz", b"sekurlsa::", b"lsadump::", b"dcsync", b"gpppassword"),
        re2.compile(rb"invoke-mimikatz|mimikatz\.exe|\bsekurlsa::|\blsadump::|invoke-dcsync|get-gpppassword"),
    ),
    (
        (b"m\\sam", b"m\\security", b":\\sam", b":\\security", b"e\\sam", b"e\\security"),
        re2.compile(rb"\breg(?:\.exe)?[\"']?\s+(?:save|export)\s+[\"']?(?:hklm|hkey_local_machine):?\\(?:sam|security)\b"),
    ),
    ((b"procdump",), re2.compile(rb"procdump(?:64)?(?:\.exe)?[^\n|;]{0,80}lsass|-m[ap]\s+lsass")),
    ((b"minidumpwritedump",), re2.compile(rb"\bminidumpwritedump\b")),
    ((b"ntdsutil",), re2.compile(rb"ntdsutil[^\n]{0,80}(?:ifm|ac(?:tivate)? i(?:nstance)? ntds)")),
    ((b"ntds.dit",), re2.compile(rb"(?:copy-item|copy|cp|robocopy|esentutl)[^\n|;]{0,120}ntds\.dit")),
    (
        (b"config\\sam", b"config\\security"),
        re2.compile(rb"(?:copy-item|copy|cp|robocopy|esentutl)[^\n|;]{0,120}\\config\\(?:sam|security)\b"),
    ),
)


def check(script: Script) -> Iterator[Hit]:
    """By the text, since such commands are mostly handed on as one; comments are left out."""
    if not _WORDS.search(script.lowered):
        return
    signs = [sign for words, sign in _SIGNS if any(word in script.lowered for word in words)]
    quiet = Quiet(script)
    seen: set[int] = set()
    for sign in signs:
        for found in sign.finditer(script.lowered):
            line = script.lowered.rfind(b"\n", 0, found.start())
            if line not in seen and not _comment(script, quiet, found.start()):
                seen.add(line)
                yield Hit(found.start(), found.end(), "Passwords or the keys to them are taken out of the system.")


def _comment(script: Script, quiet: Quiet, at: int) -> bool:
    """A comment is quiet and no string; in a string a command may stand."""
    node = script.root.descendant_for_byte_range(at, at + 1)
    return quiet.at(at) and node is not None and node.type == "comment"


RULE = Rule(
    id="ps-credential-dump",
    title="Stored credentials are copied out",
    category=Category.RISKY_OPERATION,
    severity=Severity.CRITICAL,
    why="Whoever has a dump of LSASS, the SAM hive or NTDS.dit has the passwords of everybody; no ordinary work needs it.",
    fix="Take it out. For a backup of a domain controller use a backup of the system state.",
    bad="""rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump $id C:\\Temp\\out.dmp full
""",
    good="""wbadmin start systemstatebackup -backupTarget:E: -quiet
""",
    check=check,
)
