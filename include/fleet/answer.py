"""What a question about the fleet is answered with: one chart, tables, and the newest entries behind them.

The page, its JSON and the command line show the same `Answer`, made by one function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Cell = str | int | None
Shape = Literal["text", "number", "seconds", "share", "people", "record"]
"""How a cell is shown. `seconds` None: not known; `share` in percent; `people`: names with numbers; `record`: an id."""


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    shape: Shape = "text"


@dataclass(frozen=True)
class Table:
    """`rows` by the keys of `columns`. `empty` says in words that there is none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    empty: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One row of a chart: a value for each series."""

    label: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True)
class Chart:
    """Horizontal bars, each of one or more series that add up. `left_out`: bars beyond those shown; the table has them."""

    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Listed:
    """The newest entries behind the figures. `before`: what to ask for the older ones; None where there are none."""

    entries: tuple[Mapping[str, Any], ...] = ()
    before: int | None = None


@dataclass(frozen=True)
class Answer:
    """`remarks` are sentences about what stands out."""

    question: str
    asks: str
    since: str
    until: str
    reader: str
    chart: Chart
    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = ()
    listed: Listed | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


MAX_BARS = 12


def chart(title: str, series: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """A chart of the largest bars, largest first; those in the order given that are equal."""
    shown = sorted((bar for bar in bars if bar.total), key=lambda bar: -bar.total)
    return Chart(title, tuple(series), tuple(shown[:MAX_BARS]), max(0, len(shown) - MAX_BARS))
