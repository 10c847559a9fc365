"""Docker is told to delete whatever it does not use at the moment."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("docker", "podman"):
        if command.has("--filter"):
            continue
        if command.plain[:2] in (("system", "prune"), ("volume", "prune")) and ({"f", "--force"} & command.flags):
            yield _hit(command)
        elif command.plain[:1] in (("rm",), ("kill",), ("stop",)) and _all(command):
            yield command.hit(f"`{command.name} {command.plain[0]}` takes every container of the host")


def _hit(command: Command) -> Hit:
    what = (
        "volumes that nothing mounts just now"
        if command.plain[0] == "volume" or command.has("--volumes")
        else "all that is not in use"
    )
    return command.hit(f"deletes {what}, without asking")


def _all(command: Command) -> bool:
    """Is it given the list of all containers, unfiltered?"""
    texts = [(node.text or b"").decode("utf-8", "replace") for word in command.arguments for node in word.substitutions]
    return any(" ps" in text and "filter" not in text and "-f" not in text.split() and "|" not in text for text in texts)


RULE = Rule(
    id="sh-docker-prune",
    title="Everything that a container host does not use is deleted",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="A stopped database's volume or the only copy of an image counts as unused too.",
    fix="Give a `--filter` (label, age), or name what is meant.",
    bad="docker system prune -af --volumes\n",
    good='docker image prune -f --filter "until=240h"\ndocker rm -f web-1\n',
    check=check,
)
