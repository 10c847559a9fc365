"""Medians and percentiles of what is kept as counted values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from include.store.tallies import Key


def seconds_in(found: Mapping[Key, int], *kinds: str) -> list[tuple[int, int]]:
    """(seconds, how often), of counts under these kinds whose detail is a number of seconds."""
    return [(int(key.detail), count) for key, count in found.items() if key.kind in kinds and key.detail.isdecimal()]


def percentile(values: Iterable[tuple[int, int]], percent: int) -> int | None:
    """The smallest value that is not below so many percent of them (nearest rank); None where there is none."""
    ordered = sorted((value, count) for value, count in values if count > 0)
    total = sum(count for _, count in ordered)
    rank, reached = max(1, -(-total * percent // 100)), 0
    for value, count in ordered:
        reached += count
        if reached >= rank:
            return value
    return None
