"""A download is saved, then run, and nothing in between compares it with anything."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.download import CHECKS, INTERPRETERS, SHELLS, downloads
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.word import Word
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    sent = _redirected(script)
    calls = [command for command in script.calls("curl", "wget") if downloads(command)]
    fetched = [(command, path) for command in calls if (path := _saved(command) or sent.get(command.start, ""))]
    if not fetched or any(mark in script.data for mark in CHECKS):
        return
    runs = _runs(script)
    for command, path in fetched:
        run = next((one for one in runs.get(_tail(path), ()) if one.start > command.end), None)
        if run is not None:
            yield run.hit(f"runs {shown(_tail(path))}, which {command.name} downloaded and nothing has checked")


def _saved(command: Command) -> str:
    """The file that a download goes to, as written; empty where that is not told."""
    word = command.value("-o", "--output", "-Lo", "-sLo", "-fsSLo", "-sSLo", "-fLo") if command.name == "curl" else None
    if command.name == "wget":
        word = command.value("-O", "--output-document", "-qO", "-nv -O")
    if word is not None:
        return word.text.strip("\"'")
    urls = [text for text in command.plain if "://" in text]
    named = command.name == "wget" or "O" in command.flags
    return urls[0].rsplit("/", 1)[-1] if named and len(urls) == 1 and "\0" not in urls[0] else ""


def _redirected(script: Script) -> dict[int, str]:
    """The start of a command, and the file that its output is sent to."""
    found: dict[int, str] = {}
    for node in script.captures.get("redirect", ()):
        holder = node.parent
        command = script.command_of(holder) if holder is not None else None
        if command is not None and (node.text or b"")[:1] == b">" and node.named_child_count:
            found[command.start] = Word(node.named_children[-1]).text.strip("\"'")
    return found


def _tail(path: str) -> str:
    return path.removeprefix("./")


def _runs(script: Script) -> dict[str, list[Command]]:
    """What is run as a program: by a shell, by `source`, or by its own path."""
    found: dict[str, list[Command]] = {}
    for command in script.commands:
        if command.name in SHELLS or command.name in INTERPRETERS or command.name in ("source", "."):
            word = next((word for word in command.arguments if not word.shape.startswith("-")), None)
        else:
            word = command.words[len(command.words) - len(command.arguments) - 1]
        if word is not None and word.text not in ("-", ""):
            found.setdefault(_tail(word.text.strip("\"'")), []).append(command)
    return found


RULE = Rule(
    id="sh-download-saved-run",
    title="A download is run without a check",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    why="A file that arrived whole is not yet the file that was meant; only a checksum or a signature kept elsewhere tells.",
    fix="Compare the file with a pinned checksum (`sha256sum -c`) or verify its signature before it runs.",
    bad="wget https://example.com/setup.sh\nchmod +x setup.sh\n./setup.sh --all\n",
    good='wget https://example.com/setup.sh\necho "$SUM  setup.sh" | sha256sum -c - || exit 1\n./setup.sh --all\n',
    check=check,
)
