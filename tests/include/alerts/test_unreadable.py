from __future__ import annotations

import pickle

import pytest

from include.alerts.unreadable import Reason, Unreadable
from include.contracts.errors import BadInput


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_to_do_next(reason: Reason) -> None:
    error = Unreadable("Something.", reason=reason)
    assert isinstance(error, BadInput)
    assert error.exit_status == 2
    assert error.next_step == reason.next_step
    assert error.diagnostics() == {
        "code": "bad_input",
        "message": "Something.",
        "next_step": reason.next_step,
        "reason": reason.value,
    }


def test_it_survives_pickling_with_its_reason() -> None:
    copy = pickle.loads(pickle.dumps(Unreadable("Something.", reason=Reason.CLOCK)))
    assert (copy.message, copy.reason, copy.next_step) == ("Something.", Reason.CLOCK, Reason.CLOCK.next_step)


def test_within_names_the_part_and_keeps_the_reason() -> None:
    inner = Unreadable("it is wrong.", reason=Reason.TIME).within("Alert 3 of 7")
    assert inner.message == "Alert 3 of 7: it is wrong."
    assert inner.reason is Reason.TIME
