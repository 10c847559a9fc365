"""What an estate consists of: its facts, and the files that make it."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from lab import repositories, supervision
from lab.alerting.rules import RULES
from lab.auth import sshd, windows
from lab.layout import (
    DEPENDS_ON,
    ENVIRONMENT,
    FRONTEND,
    ORDERS,
    PAYMENTS,
    PROGRAMS,
    SERVICES,
    WORK_PATH,
    Layout,
    write_json,
    write_text,
)
from lab.logs import utc_text
from lab.supervision import Access

_SOCKET_LIMIT = 107 - len(".4194304")  # supervisord binds to the path with its pid appended
_RATE = "2.5"  # requests a second of the load
_MODULES = {FRONTEND: "lab.shop.frontend", ORDERS: "lab.shop.orders", PAYMENTS: "lab.shop.payments"}


def describe(layout: Layout, numbers: Mapping[str, int], alerts: dict[str, Any]) -> dict[str, Any]:
    """The facts of an estate; `numbers` are the ports of the services and of the supervisor."""
    port = numbers["supervisor"]
    return {
        "directory": str(layout.root),
        "environment": ENVIRONMENT,
        "created_at": utc_text(time.time()),
        "programs": list(PROGRAMS),
        "services": {name: _service(layout, name, numbers[name]) for name in SERVICES},
        "supervisor": {
            "url": f"http://127.0.0.1:{port}",
            "rpc_url": f"http://127.0.0.1:{port}/RPC2",
            "port": port,
            "user": "lab",
            "password": secrets.token_urlsafe(24),
            "socket": _socket(layout),
            "config": str(layout.supervisor_config),
            "log": str(layout.log("supervisord")),
            "pid": None,
        },
        "logs": str(layout.logs),
        "auth": {
            "sshd_log": str(layout.log("auth")),
            "windows_events": str(layout.logs / "security-4625.json"),
            "timezone": "UTC",
        },
        "alerts": {**alerts, "rules": [rule.alertname for rule in RULES]},
    }


def _service(layout: Layout, name: str, port: int) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}"
    return {
        "url": url,
        "port": port,
        "health_url": f"{url}/healthz",
        "metrics_url": f"{url}/metrics",
        "work_url": f"{url}{WORK_PATH[name]}",
        "log": str(layout.log(name)),
        "repository": str(layout.repository(name)),
        "config": str(layout.config(name)),
        "depends_on": list(DEPENDS_ON[name]),
    }


def _socket(layout: Layout) -> str:
    path = layout.run / "supervisor.sock"
    if len(os.fsencode(path)) <= _SOCKET_LIMIT:
        return str(path)
    short = tempfile.mkdtemp(prefix="lab-")
    if len(os.fsencode(short)) + len("/s.sock") > _SOCKET_LIMIT:
        os.rmdir(short)
        short = tempfile.mkdtemp(prefix="lab-", dir="/tmp")
    return f"{short}/s.sock"


def access(facts: Mapping[str, Any]) -> Access:
    """How to reach the supervisor that `facts` describe."""
    own = facts["supervisor"]
    return Access(own["port"], own["user"], own["password"], own["socket"])


def provision(layout: Layout, facts: dict[str, Any]) -> None:
    """Write everything that `facts` describe: repositories, configurations, authentication logs, the facts themselves."""
    services = facts["services"]
    upstream = {FRONTEND: {"orders_url": services[ORDERS]["url"]}, ORDERS: {"payments_url": services[PAYMENTS]["url"]}}
    for service in SERVICES:
        addresses = {"port": services[service]["port"], **upstream.get(service, {})}
        repositories.create_history(layout.repository(service), service, addresses)
    write_json(layout.watcher_config, _watcher(layout, facts))
    now = time.time()
    write_text(layout.log("auth"), sshd.auth_log(now))
    write_json(layout.logs / "security-4625.json", windows.failed_logons(now))
    load = ("lab.load", "--url", services[FRONTEND]["work_url"], "--rate", _RATE, "--log", "logs/load.log")
    commands: dict[str, tuple[str, ...]] = {name: (module,) for name, module in _MODULES.items()}
    commands |= {"load": load, "watcher": ("lab.watcher", "--config", "watcher.json")}
    supervision.write_config(layout, access(facts), commands)
    write_json(layout.facts, facts, private=True)


def _watcher(layout: Layout, facts: Mapping[str, Any]) -> dict[str, Any]:
    alerts = facts["alerts"]
    return {
        "targets": [{"service": name, "url": facts["services"][name]["url"]} for name in SERVICES],
        "environment": ENVIRONMENT,
        "external_url": facts["supervisor"]["url"],
        "alert_url": alerts["url"],
        "log": str(layout.log("watcher")),
        **{key: alerts[key] for key in ("token_file", "receiver", "repeat_seconds")},
    }
