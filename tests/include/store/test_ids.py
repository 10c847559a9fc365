from __future__ import annotations

import re
import time

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
