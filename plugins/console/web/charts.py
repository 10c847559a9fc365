"""A chart as lengths and places, for the template that draws it as SVG: no script, no inline style, nothing fetched.

The table beside it says the same in words and numbers. Series differ by pattern as well as by colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from include.fleet.answer import Bar, Chart

WIDTH = 720
_LABEL = 230  # where bars begin
_VALUE = 60  # what stays free for a bar's number
_ROW, _BAR, _TOP = 28, 16, 6
_LABEL_CHARS = 34


@dataclass(frozen=True)
class Segment:
    """`series` counts from 0; it names the class and the pattern."""

    x: float
    width: float
    series: int


@dataclass(frozen=True)
class Row:
    label: str
    text_y: float
    bar_y: float
    segments: tuple[Segment, ...]
    value: int
    value_x: float


@dataclass(frozen=True)
class Drawn:
    """Everything that the template writes into the SVG."""

    title: str
    description: str
    width: int
    height: int
    label_x: int
    zero_x: int
    bar_height: int
    rows: tuple[Row, ...]
    series: tuple[str, ...]
    left_out: int


def draw(chart: Chart) -> Drawn:
    """The chart, from the longest bar."""
    most = max((bar.total for bar in chart.bars), default=0)
    scale = (WIDTH - _LABEL - _VALUE) / most if most else 0.0
    rows = tuple(_row(bar, number, scale) for number, bar in enumerate(chart.bars))
    height = 2 * _TOP + _ROW * len(rows)
    return Drawn(
        title=chart.title,
        description=_description(chart),
        width=WIDTH,
        height=height,
        label_x=_LABEL - 10,
        zero_x=_LABEL,
        bar_height=_BAR,
        rows=rows,
        series=chart.series,
        left_out=chart.left_out,
    )


def _row(bar: Bar, number: int, scale: float) -> Row:
    segments, x, top = [], float(_LABEL), _TOP + number * _ROW
    for series, value in enumerate(bar.values):
        if value:
            segments.append(Segment(round(x, 1), round(max(value * scale, 1.0), 1), series))
            x += value * scale
    label = bar.label if len(bar.label) <= _LABEL_CHARS else f"{bar.label[: _LABEL_CHARS - 1]}…"
    middle = top + _ROW / 2
    return Row(label, middle + 4.5, middle - _BAR / 2, tuple(segments), bar.total, round(x + 8, 1))


def _description(chart: Chart) -> str:
    """What somebody hears who does not see it: the largest bars; the table has all."""
    largest = sorted((bar for bar in chart.bars if bar.total), key=lambda bar: -bar.total)[:3]
    said = "; ".join(f"{bar.label} {bar.total}" for bar in largest)
    return f"{len(chart.bars)} bars of {', '.join(chart.series)}. Largest: {said}. The table below has all numbers."
