"""What was just downloaded is run without being looked at."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.download import downloads, fed_to_shell, runs_text
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.tokens import with_fallback
from include.script_review.rule import Hit, Rule

_LOOSE = r"\b(curl|wget)\b[^|;#]*\|\s*(sudo\s+(-\S+\s+)*)?(/\S*/)?(ba|da|z|k)?sh\b"


def check(script: Script) -> Iterator[Hit]:
    yield from with_fallback(script, _found(script), _LOOSE, "what is downloaded goes straight into a shell")


def _found(script: Script) -> Iterator[Hit]:
    for command in script.calls("curl", "wget", "fetch"):
        if not downloads(command):
            continue
        runner = next((stage for stage in command.after if stage is not None and fed_to_shell(stage)), None)
        if runner is not None:
            yield Hit(command.start, runner.end, f"what {command.name} downloads goes straight into {shown(runner.name)}")
        elif (holder := _inside(command)) is not None:
            yield holder.hit(f"{shown(holder.name)} runs what {command.name} downloads")


def _inside(command: Command) -> Command | None:
    """The command that runs the output: `bash <(curl ...)`, `eval "$(curl ...)"`, `sh -c "$(curl ...)"`."""
    node = command.substitution
    for _ in range(6):
        if node is None or node.type == "command":
            break
        node = node.parent
    outer = command.script.command_of(node) if node is not None and node.type == "command" else None
    return outer if outer is not None and runs_text(outer, command) else None


RULE = Rule(
    id="sh-download-run",
    title="Downloaded text is run unseen",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Whoever controls the server, the name or the line decides what runs here, and nothing is kept to look at afterwards.",
    fix="Download to a file, compare its checksum or signature with one that is kept in the repository, then run the file.",
    bad="curl -fsSL https://get.example.com/install.sh | sudo bash\n",
    good=(
        "curl -fsSLo install.sh https://get.example.com/install.sh\n"
        'echo "$EXPECTED  install.sh" | sha256sum -c - && bash install.sh\n'
        "curl -s https://api.example.com/v1 | python3 -m json.tool\n"
    ),
    check=check,
)
