from __future__ import annotations

import math

import pytest

from lab.alerting.history import History, Poll
from lab.alerting.rules import RULES, quantile
from lab.alerting.scrape import Sample, parse
from lab.alerting.tracker import Alert, Tracker

CHECKS = {rule.alertname: rule.check for rule in RULES}


def history(*scrapes: str, down: str = "") -> History:
    """One scrape a second."""
    made = History()
    for at, text in enumerate(scrapes):
        made.add(Poll(float(at), samples=tuple(parse(text))))
    if down:
        made.add(Poll(float(len(scrapes)), down=down))
    return made


def requests(ok: int, failed: int) -> str:
    return f'http_requests_total{{code="200"}} {ok}\nhttp_requests_total{{code="502"}} {failed}\n'


@pytest.mark.parametrize(
    ("scrapes", "fires"),
    [
        ((requests(100, 50), requests(110, 50)), False),  # old failures say nothing about now
        ((requests(100, 0), requests(100, 10)), True),
        ((requests(100, 0), requests(103, 1)), False),  # exactly at the limit
        ((requests(0, 0), requests(0, 2)), False),  # too few to judge
        ((requests(900, 50), requests(0, 5)), True),  # a restart: counters begin again
        ((requests(900, 50), requests(9, 0)), False),
        (("", requests(0, 5)), False),  # the first sight of a counter is no increase
        (("up 1", "up 1"), False),
    ],
)
def test_error_ratio(scrapes: tuple[str, ...], fires: bool) -> None:
    assert bool(CHECKS["HighErrorRate"](history(*scrapes))) is fires


def test_target_that_is_gone_is_judged_down_and_by_nothing_else() -> None:
    gone = history(requests(100, 0), requests(100, 10), down="connection refused")
    assert [name for name, check in CHECKS.items() if check(gone)] == ["ServiceDown"]


def test_saturation_by_use_and_by_time_outs() -> None:
    idle, full = "db_pool_size 4\ndb_pool_in_use 1\n", "db_pool_size 4\ndb_pool_in_use 4\n"
    assert not CHECKS["DatabasePoolSaturated"](history(idle, idle))
    assert "4 of 4" in CHECKS["DatabasePoolSaturated"](history(idle, full))
    missed = [f"{idle}db_pool_timeouts_total {count}\n" for count in (7, 9)]
    assert "2 time-outs" in CHECKS["DatabasePoolSaturated"](history(*missed))
    assert not CHECKS["DatabasePoolSaturated"](history("db_pool_size 0\ndb_pool_in_use 0\n"))


def test_quantile_interpolates_as_promql() -> None:
    buckets = {"0.1": 50.0, "0.5": 90.0, "1": 100.0, "+Inf": 100.0}
    assert quantile(0.95, buckets) == pytest.approx(0.75)
    assert quantile(0.25, buckets) == pytest.approx(0.05)
    assert quantile(0.95, {"1": 1.0, "+Inf": 100.0}) == 1.0  # beyond the last bound nothing is known
    assert math.isnan(quantile(0.95, {}))
    assert math.isnan(quantile(0.95, {"1": 0.0, "+Inf": 0.0}))


def states(tracker: Tracker, *conditions: tuple[float, str]) -> list[str]:
    def name(alert: Alert | None) -> str:
        return "-" if alert is None else "firing" if alert.ends_at is None else "resolved"

    return [name(tracker.update(text, now=now, wall=1000 + now)) for now, text in conditions]


def test_alert_waits_holds_through_a_gap_and_resolves_once() -> None:
    tracker = Tracker(RULES[0], "s", {"alertname": "A"}, "http://x")
    seen = states(tracker, (0, "x"), (2, "x"), (3, "x"), (4, ""), (5, "x"), (6, ""), (7.9, ""), (8, ""), (9, ""))
    assert seen == ["-", "-", "firing", "firing", "firing", "firing", "firing", "resolved", "-"]


def test_short_blip_never_fires() -> None:
    tracker = Tracker(RULES[0], "s", {"alertname": "A"}, "http://x")
    assert states(tracker, (0, "x"), (2, ""), (3, "x"), (5, "x"), (5.9, "")) == ["-"] * 5


def test_sample_labels_are_unescaped() -> None:
    (sample,) = parse('# HELP m x\n# TYPE m counter\nm{a="1,2}",b="q\\"\\\\\\n"} 1.5e3 1700000000000\n\n')
    assert sample == Sample("m", {"a": "1,2}", "b": 'q"\\\n'}, 1500.0)


@pytest.mark.parametrize("garbage", ["m", "m x", "m{a} 1", 'm{a="1" 1', "1m 2", "<html>", 'm{a="1";b="2"} 1', "m 1 2 3", "\x00"])
def test_garbage_exposition_is_refused(garbage: str) -> None:
    with pytest.raises(ValueError, match=r"not a|could not convert"):
        parse(garbage)
