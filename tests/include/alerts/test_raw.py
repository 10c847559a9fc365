from __future__ import annotations

from typing import Any

import pytest

from include.alerts.raw import MAX_ENTRIES, an_object, child, count, objects, read_each, required_text, text, texts
from include.alerts.unreadable import Reason, Unreadable


@pytest.mark.parametrize("value", [5, True, 1.5, [], {}])
def test_a_text_is_a_text(value: Any) -> None:
    with pytest.raises(Unreadable, match=r"payload\.title is (a|an|true)"):
        text({"title": value}, "title", "payload")


@pytest.mark.parametrize("source", [{}, {"title": None}, {"title": ""}])
def test_absent_null_and_empty_texts_are_none(source: dict[str, Any]) -> None:
    assert text(source, "title", "payload") is None
    with pytest.raises(Unreadable, match=r"payload\.title is missing") as caught:
        required_text(source, "title", "payload", Reason.IDENTITY)
    assert caught.value.reason is Reason.IDENTITY


def test_objects_and_lists_may_be_absent_but_not_something_else() -> None:
    assert child({}, "a", "p") == {}
    assert texts({"a": None}, "a", "p") == {}
    assert objects({}, "a", "p") == []
    for value in (5, "x", True, [], {"b": 1}):
        with pytest.raises(Unreadable):
            texts({"a": value}, "a", "p")
    with pytest.raises(Unreadable):
        objects({"a": {}}, "a", "p")
    with pytest.raises(Unreadable, match="null, not an object"):
        an_object(None, "it")


def test_an_object_of_texts_is_bounded() -> None:
    values = {str(number): "v" for number in range(MAX_ENTRIES)}
    assert texts({"a": values}, "a", "p") == values
    with pytest.raises(Unreadable, match="1000 entries"):
        texts({"a": {**values, "more": "v"}}, "a", "p")


@pytest.mark.parametrize("value", [-1, 1.0, True, "1", []])
def test_a_count_is_a_whole_number(value: Any) -> None:
    assert count({}, "n", "p") == 0
    assert count({"n": 3}, "n", "p") == 3
    with pytest.raises(Unreadable) as caught:
        count({"n": value}, "n", "p")
    assert caught.value.reason is Reason.NUMBER


def test_h10_reading_stops_at_the_first_unreadable_alert_and_returns_none_of_them() -> None:
    def read(item: Any) -> list[Any]:
        if item == "bad":
            raise Unreadable("it is bad.", reason=Reason.STATUS)
        return [item]

    assert read_each(["a", "b"], read, max_alerts=2) == ["a", "b"]
    with pytest.raises(Unreadable, match=r"^Alert 2 of 3: it is bad\. Next: ") as caught:
        read_each(["a", "bad", "b"], read, max_alerts=3)
    assert caught.value.reason is Reason.STATUS
