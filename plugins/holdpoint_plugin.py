"""The only file of Holdpoint that Airflow loads as a plugin. Everything here is lazy: every task process loads plugins too."""

from __future__ import annotations

import os
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class HoldpointPlugin(AirflowPlugin):
    """Mounts the intake and the console in the API server, below `/holdpoint/`."""

    name = "holdpoint"

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        from plugins.console.app import build_app

        return [{"app": build_app(), "url_prefix": "/holdpoint", "name": "Holdpoint"}]

    @property
    def fastapi_root_middlewares(self) -> list[dict[str, Any]]:
        from plugins.console.background import BackgroundMiddleware
        from plugins.console.one_writer import OneWriterMiddleware

        return [
            {"middleware": OneWriterMiddleware, "name": "holdpoint-one-writer"},
            {"middleware": BackgroundMiddleware, "name": "holdpoint-background"},
        ]


if os.environ.get("HOLDPOINT_PRELOAD") == "1":
    from plugins.operators.preload import preload

    preload()
