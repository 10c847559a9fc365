"""What a script has switched on: `set -e`, `set -u`, `set -o pipefail`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.script_review.bash.script import Script

_LONG = {"errexit": "e", "nounset": "u", "xtrace": "x", "pipefail": "pipefail"}


@dataclass(frozen=True)
class Options:
    """`switches`: offset, option, on or off; in the order of the text."""

    switches: tuple[tuple[int, str, bool], ...]

    @classmethod
    def of(cls, script: Script) -> Options:
        """Of its first line and of each `set`."""
        found = [(0, letter, True) for letter in _first_line(script.data)]
        for command in script.calls("set"):
            words = list(command.literals)
            for at, text in enumerate(words):
                if text == "--":
                    break
                if text[:1] in ("-", "+"):
                    found += [(command.start, name, text[0] == "-") for name in _named(text, words[at + 1 : at + 2])]
        return cls(tuple(found))

    def on(self, name: str, offset: int) -> bool:
        """Is it on for a command at this place? As read from the top, which is how most scripts run."""
        state = False
        for at, switch, value in self.switches:
            if at > offset:
                break
            state = value if switch == name else state
        return state


def _named(text: str, following: list[str]) -> list[str]:
    names = [letter for letter in text[1:] if letter != "o"]
    if "o" in text[1:] and following and following[0] in _LONG:
        names.append(_LONG[following[0]])
    return names


def _first_line(data: bytes) -> str:
    line = data[:200].split(b"\n", 1)[0]
    words = line.decode("utf-8", "replace").split()
    return (
        "".join(word[1:] for word in words[1:] if word.startswith("-") and word[1:].isalpha()) if line.startswith(b"#!") else ""
    )
