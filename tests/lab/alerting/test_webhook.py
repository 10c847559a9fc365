from __future__ import annotations

from lab.alerting.tracker import Alert
from lab.alerting.webhook import fingerprint, group_key, payload

LABELS = {"service": "shop-orders", "alertname": "A", "severity": "critical"}


def test_fingerprint_is_prometheus_own() -> None:
    # The values that Prometheus' own tests of label signatures expect.
    assert int(fingerprint({}), 16) == 14695981039346656037
    assert int(fingerprint({"name": "garland, briggs", "fear": "love is not enough"}), 16) == 5799056148416392346
    assert fingerprint(LABELS) == fingerprint(dict(reversed(LABELS.items())))
    assert fingerprint({"a": "bc"}) != fingerprint({"ab": "c"})


def test_group_key_quotes_what_a_label_may_hold() -> None:
    assert group_key({**LABELS, "alertname": 'a"\\\n'}) == '{}:{alertname="a\\"\\\\\\n", service="shop-orders"}'


def test_firing_and_resolved_differ_in_status_and_end() -> None:
    alert = Alert(LABELS, {"summary": "s"}, "http://x/metrics", starts_at=1_700_000_000.5)
    ended = Alert(LABELS, {"summary": "s"}, "http://x/metrics", starts_at=1_700_000_000.5, ends_at=1_700_000_060.0)
    firing, resolved = (payload(each, receiver="r", external_url="http://x") for each in (alert, ended))
    assert firing["alerts"][0]["startsAt"] == "2023-11-14T22:13:20.500Z" == resolved["alerts"][0]["startsAt"]
    assert firing["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"
    assert resolved["alerts"][0]["endsAt"] == "2023-11-14T22:14:20.000Z"
    assert (firing["status"], resolved["status"]) == ("firing", "resolved")
    assert firing["alerts"][0]["fingerprint"] == resolved["alerts"][0]["fingerprint"]
