"""What is left of a word when every variable in it turns out empty: `"$DIR/"*` is `/*` then."""

from __future__ import annotations

from tree_sitter import Node

from include.script_review.bash.script import Script
from include.script_review.bash.word import Expansion, Word, expansion
from include.script_review.lists import names

# Never empty in a script that runs at all.
_ALWAYS = names("HOME PWD OLDPWD UID EUID PPID HOSTNAME BASH BASH_SOURCE SHLVL RANDOM SECONDS LINENO 0 $ # ? ! BASHPID")
_SOMETHING = "\1"  # stands for text that is there but not known


def least(script: Script, word: Word, at: int, depth: int = 0) -> str:
    """The shortest that the word can be, as far as the script says, with `\\1` for what is there but not known."""
    return "".join(piece if isinstance(piece, str) else _least_of(script, piece, at, depth) for piece in word.pieces)


def _least_of(script: Script, node: Node, at: int, depth: int) -> str:
    if node.type not in ("simple_expansion", "expansion"):
        return _SOMETHING  # a substitution that failed has an error of its own
    used = expansion(node)
    if used.required or used.name in _ALWAYS or (used.default or "").strip("\"'"):
        return _SOMETHING
    if used.default is None and _guarded(script, used.name, at):
        return _SOMETHING
    return _assigned(script, used, depth)


def _guarded(script: Script, name: str, at: int) -> bool:
    """Is it looked at in a condition, demanded with `:?`, or does the shell stop on what is not set?"""
    if script.options.on("u", at) or name in script.guarded:
        return True
    return (name in ("@", "*") or name.isdigit()) and "$#" in script.tested


def _assigned(script: Script, used: Expansion, depth: int) -> str:
    """The shortest of the values it is given; nothing where it is given none."""
    given = script.assignments.get(used.name, [])
    owner = script
    while not given and owner.parent is not None:
        owner = owner.parent
        given = owner.assignments.get(used.name, [])
    if not given or depth > 3:
        return "" if depth <= 3 else _SOMETHING
    values = [_value(owner, value, offset, depth) for offset, value in given]
    # An empty start that is filled later says nothing about the value here.
    filled = [value for value in values if value] or [""]
    return min(filled, key=len)


def _value(script: Script, value: Word | None, at: int, depth: int) -> str:
    return "" if value is None else least(script, value, at, depth + 1)
