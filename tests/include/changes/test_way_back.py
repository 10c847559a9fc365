"""What a sentence says about the way back. Most is shown by `test_phrasing.py` and `test_phrases.py`."""

from __future__ import annotations

import pytest

from include.changes import blank, way_back


def test_a_language_that_is_not_known_gets_the_benefit_of_the_doubt() -> None:
    polish = "Przywrócić poprzednią bazę danych serwera głównego oraz uruchomić ponownie wszystkie usługi magazynu"
    assert not blank.known_language(polish)
    assert way_back.gives_way_back(polish)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[21:11] dele: set it back", "set it back"),
        ("21:11 @dele: set it back", "set it back"),
        ("10:01 Ann Lee: set it back", "set it back"),
        ("set it back at 21:11", "set it back at 21:11"),
        ("http://host: x", "http://host: x"),
    ],
)
def test_the_speaker_of_a_chat_is_not_part_of_what_is_said(line: str, said: str) -> None:
    assert way_back.spoken(line) == said


@pytest.mark.parametrize(
    "sentence", ["Shall we restore db-1?", "bob decides whether we restore db-1", "ask bob", "it will not break"]
)
def test_what_is_no_answer_to_the_question(sentence: str) -> None:
    assert not way_back.answers_way_back(sentence)
