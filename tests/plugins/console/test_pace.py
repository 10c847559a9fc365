"""When posts count as pouring in."""

from __future__ import annotations

import pytest

from plugins.console import pace as module
from plugins.console.pace import POSTS, Pace


def test_a_storm_pours_until_it_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    pace = Pace()
    assert not pace.pouring()
    pace.came(POSTS - 1)
    assert not pace.pouring()
    pace.came(1)
    assert pace.pouring()
    clock[0] += 2.1
    assert not pace.pouring()


def test_posts_now_and_then_do_not_pour(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    pace = Pace()
    for _ in range(500):
        pace.came(1)
        clock[0] += 0.1
        assert not pace.pouring()
