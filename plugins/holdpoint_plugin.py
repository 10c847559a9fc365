"""The only file of Holdpoint that Airflow loads as a plugin. Everything here is lazy: every task process loads plugins too."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin


class HoldpointPlugin(AirflowPlugin):
    """Mounts the intake and the console in the API server, below `/holdpoint/`."""

    name = "holdpoint"

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        from plugins.console.app import mounts

        return [{"app": app, "url_prefix": path, "name": f"Holdpoint at {path}"} for path, app in mounts()]

    @property
    def external_views(self) -> list[dict[str, Any]]:
        """An item in Airflow's navigation, which shows the console in a frame; its address goes on in Airflow's own."""
        from plugins.console.settings import setting

        # Airflow may stand below a path of its host.
        root = urlsplit(setting("api", "base_url")).path.rstrip("/")
        view = {"name": "Holdpoint", "href": f"{root}/holdpoint/", "url_route": "holdpoint", "nav_top_level": True}
        return [view | {"destination": "nav", "icon": f"{root}/holdpoint/static/holdpoint.svg"}]

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
