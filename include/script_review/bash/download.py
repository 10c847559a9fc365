"""Commands that download, and commands that run what they are given as text."""

from __future__ import annotations

from include.script_review.bash.command import Command
from include.script_review.lists import names

SHELLS = ("sh", "bash", "dash", "zsh", "ksh", "ash")
INTERPRETERS = ("python", "python2", "python3", "perl", "ruby", "node", "php", "pwsh")
# One of these in a script: what it downloads is compared with something.
CHECKS = tuple(
    name.encode()
    for name in names(
        "sha256sum sha512sum sha1sum shasum md5sum gpg cosign minisign signify sha256 sha512 rhash b2sum slsa-verifier"
    )
)
_LOCAL = ("localhost", "127.0.0.1", "[::1]", "169.254.169.254", "file://")


def downloads(command: Command) -> bool:
    """Does it fetch something from another machine?"""
    if command.has("--help", "--version", "-V"):
        return False
    return not any(mark in text for text in command.plain for mark in _LOCAL)


def fed_to_shell(command: Command) -> bool:
    """Does it run what it reads from its standard input?"""
    words = command.literals
    if command.name in SHELLS:
        return (
            not command.plain
            or command.plain[0] in ("-", "/dev/stdin")
            or (bool(words) and "s" in command.flags and "c" not in command.flags)
        )
    if command.name in ("source", "."):
        return command.plain[:1] == ("/dev/stdin",)
    if command.name in INTERPRETERS:
        return not words or words[0] in ("-", "/dev/stdin")
    return False


def runs_text(outer: Command, inner: Command) -> bool:
    """Does `outer` run what the substitution with `inner` in it gives?"""
    at = next(
        (
            number
            for number, word in enumerate(outer.arguments)
            if outer.script.base + word.node.start_byte <= inner.start < outer.script.base + word.node.end_byte
        ),
        -1,
    )
    if at < 0:  # `sh <<< "$(curl ...)"`
        assigned = any(node.start_byte <= inner.start - outer.script.base < node.end_byte for node in outer.environment)
        return fed_to_shell(outer) and not assigned
    if outer.name == "eval":
        return True
    as_file = outer.arguments[at].shape == "\0" and any(
        node.type == "process_substitution" for node in outer.arguments[at].substitutions
    )
    if outer.name in ("source", "."):
        return as_file and at == 0
    if outer.name in SHELLS or outer.name in INTERPRETERS:
        behind = outer.literals[at - 1] if at else ""
        if as_file:
            return all(text.startswith("-") for text in outer.literals[:at])
        return behind.startswith("-") and behind[-1:] in ("c", "e") and not behind.startswith("--")
    return False
