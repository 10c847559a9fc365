from __future__ import annotations

from include.alerts.parsers.prometheus import Group, read_alert

GROUP = Group(status="firing", labels={"a": "common"}, annotations={"summary": "common"}, links=(), notes=())


def test_an_alerts_own_labels_and_annotations_come_first() -> None:
    raw = read_alert({"status": "firing", "labels": {"a": "own"}, "annotations": {"summary": "own"}}, GROUP)
    assert (raw.labels, raw.title) == ({"a": "own"}, "own")


def test_the_common_labels_take_no_part_in_the_identity_of_an_alert_with_labels() -> None:
    one = read_alert({"status": "firing", "labels": {"b": "1"}}, GROUP)
    other = read_alert({"status": "firing", "labels": {"b": "1"}}, Group(None, {}, {}, (), ()))
    assert one.identity == other.identity


def test_annotations_that_are_not_links_are_no_links() -> None:
    raw = read_alert({"status": "firing", "labels": {"b": "1"}, "annotations": {"runbook_url": "see the wiki"}}, GROUP)
    assert raw.links == []
