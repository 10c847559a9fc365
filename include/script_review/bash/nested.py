"""The script inside a command: `bash -c '...'`, `ssh host '...'`, `su -c '...'`, and here-documents given to them."""

from __future__ import annotations

from collections.abc import Iterator

from include.script_review.bash.command import Command
from include.script_review.bash.word import Word

_SSH_VALUES = frozenset("BbcDEeFIiJLlmOopQRSWw")  # options of ssh that take a value


def inner(command: Command) -> Iterator[tuple[int, int]]:
    """The bytes, within the command's own script, of each script that it is given as text."""
    if command.name == "ssh":
        word = _ssh(command.arguments)
    else:
        word = command.value("-c", "-lc", "-ec", "-ce", "-xc", "-exc", "-euc", "--command")
    if word is not None and (span := _span(word)):
        yield span
    for node in command.redirects:
        body = next((child for child in node.children if child.type == "heredoc_body"), None)
        if body is not None and (command.name == "ssh" or not command.plain):
            yield body.start_byte, body.end_byte


def _ssh(words: tuple[Word, ...]) -> Word | None:
    """The first word behind the host."""
    at, host = 0, False
    while at < len(words):
        text = words[at].shape
        if not host and text.startswith("-") and len(text) > 1:
            at += 2 if text[-1] in _SSH_VALUES and len(text) == 2 else 1
        elif host:
            return words[at]
        else:
            host, at = True, at + 1
    return None


def _span(word: Word) -> tuple[int, int] | None:
    """Between its quotes; None for what is not one quoted string."""
    if word.node.type not in ("string", "raw_string"):
        return None
    return word.node.start_byte + 1, max(word.node.start_byte + 1, word.node.end_byte - 1)
