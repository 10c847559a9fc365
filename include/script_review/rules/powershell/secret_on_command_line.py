"""A secret is given to a program on its command line."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.rule import Hit, Rule

# By program: what on its command line is a secret.
_PROGRAMS = {
    "net": re2.compile(
        r"(?i)\buser\s+\S+\s+[^/\s*-][^\s]*|\buse\b.*\s/user:\S+\s+[^/\s*]\S*"
        r"|\buse\s+(?:\S+\s+)?[\"']?\\\\\S+\s+(?:[^/\s*|>0-9-]\S*|[0-9][^>\s]\S*)"
    ),
    "net1": re2.compile(r"(?i)\buser\s+\S+\s+[^/\s*-][^\s]*"),
    "schtasks": re2.compile(r"(?i)/rp\s+[^/\s*]\S*"),
    "cmdkey": re2.compile(r"(?i)[/-]pass(?:word)?:\S+"),
    "psexec": re2.compile(r"(?i)\s-p\s+\S+"),
    "psexec64": re2.compile(r"(?i)\s-p\s+\S+"),
    "wmic": re2.compile(r"(?i)/password:\S+"),
    "sc.exe": re2.compile(r"(?i)password=\s*\S+"),
    "netdom": re2.compile(r"(?i)/password[do]:[^*\s]\S*"),
    "sqlcmd": re2.compile(r"\s-P\s*\S+"),
    "bcp": re2.compile(r"\s-P\s*\S+"),
    "mysql": re2.compile(r"\s-p[^\s-]\S*|--password=\S+"),
    "mysqldump": re2.compile(r"\s-p[^\s-]\S*|--password=\S+"),
    "plink": re2.compile(r"\s-pw\s+\S+"),
    "pscp": re2.compile(r"\s-pw\s+\S+"),
    "docker": re2.compile(r"\blogin\b.*\s(?:-p\s+|--password[= ])\S+"),
    "az": re2.compile(r"\blogin\b.*\s(?:-p\s+|--password[= ])\S+"),
    "msiexec": re2.compile(r"(?i)\w*password=\S+"),
    "certutil": re2.compile(r"(?i)\s-p\s+\S+"),
    "openssl": re2.compile(r"\bpass:\S+"),
    "7z": re2.compile(r"\s-p[^\s-]\S*"),
    "winrs": re2.compile(r"(?i)[/-]p(?:assword)?:\S+"),
}  # fmt: skip
_OTHER = re2.compile(
    r"(?i)\s--?(?:password|passwd|pwd|pw|token|api-?key|secret)[= :]+[\"']?\$\w*(?:pass|pwd|token|key|secret)\w*"
)
_QUOTES = str.maketrans("\"',", "   ")
_STARTS = ("start-process", "cmd")
_WORDS = (b"pass", b"pwd", b" -p", b" /rp", b"net", b"token", b"secret")


def check(script: Script) -> Iterator[Hit]:
    """`net user x pass /add`, `schtasks /rp`, `cmdkey /pass:`, and other programs with `--password $x`."""
    for name, sign in _PROGRAMS.items():
        for command in script.by_name.get(name, ()):
            if sign.search(command.text):
                yield _hit(command)
    commands = [*script.by_name.get("", ()), *script.named(*_STARTS)]
    if not commands or not any(word in script.lowered for word in _WORDS):
        return
    for command in commands:
        text = command.text
        inner = text.translate(_QUOTES)
        named = next((sign for name, sign in _PROGRAMS.items() if _names(inner.lower(), name)), None)
        if (command.operator == "&" or command.name) and ((named is not None and named.search(inner)) or _OTHER.search(text)):
            yield _hit(command)


def _names(text: str, program: str) -> bool:
    """Is this the program that is started, with or without a path and `.exe`?"""
    stem = program.removesuffix(".exe")
    return any(word.rpartition("\\")[2].removesuffix(".exe") == stem for word in text.split()[1:5])


def _hit(command: Command) -> Hit:
    return Hit(command.start, command.end, f"{command.called.text[:40]} is given a secret on its command line.")


RULE = Rule(
    id="ps-secret-on-command-line",
    title="A secret stands on a command line",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why="Command lines are seen by every user of the computer and kept in the logs of processes and of PowerShell.",
    fix="Use a cmdlet that takes a credential, or hand the secret over by the program's input.",
    bad="""net user svc_backup $password /add
""",
    good="""New-LocalUser -Name 'svc_backup' -Password $password
""",
    check=check,
)
