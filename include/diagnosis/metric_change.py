"""The step in a metric's range: when it changed level, from what to what.

The change point is the split that leaves the least absolute deviation around the medians of its two sides; it counts where
these medians differ by far more than the values scatter around them (median absolute deviation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low

from include.contracts.diagnosis import Cause
from include.contracts.tools.query_metric_range import MetricRange, Point
from include.diagnosis.board import Analyser, Board
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_MIN_POINTS, _MIN_SIDE = 8, 3
_SIGMAS, _RELATIVE = 6.0, 0.25  # of the noise, and of the larger level
_MAD_TO_SIGMA = 1.4826  # for a normal distribution
_SCORE = 38
_MAX_A_METRIC, _MAX_SERIES = 3, 20
_MAX_POINTS = 300  # more are thinned out: the search takes the square of their number


@dataclass(frozen=True)
class Step:
    """Positions of points: where the new level begins, and the nearest point on each side that stands at its side's level."""

    at: int
    before: int
    after: int
    size: float


def observe(case: Case) -> list[Finding]:
    found = []
    for source in case.of_tool("query_metric_range", MetricRange):
        steps = []
        position = 0
        for number, series in enumerate(source.output.series[:_MAX_SERIES]):
            lines = source.lines[position : position + len(series.points)]
            position += len(series.points)
            step = change_point([value for point in series.points if (value := _value(point)) is not None])
            if step is not None and len(lines) == len(series.points):
                steps.append((step, number, _finite(series.points, lines)))
        steps.sort(key=lambda item: (-item[0].size, item[1]))
        found += [_finding(source.service, source.output.metric, *item) for item in steps[:_MAX_A_METRIC]]
    return found


def _value(point: Point) -> float | None:
    try:
        value = float(point.value)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _finite(points: Sequence[Point], lines: Sequence[Line]) -> list[tuple[Point, Line]]:
    return [(point, line) for point, line in zip(points, lines, strict=True) if _value(point) is not None]


def change_point(values: Sequence[float]) -> Step | None:
    """The largest lasting step, or None where there is none that stands out of the noise."""
    stride = max(1, math.ceil(len(values) / _MAX_POINTS))
    step = _change_point(values[::stride])
    return step and Step(step.at * stride, step.before * stride, step.after * stride, step.size)


def _change_point(values: Sequence[float]) -> Step | None:
    if len(values) < _MIN_POINTS:
        return None
    split = max(range(_MIN_SIDE, len(values) - _MIN_SIDE + 1), key=lambda at: (_contrast(values, at), -at))
    low, high = median(values[:split]), median(values[split:])
    noise = _MAD_TO_SIGMA * median([*(abs(v - low) for v in values[:split]), *(abs(v - high) for v in values[split:])])
    scale = max(abs(low), abs(high))
    sigmas = abs(high - low) / max(noise, 0.005 * scale) if scale else 0.0
    if sigmas < _SIGMAS or abs(high - low) < _RELATIVE * scale or not _lasting(values[split:], low, high):
        return None
    before = _at_level(values, range(split - 1, -1, -1), median_low(values[:split]))
    after = _at_level(values, range(split, len(values)), median_low(values[split:]))
    return Step(split, before, after, sigmas)


def _contrast(values: Sequence[float], at: int) -> float:
    """How much of the scatter a split explains: the total absolute deviation it saves."""
    left, right = values[:at], values[at:]
    low, high = median(left), median(right)
    return -(sum(abs(v - low) for v in left) + sum(abs(v - high) for v in right))


def _lasting(after: Sequence[float], low: float, high: float) -> bool:
    """Not a spike: most of what comes after it stays on the other side of the middle."""
    middle = (low + high) / 2
    return sum((value > middle) == (high > low) for value in after) >= 0.8 * len(after)


def _at_level(values: Sequence[float], positions: range, level: float) -> int:
    return next(at for at in positions if values[at] == level)


def _finding(service: str | None, metric: str, step: Step, number: int, points: list[tuple[Point, Line]]) -> Finding:
    (before, before_line), (after, after_line) = points[step.before], points[step.after]
    change, change_line = points[step.at]
    name = before_line.text.split(" ", 1)[1].rsplit(" ", 1)[0]
    statement = f"{name} went from {before.value} at {_time(before_line)} to {after.value} at {_time(after_line)}"
    cited = list(dict.fromkeys((before_line, change_line, after_line)))
    observation = quote(f"change:{service}:{metric}:{number}", cited, weight=62, statement=statement)
    return Finding(observation, Sign.CHANGE, service, at=change.at, details={"metric": metric, "time": _time(change_line)})


def _time(line: Line) -> str:
    return line.text.split(" ", 1)[0]


def explain(board: Board) -> Verdict:
    causes: list[Cause] = []
    for item in board.of_sign(Sign.CHANGE):
        origin = board.origin(item.service)
        if origin is None or any(cause.analyser == "metric_change" for cause in causes):
            continue
        logs = board.of_sign(Sign.LOG, item.service)
        causes.append(
            Cause(
                analyser="metric_change",
                statement=f"Load, data or a resource of {origin.service} changed: {item.details['metric']} stepped at "
                f"{item.details['time']}, and what changed it was not read",
                score=max(0, _SCORE - (8 if logs else 0) - board.discount(item.service)),
                supports=board.support(origin, item.key),
                refuted_by=f"Look at the same metric at the same hour of the days before: if {origin.service} steps like this "
                "without trouble, this is not it.",
            )
        )
    return Verdict(tuple(causes))


ANALYSER = Analyser("metric_change", observe, explain)
