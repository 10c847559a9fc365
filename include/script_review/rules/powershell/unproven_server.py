"""The other side of a connection is not proven, or the connection can be read."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.quiet import Quiet
from include.script_review.rule import Hit, Rule

_CALLBACK = re2.compile(
    rb"servercertificate(?:custom)?validationcallback\}?\s*(?:\+?=|\()\s*(?:\[[^\]\n]*\]\s*)?(?:\{\s*(?:param\s*\([^)]*\)\s*)?(?:return\s+)?\$true\s*;?\s*\}"
    rb"|:*\[?[\w.]*(?:dangerousacceptany|trustall|acceptall|ignorecert)|\(\)\s*=>\s*true)"
    rb"|dangerousacceptanyservercertificatevalidator|trustallcertspolicy"
)
_OLD = re2.compile(rb"securityprotocol\s*=[^\n;]*(?:ssl3|\btls11\b|\btls\b|['\"]tls['\"]|\b(?:48|192|768)\b)")
_NEW = re2.compile(rb"tls1[23]|-bor|3072|12288")


def check(script: Script) -> Iterator[Hit]:
    """A callback that always says yes, `-SkipCertificateCheck`, Ssl3 and Tls 1.0."""
    if b"validationcallback" in script.lowered or b"acceptany" in script.lowered or b"trustallcerts" in script.lowered:
        for start, end in _places(script, _CALLBACK):
            yield Hit(start, end, "Every certificate is taken for good.")
            break
    if b"securityprotocol" in script.lowered:
        for start, end in _places(script, _OLD):
            if not _NEW.search(script.lowered[start : script.lowered.find(b"\n", end)]):
                yield Hit(start, end, "An old protocol is chosen, and the new ones are switched off.")
    if b"-skipc" in script.lowered or b"skipcertificatecheck" in script.lowered:
        for command in script.named("invoke-webrequest", "invoke-restmethod", "new-pssessionoption", "new-cimsessionoption"):
            if command.has("skipcertificatecheck", least=5) or command.has("skipcacheck", least=6):
                yield Hit(command.start, command.end, f"{command.called.text} takes every certificate for good.")


def _places(script: Script, pattern: re2._Regexp) -> Iterator[tuple[int, int]]:
    quiet = Quiet(script)
    for found in pattern.finditer(script.lowered):
        if not quiet.at(found.start()):
            yield found.span()


RULE = Rule(
    id="ps-unproven-server",
    title="The other side is not proven",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Anybody between the two can give himself out as the server, read what is sent and change what comes back.",
    fix="Put the certificate of the issuer into the trusted ones, and leave the check and the choice of the protocol alone.",
    bad="""[Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }
Invoke-RestMethod -Uri $address -SkipCertificateCheck
""",
    good="""[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
Invoke-RestMethod -Uri $address
""",
    check=check,
)
