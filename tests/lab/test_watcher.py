"""The watcher's posts as a receiver sees them: complete, repeated, tried again, resolved once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from lab.estate import Estate
from lab.layout import PAYMENTS
from tests.lab.conftest import REPEAT, TOKEN
from tests.lab.support import Outage

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_payload_is_alertmanagers_with_every_field(outage: Outage, estate: Estate) -> None:
    body = outage.posts[0].body
    assert list(body) == [
        *("receiver", "status", "alerts", "groupLabels", "commonLabels", "commonAnnotations"),
        *("externalURL", "version", "groupKey", "truncatedAlerts"),
    ]
    assert (body["version"], body["truncatedAlerts"], body["status"]) == ("4", 0, "firing")
    assert body["groupKey"] == '{}:{alertname="ServiceDown", service="shop-payments"}'
    assert body["groupLabels"] == {"alertname": "ServiceDown", "service": "shop-payments"}
    (alert,) = body["alerts"]
    assert list(alert) == ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"]
    port = estate.facts()["services"][PAYMENTS]["port"]
    expected = {"alertname": "ServiceDown", "service": PAYMENTS, "environment": "lab", "severity": "critical"}
    assert alert["labels"] == expected | {"instance": f"127.0.0.1:{port}"} == body["commonLabels"]
    assert alert["annotations"]["description"] == "shop-payments: does not answer: connection refused."
    assert alert["annotations"] == body["commonAnnotations"]
    assert TIME.fullmatch(alert["startsAt"])
    assert alert["endsAt"] == "0001-01-01T00:00:00Z"
    assert alert["generatorURL"] == f"http://127.0.0.1:{port}/metrics"
    assert re.fullmatch(r"[0-9a-f]{16}", alert["fingerprint"])
    assert body["externalURL"].startswith("http://127.0.0.1:")


def test_post_carries_the_bearer_token_and_json(outage: Outage) -> None:
    assert {post.headers["Authorization"] for post in outage.posts} == {f"Bearer {TOKEN}"}
    assert {post.headers["Content-Type"] for post in outage.posts} == {"application/json"}
    assert {post.path for post in outage.posts} == {"/hook"}


def test_503_is_tried_again_with_back_off(outage: Outage) -> None:
    assert [post.answered for post in outage.posts[:3]] == [503, 503, 202]
    first, second = (later.at - earlier.at for earlier, later in pairwise(outage.posts[:3]))
    assert 0.4 <= first < second, (first, second)


def test_firing_is_repeated_with_the_same_start(outage: Outage) -> None:
    firing = [post for post in outage.posts if post.body["status"] == "firing" and post.answered == 202]
    assert len(firing) >= 2
    assert firing[1].at - firing[0].at == pytest.approx(REPEAT, abs=1.0)
    assert len({post.body["alerts"][0]["startsAt"] for post in firing}) == 1


def test_resolved_is_posted_once_with_its_end(outage: Outage) -> None:
    resolved = [post for post in outage.posts if post.body["status"] == "resolved"]
    assert len(resolved) == 1
    (alert,) = resolved[0].body["alerts"]
    assert alert["status"] == "resolved"
    assert TIME.fullmatch(alert["endsAt"])
    assert alert["endsAt"] > alert["startsAt"]
    assert outage.posts[-1] is resolved[0]


def test_garbage_configuration_ends_the_watcher_with_a_reason(tmp_path: Path) -> None:
    config = tmp_path / "watcher.json"
    for garbage in ("", "[]", "{", "{}", json.dumps({"targets": 3, "log": str(tmp_path / "w.log"), "environment": "lab"})):
        config.write_text(garbage, encoding="utf-8")
        command = [sys.executable, "-m", "lab.watcher", "--config", str(config)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 3, done
        assert "watcher.json" in done.stderr
        assert "Traceback" not in done.stderr
