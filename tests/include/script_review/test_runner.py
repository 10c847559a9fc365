from __future__ import annotations

from typing import Any

import pytest

from include.script_review.runner import InOrder, InProcess, Outcome, Unit, answer
from tests.include.script_review import victims


def outcome(index: int) -> Outcome:
    return Outcome(index, (), None, None, 0.0)


def test_each_unit_has_its_outcome_and_progress_is_told() -> None:
    told: list[tuple[int, int | None]] = []
    units = [Unit({"a": b"12"}, {"x": [1]}), Unit({"b": b"", "c": b"3"})]
    found = list(InProcess(victims.measure).run(units, progress=lambda done, total: told.append((done, total))))
    assert [(one.index, one.paths, one.reason) for one in found] == [(0, ("a",), None), (1, ("b", "c"), None)]
    assert [one.result for one in found] == [
        {"sizes": {"a": 2}, "options": {"x": [1]}},
        {"sizes": {"b": 0, "c": 1}, "options": {}},
    ]
    assert told == [(1, 2), (2, 2)]


def test_a_total_that_the_units_do_not_tell_can_be_given() -> None:
    told: list[tuple[int, int | None]] = []
    for total in (None, 7):
        list(InProcess(victims.measure).run(iter([Unit({})]), total=total, progress=lambda *one: told.append(one)))
    assert told == [(1, None), (1, 7)]


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        ("fail", "the review failed: ValueError in tests.include.script_review.victims, line"),
        ("leave", "the review failed: SystemExit"),
        ("recurse", "the review failed: RecursionError"),
        ("strange", "the review failed: TypeError"),
        ("not_a_number", "the review failed: ValueError"),
    ],
)
def test_a_failure_is_a_reason_without_what_it_quotes(do: str, reason: str) -> None:
    one, after = InProcess(victims.act).run([Unit({}, {"do": do}), Unit({})])
    assert one.result is None
    assert str(one.reason).startswith(reason)
    assert "hunter2" not in str(one.reason)
    assert after.reason is None


def test_want_of_memory_is_a_reason() -> None:
    def hog(files: dict[str, bytes], options: dict[str, Any]) -> Any:
        raise MemoryError

    [one] = InProcess(hog).run([Unit({})])
    assert one.reason == "it needs more memory than there is"


def test_an_interrupt_goes_through() -> None:
    def interrupted(files: dict[str, bytes], options: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer(interrupted, {}, {})


def test_units_are_taken_as_outcomes_are() -> None:
    taken = []

    def units() -> Any:
        for number in range(5):
            taken.append(number)
            yield Unit({})

    running = InProcess(victims.measure).run(units())
    next(running)
    assert taken == [0]


def test_early_outcomes_wait_for_their_turn() -> None:
    order = InOrder()
    order.add(outcome(1), 5)
    assert list(order.ready()) == []
    order.add(outcome(0), 5)
    order.add(outcome(2), 5)
    assert [one.index for one in order.ready()] == [0, 1, 2]


def test_room_ends_with_the_number_and_with_the_bytes_that_wait() -> None:
    order = InOrder(most=2, most_bytes=10)
    order.add(outcome(1), 9)
    assert order.room
    order.add(outcome(2), 0)
    assert not order.room
    heavy = InOrder(most=20, most_bytes=10)
    heavy.add(outcome(1), 10)
    assert not heavy.room
    heavy.add(outcome(0), 10)
    list(heavy.ready())
    assert heavy.room
