from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from include.telemetry.subject import place, place_of

REPOSITORY = Path(__file__).parents[3]


def test_two_processes_find_the_same_trace() -> None:
    code = "from include.telemetry.subject import place; print(*place('inc_1.b1'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert tuple(map(int, done.stdout.split())) == place("inc_1.b1")


def test_each_briefing_and_each_hold_has_a_trace_of_its_own() -> None:
    said = [{"incident": "inc_1", "briefing": 1}, {"incident": "inc_1", "briefing": 2}, {"incident": "inc_2", "briefing": 1}]
    found = [place_of(each) for each in (*said, {"hold": "hold_1"}, {"hold": "hold_1", "incident": "inc_1"})]
    assert len({each.trace_id for each in found if each}) == 4
    assert found[3] == found[4], "a hold's trace is the hold's, whatever incident it cites"
    assert place_of({"posts": 3}) is None


def test_ids_are_what_w3c_allows() -> None:
    for number in range(1000):
        found = place(f"inc_{number}.b1")
        assert 0 < found.trace_id < 2**128
        assert 0 < found.root_id < 2**64
