from __future__ import annotations

import pytest

from include.script_review.limits import Limits, longest_line, nesting, text_only


def test_a_usual_script_is_parsed() -> None:
    assert text_only(b"function f { param($a)\n  if ($a) { g (1) }\n}\n", Limits()) is None


def test_an_empty_file_is_parsed() -> None:
    assert text_only(b"", Limits()) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\n" * 600, "larger than 1000 bytes"),
        (b"a\n" + b"b" * 101, "a line is longer than 100 bytes"),
        (b"{\n" * 11 + b"}\n" * 11, "brackets nested deeper than 10"),
        (b")" * 40 + b"([{" * 4, "brackets nested deeper than 10"),  # closing ones before do not pay for it
    ],
)
def test_what_is_beyond_a_bound_is_only_text(data: bytes, reason: str) -> None:
    assert reason in str(text_only(data, Limits(tree_bytes=1_000, line_bytes=100, depth=10)))


@pytest.mark.parametrize("data", [b"a\n" * 500, b"b" * 100 + b"\n" + b"b" * 100, b"(" * 10 + b")" * 10, b"()" * 40])
def test_what_is_at_a_bound_is_parsed(data: bytes) -> None:
    assert text_only(data, Limits(tree_bytes=1_000, line_bytes=100, depth=10)) is None


def test_ten_thousand_braces_and_one_line_of_ten_megabytes() -> None:
    assert nesting(b"{" * 10_000 + b"}" * 10_000) == 10_000
    assert longest_line(b"x" * 10_000_000 + b"\ny") == 10_000_000
    assert longest_line(b"") == 0


@pytest.mark.parametrize("name", Limits.__slots__)
def test_no_bound_is_off(name: str) -> None:
    with pytest.raises(ValueError, match="bound"):
        Limits(**{name: 0})


def test_no_variable_of_the_environment_changes_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Limits.__slots__:
        monkeypatch.setenv(f"HOLDPOINT_{name.upper()}", "1")
    assert Limits() == Limits(file_bytes=5_000_000, seconds=20.0)
