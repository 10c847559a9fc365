"""Text is made comparable without losing what is quoted exactly."""

from __future__ import annotations

import pytest

from include.changes.fold import MAX_SENTENCE, fold, label, plain, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and `a*b_c`", "bold and `a*b_c`"),
        ("*emphasis* stays", "emphasis stays"),
        ("a * b", "a * b"),
        ("`__init__` and __strong__", "`__init__` and strong"),
    ],
)
def test_marks_go_and_code_stays(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_fold() -> None:
    assert fold("Rückfallplan – „Ja“") == 'ruckfallplan - "ja"'


@pytest.mark.parametrize(
    "text",
    ["Back-out plan", "back_out plan", "## 5.2 Back-Out Plan:", "b) BACK OUT PLAN", "4. **Back-out plan**", "Back‑out plan"],
)
def test_one_label_in_many_spellings(text: str) -> None:
    assert label(text) == "back out plan"


def test_sentences() -> None:
    assert list(sentences("Stop it. Then start it.\n- one\n- two")) == ["Stop it.", "Then start it.", "- one", "- two"]
    assert list(sentences("Redeploy 1.4.2 on e.g. pay-a")) == ["Redeploy 1.4.2 on e.g. pay-a"]
    assert max(map(len, sentences("x " * 5_000))) == MAX_SENTENCE
