"""The monitoring of the lab: polls every service each second, judges the alert rules, posts Alertmanager webhooks.

    python -m lab.watcher --config watcher.json

The configuration is `{"targets": [{"service", "url"}], "environment", "receiver", "external_url", "alert_url",
"token_file", "repeat_seconds", "log"}`; without `alert_url` alerts are only logged. The token file is read for every
post, so that a new token needs no restart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from include.contracts.errors import ConfigError, HoldpointError
from lab import process, web
from lab.alerting.history import History, Poll
from lab.alerting.notifier import Notifier, Outcome
from lab.alerting.rules import RULES
from lab.alerting.scrape import Sample, parse
from lab.alerting.tracker import Alert, Tracker
from lab.alerting.webhook import payload
from lab.layout import read_object
from lab.logs import JsonLog, utc_text

_POLL_TIMEOUT = 2.0  # seconds
_POST_TIMEOUT = 10.0
_POLL_EVERY = 1.0
_FLUSH_EVERY = 0.2


class Target:
    """One service under watch."""

    def __init__(self, service: str, url: str, environment: str) -> None:
        self._url = url
        self._history = History()
        labels = {"service": service, "environment": environment, "instance": url.removeprefix("http://")}
        self._trackers = [
            Tracker(rule, service, {**labels, "alertname": rule.alertname, "severity": rule.severity}, f"{url}/metrics")
            for rule in RULES
        ]

    def poll(self) -> list[Alert]:
        """Look once; the alerts that fire or have just ended."""
        self._history.add(self._look())
        now, wall = time.monotonic(), time.time()
        found = [each.update(each.rule.check(self._history), now=now, wall=wall) for each in self._trackers]
        return [alert for alert in found if alert is not None]

    def _look(self) -> Poll:
        at = time.monotonic()
        try:
            code, answer = web.request(f"{self._url}/healthz", timeout=_POLL_TIMEOUT)
            unhealthy = "" if code == 200 else web.health_reason(code, answer)
            return Poll(at, unhealthy=unhealthy, samples=self._scrape())
        except web.Unreachable as error:
            return Poll(at, down=str(error))

    def _scrape(self) -> tuple[Sample, ...]:
        code, answer = web.request(f"{self._url}/metrics", timeout=_POLL_TIMEOUT)
        try:
            return tuple(parse(answer.decode())) if code == 200 else ()
        except ValueError:
            return ()  # as Prometheus: a scrape with one bad line counts as none


class Watcher:
    """All targets and the way out to the webhook."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {key: config[key] for key in ("alert_url", "token_file", "receiver", "external_url")}
        self._log = JsonLog("watcher", Path(config["log"]))
        self._targets = [Target(each["service"], each["url"], config["environment"]) for each in config["targets"]]
        self._notifier = Notifier(self._post, repeat=float(config["repeat_seconds"]))
        self._firing: set[tuple[str, str]] = set()

    def poll(self) -> None:
        for target in self._targets:
            for alert in target.poll():
                self._note(alert)
                self._notifier.put(alert)

    def flush(self) -> None:
        self._notifier.flush(time.monotonic())

    def _note(self, alert: Alert) -> None:
        name, service = alert.labels["alertname"], alert.labels["service"]
        if alert.ends_at is not None:
            self._firing.discard((name, service))
            self._log.info("alert resolved", alertname=name, about=service, starts_at=utc_text(alert.starts_at))
        elif (name, service) not in self._firing:
            self._firing.add((name, service))
            self._log.warning("alert firing", alertname=name, about=service, description=alert.annotations["description"])

    def _post(self, alert: Alert) -> Outcome:
        config, about = self._config, {"alertname": alert.labels["alertname"], "about": alert.labels["service"]}
        if not config["alert_url"]:
            return Outcome.DELIVERED
        body = json.dumps(payload(alert, receiver=config["receiver"], external_url=config["external_url"])).encode()
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "holdpoint-lab-watcher", **_authorization(config)}
            code, _ = web.request(config["alert_url"], body=body, headers=headers, timeout=_POST_TIMEOUT)
        except (web.Unreachable, OSError, ValueError) as error:
            self._log.warning("notification failed, will be tried again", **about, reason=str(error))
            return Outcome.FAILED
        if code >= 500:
            self._log.warning("notification failed, will be tried again", **about, reason=f"status {code}")
            return Outcome.FAILED
        if code >= 300:
            self._log.error("notification refused", **about, reason=f"status {code}")
            return Outcome.REFUSED
        self._log.info("notification delivered", **about, status="firing" if alert.ends_at is None else "resolved")
        return Outcome.DELIVERED


def _authorization(config: dict[str, Any]) -> dict[str, str]:
    if not config["token_file"]:
        return {}
    token = Path(config["token_file"]).read_text(encoding="utf-8").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the token file does not hold one line of plain text")
    return {"Authorization": f"Bearer {token}"}


def _watcher(path: Path) -> Watcher:
    try:
        return Watcher(read_object(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{path} is not a watcher's configuration: {type(error).__name__} {error}."
        raise ConfigError(message, next_step="create the lab again with `up`.") from error


def main() -> int:
    parser = argparse.ArgumentParser(description="The monitoring of the lab.")
    parser.add_argument("--config", type=Path, required=True, help="watcher.json of the lab")
    process.prepare()
    try:
        path: Path = parser.parse_args().config
        watcher = _watcher(path)
    except HoldpointError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    process.run_loop(watcher.poll, seconds=_POLL_EVERY)
    process.run_loop(watcher.flush, seconds=_FLUSH_EVERY)
    process.wait_for_stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
