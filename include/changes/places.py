"""Where a document speaks of what: its places (headings, fields, columns, rows) and the text that stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from include.changes.labels import topics
from include.changes.lines import BOX
from include.changes.notes import Block, Notes

# What stands deeper inside such a section still belongs to it.
_HELD = frozenset({"rollback", "validation"})
NO_TOPICS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text and the topics of the places that it stands in. `field` is the name of the field it is the value of."""

    text: str
    line: int
    topics: frozenset[str]
    kind: str
    field: str = ""
    ordered: bool = False
    block: Block | None = None


@dataclass(slots=True)
class Place:
    """A heading, field, column or row label that speaks of some topics, and what stands there."""

    name: str
    line: int
    topics: frozenset[str]
    kind: str
    texts: list[Passage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """All places and all passages of a document, in order."""

    places: tuple[Place, ...]
    passages: tuple[Passage, ...]

    def of(self, topic: str) -> list[Place]:
        return [place for place in self.places if topic in place.topics]


def lay_out(notes: Notes) -> Layout:
    walker = _Walker()
    for block in notes.blocks:
        walker.take(block)
    return Layout(tuple(walker.places), tuple(walker.passages))


class _Walker:
    def __init__(self) -> None:
        self.places: list[Place] = []
        self.passages: list[Passage] = []
        self._headings: list[tuple[int, Place]] = []
        self._field: Place | None = None
        self._lists_only = False  # the open field has a value already: only a list or code continues it
        self._columns: tuple[tuple[str, ...], tuple[Place | None, ...]] = ((), ())
        self._first = True

    def take(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif block.kind == "field":
            self._take_field(block)
        elif block.kind == "row":
            self._row(block)
        else:
            if self._field is not None and self._lists_only and block.kind == "paragraph":
                self._field = None
            self._add(block.text, block.line, block.kind, self._here(), block=block)

    def _here(self) -> list[Place]:
        """The places that text now belongs to: the open field, or the heading with those above it that share a topic."""
        if self._field is not None:
            return [self._field, *self._around(self._field)]
        return self._section()

    def _section(self) -> list[Place]:
        chain = [place for _, place in self._headings]
        return [place for place in reversed(chain) if place is chain[-1] or place.topics & chain[-1].topics]

    def _around(self, field_: Place) -> list[Place]:
        """In a section about the way back, its fields are part of it, whatever they are called."""
        return self._section() if self._held() and not field_.topics & _HELD else []

    def _held(self) -> frozenset[str]:
        return self._headings[-1][1].topics & _HELD if self._headings else NO_TOPICS

    def _heading(self, block: Block) -> None:
        self._field, self._columns = None, ((), ())
        while self._headings and self._headings[-1][0] >= block.level:
            self._headings.pop()
        own = topics(block.text, exact=self._first and block.level == 1)
        above = self._headings[-1][1].topics if self._headings else NO_TOPICS
        inherited = above if not own else above & _HELD
        if "rollback" in above:
            own -= {"validation", "test_plan"}  # how the way back is checked
        place = Place(block.text, block.line, own | inherited, "heading")
        if not self._first or own:
            self._headings.append((block.level, place))
        self._first = False
        # A sub-heading that adds no topic of its own is content of the place above, not a place.
        self.places.append(place if own else Place(block.text, block.line, NO_TOPICS, "heading"))

    def _take_field(self, block: Block) -> None:
        self._first = False
        own = topics(block.key)
        if not own:
            if self._field is not None and self._lists_only:
                self._field = None
            text = f"{block.key}: {block.text}" if block.text else block.key
            self._add(text, block.line, "field", self._here(), block=block)
            return
        held = self._held()
        if "rollback" in held:
            own -= {"validation", "test_plan"}
        place = Place(block.key, block.line, own, "field")
        self.places.append(place)
        # Of a checklist's box the next box is not the text.
        self._field = place if block.text != BOX else None
        self._lists_only = bool(block.text) and not block.text.endswith(":")
        if block.text:
            where = self._here() if self._field is not None else [place]
            self._add(block.text, block.line, "field", where, field_=block.key, block=block)

    def _row(self, block: Block) -> None:
        if self._field is not None and self._lists_only:
            self._field = None
        if block.columns != self._columns[0]:
            self._columns = (block.columns, tuple(self._column(name, block.line) for name in block.columns))
        here = self._here()
        text = " | ".join(
            cell for cell, of in zip(block.cells, self._padded(len(block.cells)), strict=False) if of is None and cell
        )
        self._add(text or block.text, block.line, "row", here, block=block)
        for cell, of in zip(block.cells, self._columns[1], strict=False):
            if of is not None:
                self._add(cell, block.line, "cell", [of], block=block)
        name = block.cells[0] if block.cells else ""
        own = topics(name) & _HELD if 1 < len(block.cells) <= 3 and len(name) < 80 else NO_TOPICS
        if own:
            place = Place(name, block.line, own, "row")
            self.places.append(place)
            self._add(" ".join(block.cells[1:]).strip(), block.line, "field", [place], field_=name, block=block)

    def _padded(self, count: int) -> Iterable[Place | None]:
        return [*self._columns[1], *[None] * count][:count]

    def _column(self, name: str, line: int) -> Place | None:
        own = topics(name) & {"rollback", "validation", "expected"}
        if not own:
            return None
        self.places.append(Place(name, line, own, "column"))
        return self.places[-1]

    def _add(self, text: str, line: int, kind: str, where: list[Place], *, field_: str = "", block: Block) -> None:
        of = frozenset().union(*(place.topics for place in where)) if where else NO_TOPICS
        passage = Passage(text, line, of, kind, field_, block.ordered, block)
        self.passages.append(passage)
        for place in where:
            place.texts.append(passage)


def prose(layout: Layout, without: frozenset[str]) -> Iterator[Passage]:
    """Passages that stand in none of these topics."""
    return (passage for passage in layout.passages if passage.text and not passage.topics & without)
