"""What a function leaves behind for whoever asks later what it did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from include.script_review.powershell.command import Command
from include.script_review.powershell.function import Function

# Commands that keep a record, or write to a stream that can be kept. `Write-Host` is not among them, nor are progress bars.
_RECORDS = """
    write-verbose write-information write-warning write-error write-eventlog write-winevent write-debug write-auditlog
    write-psfmessage start-transcript new-winevent add-content set-content out-file tee-object export-csv export-clixml
    send-mailmessage eventcreate logger
"""
RECORDS = frozenset(_RECORDS.split())
_LOG_NAME = re.compile(
    r"(?i)(^|[-_])(write|add|out|new|send|save|append|set)?-?[a-z]*(log|logs|logentry|logmessage|logline|audit|trace)$|^log(ger)?\b"
)


def is_record(command: Command) -> bool:
    """Does this command keep a record? A script's own `Write-Log` is believed by its name."""
    if command.name in RECORDS:
        return True
    return command.name not in ("get-eventlog", "clear-eventlog", "remove-eventlog") and _by_name(command.name)


def keeps_records(function: Function) -> bool:
    """Is it a helper that writes the script's log, by its name: `Write-Log`? What it makes is the log."""
    return "log" in function.name.lower() and _by_name(function.name.lower())


@lru_cache(16_384)
def _by_name(name: str) -> bool:
    if name.startswith(("get-", "clear-", "remove-", "import-", "show-", "read-", "find-", "test-", "limit-")):
        return False
    return "log" in name and _LOG_NAME.search(name) is not None


def records(commands: Iterable[Command]) -> bool:
    """Does one of these keep a record, or say with `-Verbose` what it does, or is its output redirected to a file?"""
    for command in commands:
        if is_record(command):
            return True
        text = command.node.text or b""
        if b"-verb" in text.lower() and command.has("verbose"):
            return True
        if b">" in text and any(">" in one and "$null" not in one.lower() and "&1" not in one for one in command.redirections):
            return True
    return False


def kept(function: Function) -> bool:
    """Is there a record of what a function does: by it, by what it calls, by a transcript?"""
    if function.script.named("start-transcript"):
        return True
    return id(function) in function.script.changes.graph.reaching("records", lambda one: records(one.commands) or None)
