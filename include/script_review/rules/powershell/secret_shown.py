"""A secret is written where others read it."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.secret_names import is_secret
from include.script_review.rule import Hit, Rule

_SHOWS = (
    "write-host", "write-verbose", "write-output", "write-information", "write-warning", "write-error", "write-debug",
    "write-log", "write-eventlog", "out-file", "add-content", "set-content", "out-host", "tee-object", "write-logmessage",
    "write-logentry", "write-message", "write-cmtracelog", "add-log", "log", "write-psfmessage",
)  # fmt: skip
_WORDS = (b"pass", b"pwd", b"secret", b"token", b"key", b"cred", b"connectionstring")
_VARIABLE = re2.compile(r"\$\{?(?:(?:script|global|local|private|env|using):)?(\w+)\}?((?:\.\w+(?:\(\))?)*)")
_PLAIN = re2.compile(
    r"(?i)getnetworkcredential\(\)\.password|ptrtostring(?:auto|bstr|uni)\(|convertfrom-securestring\b[^|)]*-asplaintext"
)
# A variable that is given the password of a credential.
_OPENED = re2.compile(rb"\$(\w+)\s*=[^\n;]*getnetworkcredential\(\)\.password")
# What of a secret may be shown.
_ABOUT = (".username", ".length", ".count", ".name", ".id", ".gettype", ".isnullorempty", ".domain", ".expires", ".version")
# A credential or a secure string is shown as its type.
_CLOSED = re2.compile(r"cred|secure")


def check(script: Script) -> Iterator[Hit]:
    """`Write-Host $password`, `Write-Log "… $apiKey"`, `GetNetworkCredential().Password | Out-File`."""
    if script.is_test or not any(word in script.lowered for word in _WORDS):
        return
    plain = {one[1] for one in _OPENED.finditer(script.lowered)} if b"getnetworkcredential" in script.lowered else set()
    for command in script.named(*_SHOWS):
        said = _said(command)
        if "$" not in said or "securestring" in said.lower():
            continue
        if _PLAIN.search(said) or _PLAIN.search(_line(command)):
            yield Hit(command.start, command.end, f"{command.called.text} writes a password out in clear text.")
            continue
        name = _secret(said) or next((one[1] for one in _VARIABLE.finditer(said) if one[1].lower().encode() in plain), "")
        if name and not _given_back(command):
            sure = None if command.name.startswith("write-") else Confidence.MEDIUM
            yield Hit(command.start, command.end, f"{command.called.text} writes ${name} out.", None, sure)


def _line(command: Command) -> str:
    """The rest of its line: the grammar cuts `$credential.GetNetworkCredential().Password` off behind the call."""
    if b"getnetworkcredential" not in command.script.lowered:
        return ""
    rest = command.script.lowered[command.start : command.start + 400].decode("utf-8", "replace")
    return rest.partition("\n")[0].partition(";")[0].partition("|")[0]


def _said(command: Command) -> str:
    """What it writes: its arguments but for the path, and what is piped into it."""
    hidden = [command.value(name) for name in ("filepath", "path", "literalpath", "foregroundcolor")]
    values = [*command.arguments, *(one for one in command.parameters.values() if one is not None)]
    if command.name in ("out-file", "add-content", "set-content", "tee-object") and not command.written("path"):
        values = values[1:]
    before = command.piped_from
    piped = (before.text or b"").decode("utf-8", "replace") if before is not None and before.type != "command" else ""
    return "\n".join([one.text for one in values if one not in hidden and not one.kind.startswith("verbatim")] + [piped])


def _given_back(command: Command) -> bool:
    """Is `Write-Output $password` the way a function returns its result?"""
    alone = len(command.arguments) == 1 and command.arguments[0].variable is not None
    return command.name == "write-output" and alone and not command.function.is_script


def _secret(text: str) -> str:
    """The first variable of a secret's name whose value itself is shown."""
    for found in _VARIABLE.finditer(text):
        name, members = str(found[1]), found[2].lower()
        if text[max(found.start() - 1, 0) : found.start()] != "`" and _open(name.lower(), members):
            return name
    return ""


def _open(name: str, members: str) -> bool:
    """Is what stands there the secret itself?"""
    return is_secret(name) and not _CLOSED.search(name) and not members.startswith(_ABOUT)


RULE = Rule(
    id="ps-secret-shown",
    title="A secret is written out",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why="Consoles are recorded, logs are collected and kept: everybody who reads them has the secret.",
    fix="Write who or what it is for, never the secret; keep it in a SecureString or a vault.",
    bad="""Write-Host "The new password of $user is $password"
""",
    good="""Write-Verbose "The password of $user was set."
""",
    check=check,
)
