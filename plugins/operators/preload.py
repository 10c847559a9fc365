"""Import what our tasks need, once, in a process that forks its tasks.

A task is a process of its own; LocalExecutor and Celery fork it from a parent that lives on. What the parent has imported, and
the catalogue it has loaded, the tasks find there instead of paying for it each time. Set HOLDPOINT_PRELOAD=1 for the scheduler
(LocalExecutor) or the Celery worker; not where each task is a new process, where other DAGs' tasks would pay for nothing.
"""

from __future__ import annotations

import logging
from importlib import import_module

from plugins.hooks.read.registry import HOOKS, hook_class

log = logging.getLogger("holdpoint")

MODULES = (
    "include.triage.begin",
    "include.triage.collect",
    "include.triage.runbooks",
    "include.triage.draft",
    "include.triage.escalate",
    "include.delivery.reconcile",
    "include.holds.observe",
    "include.holds.waiting",
    "plugins.hooks.store",
    "airflow.providers.http.hooks.http",
    "airflow.sdk.execution_time.cache",
    "airflow.sdk.execution_time.timeout",
    "include.store.migrate",
    "prometheus_client.parser",
    "sqlalchemy.dialects.sqlite.pysqlite",
)


def preload() -> None:
    """Opens no connection and reads no file but the catalogue's: a fork must share neither."""
    from include.catalogue.loader import load_catalogue
    from include.telemetry.switch import endpoint

    try:
        for name in MODULES:
            import_module(name)
        for tool in HOOKS:
            hook_class(tool)
        load_catalogue()
        if endpoint() is not None:
            import_module("include.telemetry.export")  # its queue and its thread come with the first span, in the task
    except Exception as error:  # raised here it would cost the whole plugin, and with it the intake; the tasks will say it again
        log.warning("not preloaded: %s", type(error).__name__)
