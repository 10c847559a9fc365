"""A hash that no longer proves anything."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule

_BROKEN = ("md5", "sha1", "sha-1", "md4", "ripemd160", "mactripledes")
_TYPES = ("md5", "md5cryptoserviceprovider", "md5cng", "sha1", "sha1managed", "sha1cryptoserviceprovider", "sha1cng")
_ALGORITHM = re2.compile(rb"(?:-a[a-z]*|algorithm)['\"]?[\s:=`]+['\"]?(?:md|sha-?1|ripemd|mactriple)")
_WORDS = (b"md5", b"sha1", b"sha-1", b"md4", b"ripemd160", b"tripledes")


def check(script: Script) -> Iterator[Hit]:
    """`-Algorithm` of any command, and .NET's classes."""
    if any(word in script.lowered for word in _WORDS):
        yield from _named(script)
        yield from _made(script)


def _named(script: Script) -> Iterator[Hit]:
    for command in script.named("new-object"):
        kind = command.value("typename", 0)
        if kind is not None and (kind.literal or "").lower().rpartition(".")[2] in _TYPES:
            yield Hit(command.start, command.end, f"A hash of kind {kind.literal} is made.")
    for command in script.commands if _ALGORITHM.search(script.lowered) else ():
        if b"-a" in (command.node.text or b"").lower() or command.splats:
            value = command.value("algorithm") or command.value("hashalgorithm", least=5)
            if value is not None and (value.literal or "").lower() in _BROKEN:
                yield Hit(command.start, command.end, f"{command.called.text} uses {value.literal}.")


def _made(script: Script) -> Iterator[Hit]:
    for call in script.calls:
        if call.member in ("create", "new", "hashdata") and call.type:
            name = (call.arguments[0].literal or "").lower() if call.arguments else ""
            if call.type.rpartition(".")[2] in _TYPES or (call.type.endswith("hashalgorithm") and name in _BROKEN):
                yield Hit(call.start, call.end, f"{call.text[:60]} makes a hash that is broken.")


RULE = Rule(
    id="ps-broken-hash",
    title="MD5 or SHA-1",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="Files with the same MD5 or SHA-1 can be made on purpose: the sum does not prove that a file is the one it should be.",
    fix="Use SHA256 or better.",
    bad="""Get-FileHash -Path $installer -Algorithm MD5
""",
    good="""Get-FileHash -Path $installer -Algorithm SHA256
""",
    check=check,
    shares=("PSAvoidUsingBrokenHashAlgorithms",),
)
