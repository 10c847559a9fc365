from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.tools.get_metrics import Sample
from include.evidence.sources.exposition import RawSample, samples
from include.evidence.sources.limits import Unreadable


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("up 1", RawSample("up", {}, "1")),
        ("up\t1", RawSample("up", {}, "1")),
        ("a_ratio 0.30", RawSample("a_ratio", {}, "0.30")),
        ("big_total 12345678901234567890", RawSample("big_total", {}, "12345678901234567890")),
        ("small 1.0E-05", RawSample("small", {}, "1.0E-05")),
        ("bare .5", RawSample("bare", {}, ".5")),
        ("nothing NaN", RawSample("nothing", {}, "NaN")),
        ("much +Inf", RawSample("much", {}, "+Inf")),
        ("more +Infinity", RawSample("more", {}, "+Inf")),  # Go accepts it, the contract's notation is the usual one
        ('m{a="b"} 3', RawSample("m", {"a": "b"}, "3")),
        ('m{a="b",} 3 1395066363000', RawSample("m", {"a": "b"}, "3")),
        ('m {a="b"} 3', RawSample("m", {"a": "b"}, "3")),
        (r'm{a="C:\\dir\"x\" }{ 9\n"} 4', RawSample("m", {"a": 'C:\\dir"x" }{ 9\n'}, "4")),
        ('m_bucket{le="0.5"} 7 # {trace="a b}"} 0.4 1.5', RawSample("m_bucket", {"le": "0.5"}, "7")),  # OpenMetrics exemplar
        ("m_total 7 # {} 0.4", RawSample("m_total", {}, "7")),
        ('{"my.metric",a="b"} 5', RawSample("my.metric", {"a": "b"}, "5")),  # UTF-8 names, Prometheus 3
    ],
)
def test_samples_keep_their_value_as_written(line: str, expected: RawSample) -> None:
    assert list(samples(f"# HELP x y\n# TYPE x counter\n{line}\n")) == [expected]
    Sample(name=expected.name, labels=expected.labels, value=expected.value)


def test_open_metrics_ends_with_eof() -> None:
    assert len(list(samples("# TYPE a counter\na_total 1.0\n# EOF\n"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>503</body></html>",
        "<!DOCTYPE html>",
        "up",
        "up one",
        'up{a="b} 1',
        "up{a=b} 1",
        'up{a="b"}',
        "{} 1",
        "up 1_0",
        '{"error": "x"}',
        "\0",
        "a" * 100_000,
    ],
)
def test_what_is_no_exposition(text: str) -> None:
    with pytest.raises(Unreadable, match="text exposition format"):
        list(samples("ok 1\n" + text + "\n"))


@given(st.text(max_size=100))
def test_any_text_is_samples_that_the_contract_takes_or_unreadable(text: str) -> None:
    try:
        for sample in samples(text):
            float(sample.value)
    except Unreadable:
        return


@given(st.floats(), st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,4}", fullmatch=True), st.text(max_size=10), max_size=3))
def test_what_was_written_is_read(value: float, labels: dict[str, str]) -> None:
    escaped = ",".join(
        '{}="{}"'.format(k, v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for k, v in labels.items()
    )
    written = {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}.get(repr(value), repr(value))
    if any(ord(c) < 32 and c != "\n" for text in labels.values() for c in text) or any(
        c in "\x85\u2028\u2029" for t in labels.values() for c in t
    ):
        return  # the library splits lines at these, as Python does; a line with one is refused, not misread
    (found,) = samples(f"m{{{escaped}}} {written}\n")
    assert (found.labels, found.value) == (labels, written)


def test_a_hostile_line_takes_no_time() -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable):
        list(samples('m{a="' + '\\"' * 4_000_000 + '"} 1'))
    with pytest.raises(Unreadable):
        list(samples("m{a=" + '"' * 15_000 + "} 1"))
    assert time.monotonic() - began < 2
