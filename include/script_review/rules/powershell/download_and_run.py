"""What comes from the net is run."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Call, Script
from include.script_review.powershell.origin import FETCH_WORDS, fetched, given, traced
from include.script_review.rule import Hit, Rule

_MEMBERS = ("create", "invokescript", "newscriptblock")
_PROVEN = (b"get-filehash", b"get-authenticodesignature", b"computehash", b"test-filehash", b"checksum")
_STARTS = ("start-process", "invoke-item", "msiexec", "")


def check(script: Script) -> Iterator[Hit]:
    """Text that is fetched and run, and files that are fetched and started."""
    yield from _run(script)
    yield from _started(script)


def _run(script: Script) -> Iterator[Hit]:
    commands = script.named("invoke-expression")
    calls = [call for member in _MEMBERS for call in script.calls_by_member.get(member, ()) if _makes_code(call)]
    if not (commands or calls) or not any(word in script.lowered for word in FETCH_WORDS):
        return
    for command in commands:
        if fetched(traced(script, given(command))):
            yield Hit(command.start, command.end, "Text from the net is run as code.")
    for call in calls:
        if fetched(traced(script, call.text)):
            yield Hit(call.start, call.end, "Text from the net is made into code.")


def _makes_code(call: Call) -> bool:
    return call.member != "create" or call.type.endswith("scriptblock")


def _started(script: Script) -> Iterator[Hit]:
    """A file is fetched, and behind it started; nothing in the script looks whether it is the right one."""
    files = dict(_files(script))
    if not files or any(word in script.lowered for word in _PROVEN):
        return
    for command in script.named(*_STARTS):
        text = command.text.lower()
        if command.name == "" and not command.operator:
            continue
        for path, at in files.items():
            if at < command.start and path in text:
                yield Hit(command.start, command.end, f"{path} comes from the net and is started unproven.", Severity.MEDIUM)
                break


def _files(script: Script) -> Iterator[tuple[str, int]]:
    """Where downloads are put, as written, and where that happens."""
    for command in script.named("invoke-webrequest", "invoke-restmethod", "start-bitstransfer"):
        value = command.value("outfile") or command.value("destination", 1 if command.name.startswith("start") else None)
        if value is not None and _names(value.text):
            yield value.text.strip("\"'").lower(), command.end
    for call in script.calls_by_member.get("downloadfile", ()):
        if len(call.arguments) > 1 and _names(call.arguments[1].text):
            yield call.arguments[1].text.strip("\"'").lower(), call.end


def _names(text: str) -> bool:
    """Is it the name of a file that can be found again: a variable or a whole path?"""
    return len(text) > 3 and not text.startswith("(")


RULE = Rule(
    id="ps-download-and-run",
    title="What comes from the net is run",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Whoever controls the address, or the way to it, runs what he likes with the script's rights.",
    fix="Keep the script in the repository, or download it to a file, compare its hash with a known one, and only then start it.",
    bad="""Invoke-Expression (New-Object Net.WebClient).DownloadString('https://tools.example.com/agent.ps1')
""",
    good="""Invoke-WebRequest -Uri $address -OutFile $installer
if ((Get-FileHash -Path $installer -Algorithm SHA256).Hash -ne $expected) { throw 'The installer is not the known one.' }
Start-Process -FilePath $installer -Wait
""",
    check=check,
)
