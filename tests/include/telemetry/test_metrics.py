from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from include.contracts.hold import HoldState
from include.telemetry.metrics import KINDS, METRICS, Kind, Metric, render

REPOSITORY = Path(__file__).parents[3]
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def samples(value: float = 3) -> dict[str, dict[tuple[str, ...], float]]:
    return {metric.name: {tuple("a" for _ in metric.labels): value} for metric in METRICS}


@pytest.mark.parametrize(("accept", "parse"), [("", prometheus), ("text/plain", prometheus), (OPENMETRICS, openmetrics)])
def test_every_metric_is_there_under_its_name(accept: str, parse: object) -> None:
    text, content_type = render(samples(), accept)
    assert content_type.startswith("application/openmetrics-text" if accept == OPENMETRICS else "text/plain")
    found = {sample.name: sample for family in parse(text.decode()) for sample in family.samples}  # type: ignore[operator]
    assert set(found) == {metric.name for metric in METRICS}
    for metric in METRICS:
        assert set(found[metric.name].labels) == set(metric.labels)
        assert found[metric.name].value == (1 if metric.kind is Kind.INFO else 3)


def test_what_is_not_known_is_left_out() -> None:
    text, _ = render({"holdpoint_store_up": {(): 0}, "holdpoint_holds": {}})
    assert text.decode().splitlines()[-1] == "holdpoint_store_up 0.0"
    assert b"holdpoint_holds" not in text


def test_names_are_as_the_conventions_want_them() -> None:
    for metric in METRICS:
        assert metric.name.startswith("holdpoint_")
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
        assert metric.name.endswith("_info") == (metric.kind is Kind.INFO)
    assert len({metric.name for metric in METRICS}) == len(METRICS)


@given(st.text(max_size=40))
def test_a_label_of_any_form_breaks_no_line(name: str) -> None:
    text, _ = render({"holdpoint_intake_alerts_total": {(name,): 1}})
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        return
    (family,) = prometheus(text.decode())
    assert [sample.labels["source"] for sample in family.samples] == [name]


def test_every_kind_that_is_counted_is_one_that_somebody_enters() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "include").rglob("*.py") if path.name != "metrics.py"
    )
    made = {f"hold.{state.value}" for state in HoldState} | {"delivery.retry", "delivery.failed", "delivery.gave_up"}
    assert [kind for kind in KINDS if f'"{kind}"' not in code and kind not in made] == []


def test_the_table_has_a_sentence_for_each() -> None:
    assert all(isinstance(metric, Metric) and metric.means for metric in METRICS)
