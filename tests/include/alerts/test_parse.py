from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from include.alerts.unreadable import Reason, Unreadable


def test_the_order_of_the_post_is_kept(read: Any) -> None:
    alerts = read("generic", {"alerts": [{"title": f"alert {number}"} for number in range(20)]})
    assert [alert.title for alert in alerts] == [f"alert {number}" for number in range(20)]


def test_h10_the_bound_is_named_and_nothing_is_returned(read: Any, settings: Any) -> None:
    body = {"version": "4", "alerts": [{"status": "firing", "labels": {"a": str(number)}} for number in range(10_000)]}
    with pytest.raises(Unreadable, match="max_alerts_per_post") as caught:
        read("alertmanager", body)
    assert caught.value.reason is Reason.TOO_MANY
    assert str(settings.max_alerts_per_post) in caught.value.message
    assert len(read("alertmanager", {**body, "alerts": body["alerts"][:1_000]})) == 1_000


def test_h10_a_parser_that_does_not_exist_or_load_is_unreadable_and_so_pages(
    read: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unreadable, match="no alert parser") as caught:
        read("generic", {}, source_row={"parser": "nagios"})
    assert caught.value.reason is Reason.CONFIGURATION
    (tmp_path / "alert_sources").mkdir()
    (tmp_path / "alert_sources" / "nagios.yaml").write_text("name: nagios\n")
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(tmp_path))
    with pytest.raises(Unreadable, match=r"nagios\.yaml") as caught:
        read("generic", {}, source_row={"parser": "nagios"})
    assert caught.value.reason is Reason.CONFIGURATION


def test_the_time_of_receipt_must_state_a_zone(read: Any) -> None:
    with pytest.raises(ValueError, match="zone"):
        read("generic", {"title": "x"}, received_at=datetime(2026, 11, 2))  # noqa: DTZ001


def test_errors_of_alerts_quote_no_content(read: Any, payload: Any) -> None:
    for field in ("startsAt", "status", "labels", "annotations", "fingerprint", "generatorURL"):
        for junk in ("hunter2", ["hunter2"], {"hunter2": 5}):
            value = payload("alertmanager/firing")
            value["alerts"][0][field] = junk
            if field == "fingerprint" and junk == "hunter2":
                continue  # a good one
            if field == "generatorURL" and junk == "hunter2":
                continue  # left out with a note
            with pytest.raises(Unreadable) as caught:
                read("alertmanager", value)
            assert "hunter2" not in str(caught.value)


def test_an_alert_survives_the_way_through_the_store(read: Any, payload: Any) -> None:
    from include.contracts.alert import Alert

    for alert in read("alertmanager", payload("alertmanager/group")):
        assert Alert.model_validate_json(json.dumps(alert.to_json())) == alert
