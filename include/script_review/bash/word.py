"""One word of a command: what it says, what of it is only known when it runs, and how it is quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

HOLE = "\0"  # stands in a shape where something is filled in when the script runs
_QUOTED = ("string", "raw_string", "ansi_c_string", "translated_string")
_FILLED = ("simple_expansion", "expansion", "arithmetic_expansion", "command_substitution", "process_substitution")
_PLAIN = frozenset(b"$`\"'\\<>")


@dataclass(frozen=True, eq=False)
class Expansion:
    """`$name` or `${name...}`; `rest` is what follows the name inside the braces: `:?not set`, `%/`."""

    node: Node
    name: str
    rest: str

    @property
    def required(self) -> bool:
        """Does the shell stop when it is empty: `${name:?}`?"""
        return self.rest.startswith((":?", "?"))

    @property
    def default(self) -> str | None:
        """What takes its place when it is empty: `${name:-default}`."""
        return self.rest[2:] if self.rest.startswith((":-", ":=")) else None


def expansion(node: Node) -> Expansion:
    """Of a `simple_expansion` or an `expansion`."""
    text = (node.text or b"").decode("utf-8", "replace").lstrip()
    if not text.startswith("${"):
        return Expansion(node, text[1:], "")
    inner = text[2:-1].lstrip("!#") or text[2:-1]
    end = next((at for at, char in enumerate(inner) if not (char.isalnum() or char == "_")), len(inner))
    return Expansion(node, inner[: max(end, 1)], inner[max(end, 1) :])


@dataclass(frozen=True, eq=False)
class Word:
    """A word of the tree; `text` is as written."""

    node: Node

    @cached_property
    def raw(self) -> bytes:
        """Its bytes."""
        return self.node.text or b""

    @cached_property
    def text(self) -> str:
        """As written."""
        return self.raw.decode("utf-8", "replace")

    @property
    def quoted(self) -> bool:
        """Is it, or its first part, in quotes?"""
        return self.text[:1] in ('"', "'") or self.text[:2] in ("$'", '$"')

    @cached_property
    def shape(self) -> str:
        """Without quotes, each expansion or substitution a HOLE."""
        return "".join(piece if isinstance(piece, str) else HOLE for piece in self.pieces)

    @cached_property
    def literal(self) -> str | None:
        """What it says where that can be told without running it."""
        return None if HOLE in self.shape else self.shape

    @cached_property
    def pieces(self) -> tuple[str | Node, ...]:
        """Text, and the nodes of what is filled in, in their order."""
        if not _PLAIN.intersection(self.raw):
            return (self.text,)
        return tuple(_pieces(self.node))

    @cached_property
    def expansions(self) -> tuple[Expansion, ...]:
        """The variables it uses itself; those inside a substitution are that one's."""
        nodes = [piece for piece in self.pieces if not isinstance(piece, str)]
        return tuple(expansion(node) for node in nodes if node.type in ("simple_expansion", "expansion"))

    @cached_property
    def substitutions(self) -> tuple[Node, ...]:
        """`$(...)`, backticks and `<(...)` in it."""
        nodes = [piece for piece in self.pieces if not isinstance(piece, str)]
        return tuple(node for node in nodes if node.type.endswith("substitution"))


def _pieces(node: Node) -> Iterator[str | Node]:
    kind, raw = node.type, node.text or b""
    if kind in _FILLED:
        yield node
    elif kind == "raw_string":
        yield raw[1:-1].decode("utf-8", "replace")
    elif kind == "ansi_c_string":
        yield raw[2:-1].decode("utf-8", "replace")
    elif kind in ("string", "translated_string", "concatenation", "command_name") or node.named_child_count:
        yield from _parts(node, raw)
    else:
        yield _unescaped(raw)


def _parts(node: Node, raw: bytes) -> Iterator[str | Node]:
    """The named children, and the text between them: the grammar leaves some blanks of strings out of its nodes."""
    quote = raw.index(b'"') + 1 if node.type in _QUOTED and b'"' in raw else 0
    base, at, end = node.start_byte, quote, len(raw) - (1 if quote and raw.endswith(b'"') else 0)
    for child in node.named_children:
        if child.type == "string_content":
            continue
        start = child.start_byte - base
        if start > at:
            yield _unescaped(raw[at:start])
        if child.type == "simple_expansion" and (text := child.text or b"")[:1].isspace():
            yield text[: len(text) - len(text.lstrip())].decode()  # the grammar counts blanks before it in
        yield from _pieces(child)
        at = child.end_byte - base
    if end > at:
        yield _unescaped(raw[at:end])


def _unescaped(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    kept, skip = [], False
    for char in text.replace("\\\n", ""):
        if char == "\\" and not skip:
            skip = True
            continue
        kept.append(char)
        skip = False
    return "".join(kept)
