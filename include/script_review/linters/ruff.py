"""Ruff's security rules for Python, without those that are mostly wrong or that the review's own secrets pass does better."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.linters.hit import Kept, LinterHit, kept, one_line
from include.script_review.linters.process import LinterError, ran
from include.script_review.source import Source

_RISKY, _LOW, _MEDIUM, _HIGH = Category.RISKY_OPERATION, Severity.LOW, Severity.MEDIUM, Severity.HIGH
_SHELL = "A blank, a semicolon or a `$(...)` in what is put together becomes part of a command."
_TLS = "Anyone on the way can answer in place of the server, read what is sent and change what comes back."
_CODE = "Whoever can write what is read here runs code with this program's rights."
_HASH = "Two texts with one value of it can be made, so it proves nothing about what is downloaded, signed or stored."


def _row(severity: Severity, why: str, fix: str, confidence: Confidence = Confidence.HIGH) -> Kept:
    return Kept(category=_RISKY, severity=severity, why=why, fix=fix, confidence=confidence)


TABLE: dict[str, Kept] = {
    "S102": _row(_MEDIUM, _CODE, "Call a function, or choose one from a table by name.", Confidence.MEDIUM),
    "S103": _row(
        _MEDIUM,
        "Who can write a file that another account reads or runs can act as that account.",
        "Give the owner and one group only.",
    ),
    "S110": Kept(
        category=Category.WEAK_LOGGING,
        severity=_LOW,
        why="What went wrong is neither told nor kept, and the next step works on a state that nobody meant.",
        fix="Catch the one error that is expected, and log it.",
    ),
    "S112": Kept(
        category=Category.WEAK_LOGGING,
        severity=_LOW,
        why="The item that failed is passed over without a word, so nobody knows that it is missing.",
        fix="Catch the one error that is expected, log it with the item, and say at the end how many failed.",
    ),
    "S201": _row(
        _MEDIUM, "The debugger lets whoever reaches the page run code.", "Switch it on by the environment, off by default."
    ),
    "S202": _row(
        _MEDIUM,
        "A name in the archive can lead out of the folder and overwrite any file.",
        'Give `filter="data"`.',
        Confidence.MEDIUM,
    ),
    "S302": _row(_LOW, _CODE, "Use JSON.", Confidence.MEDIUM),
    "S306": _row(
        _MEDIUM, "Another process can put a file or a link there first.", "Use `tempfile.mkstemp` or `NamedTemporaryFile`."
    ),
    "S307": _row(_MEDIUM, _CODE, "Use `ast.literal_eval`, or parse what is expected.", Confidence.MEDIUM),
    "S312": _row(_LOW, "The password and every command go over the network in the clear.", "Use SSH."),
    "S321": _row(_LOW, "The password and the files go over the network in the clear.", "Use SFTP or FTP over TLS."),
    "S323": _row(_MEDIUM, _TLS, "Use `ssl.create_default_context`, with the one authority that is meant."),
    "S324": _row(_LOW, _HASH, "Use SHA-256, or say `usedforsecurity=False`.", Confidence.MEDIUM),
    "S501": _row(_HIGH, _TLS, "Leave the check on; give the authority's certificate in `verify=`."),
    "S502": _row(_MEDIUM, _TLS, "Ask for TLS 1.2 or later."),
    "S503": _row(_LOW, _TLS, "Ask for TLS 1.2 or later."),
    "S506": _row(_MEDIUM, _CODE, "Use `yaml.safe_load`."),
    "S507": _row(
        _HIGH,
        "Any host on the way can take the place of the one that is meant, with its passwords.",
        "Load `known_hosts`, reject others.",
    ),
    "S508": _row(_LOW, "Versions 1 and 2 of SNMP send the community in the clear.", "Use version 3 with encryption."),
    "S509": _row(_LOW, "What SNMP sends can be read and changed.", "Use version 3 with encryption and authentication."),
    "S602": _row(_MEDIUM, _SHELL, "Give a list of words, without `shell=True`."),
    "S604": _row(_MEDIUM, _SHELL, "Give a list of words, without `shell=True`.", Confidence.MEDIUM),
    "S605": _row(_MEDIUM, _SHELL, "Use `subprocess.run` with a list of words."),
    "S609": _row(
        _MEDIUM, "A file whose name begins with a dash becomes an option of the command.", "Put `--` or `./` before the wildcard."
    ),
    "S612": _row(_LOW, _CODE, "Verify what is received before it is used."),
    "S701": _row(
        _LOW,
        "Text of others becomes part of the page and runs in its readers' browsers.",
        "Set `autoescape=True`.",
        Confidence.MEDIUM,
    ),
}
_NOQA = re2.compile(r"(?i)#\s*(noqa)\b(?::\s*([A-Z0-9, ]+))?")
_LONGEST = 2_000
# What Ruff itself calls harmless: a fixed text.
_HARMLESS = ("seems safe",)


def lint(source: Source) -> Iterator[LinterHit]:
    """What it says about one file; LinterError where it cannot read it."""
    arguments = [
        "check",
        "--isolated",
        "--no-cache",
        f"--select={','.join(TABLE)}",
        "--output-format=json",
        "--exit-zero",
        "--quiet",
        "--ignore-noqa",
    ]
    code, said = ran("ruff", [*arguments, "--stdin-filename=script.py", "-"], source.data)
    if code != 0:
        raise LinterError(f"it ended with {code}")
    yield from found(source, said)


def found(source: Source, said: bytes) -> Iterator[LinterHit]:
    """Its answer, as hits."""
    try:
        rows = [(str(one["code"] or "invalid-syntax"), one, one["location"], one["end_location"]) for one in json.loads(said)]
        places = [(_at(source, start), _at(source, end)) for _, _, start, end in rows]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LinterError("its answer is not what it should be") from error
    broken = next((start["row"] for code, _, start, _ in rows if code == "invalid-syntax"), None)
    if broken is not None:
        raise LinterError(f"it cannot parse it: line {broken}")
    for (code, row, _, _), (start, end) in zip(rows, places, strict=True):
        message = str(row.get("message", ""))
        if code in TABLE and not any(mark in message for mark in _HARMLESS):
            yield kept(f"ruff-{code}", TABLE[code], start, end, message, _allowed(source, code, end))


def _allowed(source: Source, code: str, end: int) -> str | None:
    """The `# noqa` on the line it ends on, where it is for this code. It is shown, not obeyed in silence."""
    text = source.line(source.place(end)[0])[-_LONGEST:]
    found = _NOQA.search(text)
    if found is None or (found[2] and code not in found[2].upper()):
        return None
    return one_line(text[found.start(1) :])


def _at(source: Source, place: dict[str, Any]) -> int:
    return source.offset(int(place["row"]), int(place["column"]))
