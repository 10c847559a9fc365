"""What was just downloaded is run without being looked at."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.download import SHELLS, downloads, fed_to_shell, runs_text
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
        runner = next((stage for stage in _stages(command) if fed_to_shell(stage)), None)
        if runner is not None:
            yield Hit(command.start, runner.end, f"what {command.name} downloads goes straight into {shown(runner.name)}")
        elif (holder := _inside(command)) is not None:
            yield holder.hit(f"{shown(holder.name)} runs what {command.name} downloads")


def _stages(command: Command) -> Iterator[Command]:
    """What its output goes through; of `( ... )` the first command that may read it."""
    for stage, node in zip(command.after, command.after_nodes, strict=False):
        if stage is not None:
            yield stage
        elif node.type in ("subshell", "compound_statement"):
            yield from command.script.commands_in(node)


def _inside(command: Command) -> Command | None:
    """The command that runs the output: `bash <(curl ...)`, `eval "$(curl ...)"`, `sh -c "$(curl ...)"`."""
    node = command.substitution
    for _ in range(6):
        if node is None or node.type in ("command", "variable_assignment"):
            break
        node = node.parent
    if node is None or node.type == "variable_assignment":
        return _later(command, node) if node is not None and node.parent is not None and node.parent.type != "command" else None
    outer = command.script.command_of(node) if node.type == "command" else None
    if outer is None:
        return None
    if runs_text(outer, command):
        return outer
    # `echo "$(curl ...)" | sh`
    return next((stage for stage in outer.after if stage is not None and fed_to_shell(stage)), None)


def _later(command: Command, assignment: Node) -> Command | None:
    """The command that runs the variable in which the output was kept: `eval "$got"`."""
    name = assignment.child_by_field_name("name")
    kept = (name.text or b"").decode("utf-8", "replace") if name is not None else ""
    for one in command.script.calls("eval", *SHELLS):
        whole = [word for word in one.arguments if word.shape == "\0" and word.expansions and word.expansions[0].name == kept]
        if whole and one.start > command.start and (one.name == "eval" or one.value("-c") is whole[0]):
            return one
    return None


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
