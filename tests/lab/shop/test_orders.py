from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from lab.shop.orders import Journal, JournalBusy
from lab.shop.payments import Pool, PoolTimeout


def test_bulk_writing_really_writes_and_delays(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "orders.journal")
    assert journal.append({"n": 1}, timeout=1, bulk=0.0) < 0.3
    assert not (tmp_path / "bulk.tmp").exists()
    took = journal.append({"n": 2}, timeout=1, bulk=0.3)
    assert 0.3 <= took < 2
    assert 1 << 20 <= (tmp_path / "bulk.tmp").stat().st_size <= 8 << 20
    assert [json.loads(line)["n"] for line in journal.path.read_text(encoding="utf-8").splitlines()] == [1, 2]


def test_second_writer_is_refused_in_time_and_writes_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "orders.journal")
    slow = threading.Thread(target=journal.append, args=({"n": 1},), kwargs={"timeout": 1, "bulk": 0.5})
    slow.start()
    time.sleep(0.1)
    with pytest.raises(JournalBusy):
        journal.append({"n": 2}, timeout=0.1, bulk=0)
    slow.join()
    assert journal.append({"n": 3}, timeout=0.1, bulk=0) < 0.3
    assert [json.loads(line)["n"] for line in journal.path.read_text(encoding="utf-8").splitlines()] == [1, 3]


def test_pool_lends_no_more_than_it_has_and_takes_back() -> None:
    pool = Pool(1)
    with pool.connection(timeout=0.1):
        assert pool.in_use == 1
        with pytest.raises(PoolTimeout), pool.connection(timeout=0.05):
            pass
    with pytest.raises(ZeroDivisionError), pool.connection(timeout=0.05):
        _ = 1 / 0
    with pool.connection(timeout=0.05):
        assert pool.in_use == 1
    assert (pool.in_use, pool.recent_timeouts(5)) == (0, 1)
