"""A Dockerfile as the rules see it: its instructions, and all that its RUN lines do as one shell script of the same length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import re2

from include.script_review.bash.script import Script
from include.script_review.source import Source

_HERE = re2.compile(rb"(?:^|\s)<<-?[\"']?([A-Za-z_]\w*)")  # RUN <<EOF
_BLANK = bytes(byte if byte == 0x0A else 0x20 for byte in range(256))
_MOST = 20_000  # instructions; nobody writes more


@dataclass(frozen=True, slots=True)
class Instruction:
    """`word` is in capitals; `start` to `end` are its bytes, `at` where what stands behind the word begins."""

    word: str
    text: str
    start: int
    at: int
    end: int


class Dockerfile:
    """`data`: the file in UTF-8."""

    def __init__(self, data: bytes, path: str = ""):
        self.data, self.path = data, path

    @classmethod
    def of(cls, source: Source) -> Dockerfile:
        """Of a file."""
        return cls(source.data, source.path)

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """In the order of the text, continued lines joined; comments are none."""
        found: list[Instruction] = []
        start: int | None = None
        offset, marker = 0, b""
        for line in self.data.splitlines(keepends=True):
            bare = line.strip()
            comment = bare.startswith(b"#") or not bare
            if start is None and not comment:
                start = offset
            offset += len(line)
            opens = _HERE.search(bare) if not marker and not comment else None
            marker = opens[1] if opens else b"" if bare == marker else marker
            if start is not None and not comment and not marker and not bare.endswith(self._continues):
                found.append(self._instruction(start, offset))
                start = None
            if len(found) >= _MOST:
                break
        if start is not None and len(found) < _MOST:
            found.append(self._instruction(start, offset))
        return tuple(found)

    @cached_property
    def _continues(self) -> bytes:
        head = self.data[:500].lower().replace(b" ", b"")
        return b"`" if b"#escape=`" in head else b"\\"

    def _instruction(self, start: int, end: int) -> Instruction:
        raw = self.data[start:end].rstrip()
        lead = len(raw) - len(raw.lstrip())
        word = raw.split(None, 1)[0]
        at = lead + len(word)
        text = raw[at:].decode("utf-8", "replace").strip()
        return Instruction(word.decode("utf-8", "replace").upper(), text, start + lead, start + at, start + len(raw))

    def of_word(self, *words: str) -> list[Instruction]:
        """The instructions that begin with one of these."""
        return [one for one in self.instructions if one.word in words]

    @cached_property
    def shell(self) -> Script:
        """What RUN runs; everything else is blank, so that each byte stands where it does in the file."""
        blank = bytearray(self.data.translate(_BLANK))
        for one in self.of_word("RUN"):
            at = self._behind_flags(one)
            if self.data[at : at + 2] == b"<<":
                first, last = self.data.find(b"\n", at, one.end), self.data.rfind(b"\n", at, one.end)
                blank[first:last] = self.data[first:last]
            elif self.data[at : at + 1] != b"[":
                blank[at : one.end] = self._uncommented(at, one.end)
        return Script(bytes(blank), self.path)

    def _behind_flags(self, one: Instruction) -> int:
        """Behind `--mount=...` and the like."""
        at = one.at
        while True:
            while at < one.end and self.data[at : at + 1] in (b" ", b"\t", b"\\", b"\n", b"\r"):
                at += 1
            if self.data[at : at + 2] != b"--":
                return at
            while at < one.end and self.data[at : at + 1] not in (b" ", b"\t", b"\n"):
                at += 1

    def _uncommented(self, start: int, end: int) -> bytes:
        """Comment lines in the middle of an instruction are left out by Docker before the shell sees it."""
        lines = self.data[start:end].split(b"\n")
        return b"\n".join(_blank_comment(line) if number else line for number, line in enumerate(lines))


def _blank_comment(line: bytes) -> bytes:
    return b" " * (len(line) - 1) + b"\\" if line.lstrip().startswith(b"#") and line else line
