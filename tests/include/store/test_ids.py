from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest

from include.store.ids import new_id


def test_an_id_is_of_the_documented_form_and_fits_an_airflow_run_id() -> None:
    assert re.fullmatch(r"inc_[0-9a-hjkmnp-tv-z]{26}", new_id("inc"))
    assert re.fullmatch(r"[A-Za-z0-9_.~:+-]+", new_id("inc"))


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = []
    for _ in range(20):
        made.append(new_id("x"))
        time.sleep(0.002)
    assert made == sorted(made)


def test_ids_do_not_repeat() -> None:
    assert len({new_id("x") for _ in range(20_000)}) == 20_000


def test_ids_of_one_millisecond_sort_in_the_order_in_which_they_were_made_and_cannot_be_guessed() -> None:
    made = [new_id("x") for _ in range(20_000)]
    assert made == sorted(made)
    together = [pair for pair in pairwise(made) if pair[0][:12] == pair[1][:12]]
    assert together, "there were two in one millisecond"
    assert len({after[-8:] for _, after in together}) == len(together)


def test_a_clock_that_is_set_back_breaks_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id("x")
    monkeypatch.setattr("include.store.ids.time.time_ns", lambda: 0)
    assert new_id("x") > before
