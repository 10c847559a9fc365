"""Which changes have their reverse beside them: a module that enables and disables can go back, one that only removes cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from include.script_review.changing import Changing

_PAIRS = (
    ("add", "remove"),
    ("new", "remove"),
    ("enable", "disable"),
    ("start", "stop"),
    ("install", "uninstall"),
    ("register", "unregister"),
    ("mount", "dismount"),
    ("connect", "disconnect"),
    ("grant", "revoke"),
    ("lock", "unlock"),
    ("block", "unblock"),
    ("suspend", "resume"),
    ("checkpoint", "restore"),
    ("backup", "restore"),
    ("mask", "unmask"),
)
_REVERSES: dict[str, set[str]] = defaultdict(set)
for _one, _other in _PAIRS:
    _REVERSES[_one].add(_other)
    _REVERSES[_other].add(_one)


def without_reverse(changing: Iterable[Changing]) -> Iterator[tuple[Changing, tuple[str, ...]]]:
    """Each function with those of its commands whose reverse is called nowhere in its file; others are left out."""
    changing = tuple(changing)
    called: dict[str, set[str]] = defaultdict(set)
    for each in changing:
        called[each.path].update(command.lower() for command in each.commands)
    for each in changing:
        lone = tuple(name for name in dict.fromkeys(each.commands) if not reverses(name) & called[each.path])
        if lone:
            yield each, lone


def reverses(command: str) -> set[str]:
    """`remove-item` -> `add-item`, `new-item`; `systemctl stop` -> `systemctl start`. Lower case."""
    for mark in ("-", " "):
        head, found, tail = command.lower().partition(mark)
        verb, rest = (head, tail) if mark == "-" else (tail, head)
        if found and verb in _REVERSES:
            return {f"{other}-{rest}" if mark == "-" else f"{rest} {other}" for other in _REVERSES[verb]}
    return set()
