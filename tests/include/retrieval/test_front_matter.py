from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.errors import ConfigError
from include.retrieval.front_matter import MAX_FILE_BYTES, read_runbook

Page = Callable[..., str]


def _refusal(data: bytes | str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_runbook(data.encode() if isinstance(data, str) else data, "x.md")
    assert "x.md" in str(caught.value)
    return caught.value.message


def test_splits_front_matter_and_body(page: Page) -> None:
    meta, body = read_runbook(page("a", "## One\n\ntext\n---\nbelow a rule\n").encode(), "a.md")
    assert (meta.name, meta.owner, meta.approved.by) == ("a", "maya", "tomas")
    assert body == "## One\n\ntext\n---\nbelow a rule\n"


def test_windows_line_ends_and_a_byte_order_mark_are_read(page: Page) -> None:
    data = b"\xef\xbb\xbf" + page("a", "one\ntwo").replace("\n", "\r\n").encode()
    assert read_runbook(data, "a.md")[1] == "one\ntwo"


@pytest.mark.parametrize("field", ["name", "title", "owner", "services", "reviewed", "review_interval_days", "classification"])
def test_h13_a_missing_field_is_named(page: Page, field: str) -> None:
    meta, _, _ = page("a").removeprefix("---\n").partition("---\n")
    kept = {key: value for key, value in yaml.safe_load(meta).items() if key != field}
    assert f"{field}: Field required" in _refusal(f"---\n{yaml.safe_dump(kept)}---\nbody")


def test_every_wrong_field_is_named_at_once(page: Page) -> None:
    message = _refusal(page("Not A Slug", review_interval_days="soon", services=[], surplus=1))
    for field in ("name", "review_interval_days", "services", "surplus"):
        assert f"{field}: " in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "first line"),
        ("# A page without front matter\n", "first line"),
        (" ---\nname: a\n---\n", "first line"),
        ("---\nname: a\n", "no second"),
        ("---\n---\nbody", "not a mapping"),
        ("---\n- a\n- b\n---\nbody", "not a mapping"),
        ("---\nplain words\n---\nbody", "not a mapping"),
        ("---\nname: a\n\ttitle: b\n---\nbody", "tab"),  # as libyaml says it
        ("---\nname: a\nname: b\n---\nbody", "'name' stands there twice"),
        ("---\nname: &x a\ntitle: *x\n---\nbody", "aliases"),
        ("---\nname: !!python/object:os.system a\n---\nbody", "x.md"),
        ("---\nname: [unclosed\n---\nbody", "x.md"),
        ("---\nname: .nan\n---\nbody", "front matter"),
        ("---\n? [a, b]\n: c\n---\nbody", "x.md"),
        ("---\n1: 2\n---\nbody", "1: "),
        ("---\nname: a\x00b\n---\nbody", "U+0000"),
        ("---\nname: a\n---\nsay \u202eecalper\u202c it", "U+202E"),
        ("---\nname: a\n---\nzero\u200bwidth", "U+200B"),
        ("---\nname: a\n---\ncafe\u0301", "normal form C"),
        ("---\nname: a\n---\nlone\rreturn", "U+000D"),
    ],
)
def test_garbage_is_refused_with_a_reason(text: str, says: str) -> None:
    assert says in _refusal(text)


def test_what_is_not_utf_8_is_refused() -> None:
    assert "UTF-8" in _refusal("---\nname: ü\n---\n".encode("latin-1"))
    assert "UTF-8" in _refusal("---\nname: a\n---\n".encode("utf-16"))
    assert "UTF-8" in _refusal(random.Random(1).randbytes(4_000))


def test_a_huge_file_is_refused(page: Page) -> None:
    assert "more than" in _refusal(page("a", "x" * MAX_FILE_BYTES))


def test_deeply_nested_front_matter_is_refused() -> None:
    _refusal("---\nname: " + "[" * 5_000 + "]" * 5_000 + "\n---\nbody")
    _refusal("---\nname: " + "{a: " * 30 + "}" * 30 + "\n---\nbody")


@given(st.binary(max_size=400))
def test_any_bytes_load_or_are_refused_and_nothing_else(data: bytes) -> None:
    for attempt in (data, b"---\n" + data + b"\n---\nbody", b"---\nname: " + data + b"\n---\n"):
        with contextlib.suppress(ConfigError):
            read_runbook(attempt, "x.md")
