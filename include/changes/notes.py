"""Technical notes as blocks: what stands in a document, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "field", "item", "row", "paragraph", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document.

    `key` is a field's name, `level` a heading's depth (1 is the title), `cells` and `columns` a table row's texts and the header
    above them. `text` is what a person reads, with code marks and without emphasis.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    key: str = ""
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks below it up to the next heading of any depth. `path` holds the headings from the title down."""

    heading: str
    level: int
    line: int
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """A document that was read; `form` says as what."""

    form: Literal["markdown", "wiki", "html", "json"]
    blocks: tuple[Block, ...]
    lines: int

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(_sections(self.blocks))

    @property
    def title(self) -> str:
        """The first heading; the first text where there is none."""
        headings = (block.text for block in self.blocks if block.kind == "heading")
        return next(headings, "") or next((block.text for block in self.blocks if block.text), "")


def _sections(blocks: tuple[Block, ...]) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    head, body = Block("heading", "", 1), []
    for block in blocks:
        if block.kind != "heading":
            body.append(block)
            continue
        if head.text or body:
            yield Section(head.text, head.level, head.line, tuple(name for _, name in path), tuple(body))
        path = [*(above for above in path if above[0] < block.level), (block.level, block.text)]
        head, body = block, []
    if head.text or body:
        yield Section(head.text, head.level, head.line, tuple(name for _, name in path), tuple(body))
