"""The mapping machine, on a mapping of its own; the shipped ones are in test_shipped_mappings.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.alerts.mapped import STATUS_MISSING, STATUS_UNKNOWN, MappedReader
from include.alerts.mapping import compile_mapping
from include.alerts.raw import RawAlert
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus

FIELDS: dict[str, Any] = {
    "identity": "id",
    "status": {"from": "state", "firing": ["bad"], "resolved": ["good"], "no_alert": ["note"]},
    "title": "name",
}


def reading(payload: Any, *, top: dict[str, Any] | None = None, **fields: Any) -> list[RawAlert]:
    raw = {"name": "m", "title": "M", "documentation": "d", **(top or {}), "fields": {**FIELDS, **fields}}
    return MappedReader(compile_mapping(raw, Path("m.yaml")))(payload, max_alerts=3, max_depth=32)


def one(**payload: Any) -> RawAlert:
    fields = payload.pop("fields", {})
    (found,) = reading({"id": "1", "state": "bad", **payload}, **fields)
    return found


def refused(reason: Reason, payload: Any, **options: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        reading(payload, **options)
    assert caught.value.reason is reason
    return caught.value.message


@pytest.mark.parametrize(
    ("word", "status"), [("bad", AlertStatus.FIRING), (" BAD ", AlertStatus.FIRING), ("Good", AlertStatus.RESOLVED)]
)
def test_status_words(word: str, status: AlertStatus) -> None:
    assert one(state=word).status is status


def test_an_event_that_changes_nothing_is_no_alert() -> None:
    assert reading({"id": "1", "state": "Note"}) == []


def test_h10_an_unknown_or_missing_status_is_unreadable_unless_the_mapping_says_firing() -> None:
    refused(Reason.STATUS, {"id": "1", "state": "odd"})
    refused(Reason.STATUS, {"id": "1"})
    refused(Reason.STATUS, {"id": "1", "state": False})
    lenient = {"status": {**FIELDS["status"], "missing": "firing", "unknown": "firing"}}
    unknown = one(state="odd", fields=lenient)
    assert (unknown.notes, unknown.labels) == ([STATUS_UNKNOWN], {"status_as_sent": "odd"})
    assert one(state=None, fields=lenient).notes == [STATUS_MISSING]


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        ("a", ("mapping", "a")),
        (7, ("mapping", "7")),
        (["a", None, 7], ("mapping", "a", "", "7")),
        ([["a"][0], ""], ("mapping", "a", "")),
    ],
)
def test_identity(value: Any, identity: tuple[str, ...]) -> None:
    assert one(id=value).identity == identity


@pytest.mark.parametrize("value", [None, "", " ", [], [None, "a"], ["", "a"], False])
def test_a_missing_identity_is_unreadable(value: Any) -> None:
    refused(Reason.IDENTITY, {"id": value, "state": "bad"})


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], ["a", {}]])
def test_an_identity_of_another_type_is_unreadable(value: Any) -> None:
    refused(Reason.IDENTITY, {"id": value, "state": "bad"})


@pytest.mark.parametrize("field", ["title", "service", "environment", "description", "owner", "severity"])
@pytest.mark.parametrize("value", [["a"], {"a": 1}])
def test_a_text_of_another_type_is_unreadable_and_named(field: str, value: Any) -> None:
    assert field in refused(Reason.SHAPE, {"id": "1", "state": "bad", "x": value}, **{field: "x"})


def test_values_replace_whole_words_without_case() -> None:
    fields = {"environment": {"from": "e", "values": {"prd": "production"}}}
    assert one(e="PRD", fields=fields).environment == "production"
    assert one(e="prd-2", fields=fields).environment == "prd-2"


def test_false_counts_as_nothing_so_that_conditions_can_be_written() -> None:
    assert one(kind="a", who="b", fields={"service": "kind == 'x' && who"}).service is None
    assert one(kind="x", who="b", fields={"service": "kind == 'x' && who"}).service == "b"


def test_an_expression_that_does_not_fit_the_payload_is_unreadable() -> None:
    assert "service" in refused(Reason.SHAPE, {"id": "1", "state": "bad", "x": 5}, service="join(',', x)")
    assert "each" in refused(Reason.SHAPE, {"id": "1", "x": {}}, top={"each": "sort(x)"})


def test_labels_and_tags() -> None:
    found = one(
        l={"a": 1, "b": None, "c": True, "d": {"e": [1]}, "f": ["x", "y"]},
        t=["k:v", "k:w", "k:v", "flag", ["p", "q"], "url:http://x"],
        fields={"labels": "l", "tags": "t"},
    )
    assert found.labels == {
        "a": "1",
        "c": "true",
        "d": '{"e":[1]}',
        "f": "x, y",
        "k": "v, w",
        "flag": "",
        "p": "q",
        "url": "http://x",
    }
    assert one(t="env:lab, team:a ,,", fields={"tags": "t"}).labels == {"env": "lab", "team": "a"}


@pytest.mark.parametrize("tags", [5, {"a": 1}, [5], [["a"]], [[1, 2]], [None]])
def test_tags_of_another_type_are_unreadable(tags: Any) -> None:
    refused(Reason.SHAPE, {"id": "1", "state": "bad", "t": tags}, tags="t")


def test_labels_of_another_type_are_unreadable() -> None:
    refused(Reason.SHAPE, {"id": "1", "state": "bad", "l": ["a"]}, labels="l")


def test_links() -> None:
    assert one(a="http://x", b=None, fields={"links": "[a, b, c == 'x' && c]"}).links == ["http://x"]
    assert one(a="http://x", fields={"links": "a"}).links == ["http://x"]
    assert one(fields={"links": "a"}).links == []
    refused(Reason.SHAPE, {"id": "1", "state": "bad", "a": [5]}, links="a")


def test_times() -> None:
    fields = {"started_at": {"from": "t", "format": "epoch_ms"}}
    assert one(t=1793611800000, fields=fields).started_at is not None
    refused(Reason.TIME, {"id": "1", "state": "bad", "t": "2026-11-02T09:30:00"}, started_at="t")
    utc = {"started_at": {"from": "t", "without_zone": "utc"}}
    assert one(t="2026-11-02T09:30:00", fields=utc).started_at is not None


def test_each_reads_every_element_and_reaches_the_post() -> None:
    payload = {"region": "eu", "list": [{"id": "1", "state": "bad"}, {"id": "2", "state": "note"}, {"id": "3", "state": "good"}]}
    found = reading(payload, top={"each": "list"}, service="_post.region", labels="@")
    assert [raw.identity[1] for raw in found] == ["1", "3"]
    assert all(raw.service == "eu" and "_post" not in raw.labels for raw in found)


def test_h10_one_unreadable_alert_makes_the_post_unreadable_and_is_named() -> None:
    payload = {"list": [{"id": "1", "state": "bad"}, {"state": "bad"}]}
    assert refused(Reason.IDENTITY, payload, top={"each": "list"}).startswith("Alert 2 of 2: ")
    refused(Reason.SHAPE, {"list": [{"id": "1", "state": "bad"}, 5]}, top={"each": "list"})
    refused(Reason.SHAPE, {"list": {"id": "1"}}, top={"each": "list"})
    refused(Reason.EMPTY, {"list": []}, top={"each": "list"})
    refused(Reason.TOO_MANY, {"list": [{}] * 4}, top={"each": "list"})


@pytest.mark.parametrize("payload", [None, [], "x", 5, True])
def test_a_payload_that_is_no_object_is_unreadable(payload: Any) -> None:
    refused(Reason.SHAPE, payload)


def test_accepts_and_no_alert() -> None:
    top = {"accepts": "schema == 'm'", "no_alert": "test"}
    assert reading({"schema": "m", "id": "1", "state": "bad"}, top=top)
    assert reading({"test": True}, top=top) == []
    refused(Reason.SHAPE, {"schema": "n", "id": "1", "state": "bad"}, top=top)
