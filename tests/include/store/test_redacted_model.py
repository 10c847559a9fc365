"""An object keeps its contract when its secrets are taken out."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from include.contracts.base import Contract
from include.contracts.errors import BadInput
from include.store.redacted_model import redact_model
from include.store.redaction import redact_text, redact_value


class Row(Contract):
    text: Annotated[str, Field(max_length=30)]


class Rows(Contract):
    rows: tuple[Row, ...] = ()
    code: Annotated[str, Field(pattern="^[a-z=]*$")] = ""


def test_what_holds_no_secret_is_the_same_object() -> None:
    item = Rows(rows=(Row(text="x" * 30),))
    assert redact_model(item) is item


class Loose(Contract):
    text: str = ""
    values: Annotated[dict[str, Any], Field(default_factory=dict)]


@pytest.mark.parametrize(
    "item",
    [
        Loose(text="half a character: \ud800"),
        Loose(text="line\npassword=hunter2hunter2"),
        Loose(values={"api_key": "Zx9qL0vZx9qL0v"}),
        Loose(values={"name": "DB_PASSWORD", "value": "hunter2hunter2"}),
        Loose(values={"deep": [{"token": 4711}]}),
    ],
)
def test_h09_the_quick_look_misses_nothing(item: Loose) -> None:
    assert redact_model(item).to_json() == redact_value(item.to_json()) != item.to_json()


@pytest.mark.parametrize("secret", ["Zx9qL0v", "Z1"])
@pytest.mark.parametrize("before", range(17))
def test_h10_a_marker_longer_than_its_secret_does_not_cost_the_object(before: int, secret: str) -> None:
    item = Rows(rows=(Row(text="fine"), Row(text="x" * (23 - len(secret) - before) + " token=" + secret)))
    (_, row) = redact_model(item).rows
    assert secret not in row.text
    assert len(row.text) <= 30
    assert redact_text(row.text) == row.text  # or the store's door would refuse it


def test_h12_what_does_not_fit_is_refused_without_its_words() -> None:
    with pytest.raises(BadInput) as refused:
        redact_model(Rows(code="password=hunter"))
    assert "code" in str(refused.value)
    assert "hunter" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_h10_an_alert_with_a_secret_in_a_full_title_keeps_its_service(make_alert: Any) -> None:
    item = make_alert(title=("password=a1B2c3 " * 20)[:300].strip())
    clean = redact_model(item)
    assert clean.service == item.service
    assert "a1B2c3" not in clean.title
