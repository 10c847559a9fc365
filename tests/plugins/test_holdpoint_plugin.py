"""What Airflow is told about the plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from plugins.console.app import build_app
from plugins.console.web.templating import STATIC
from plugins.holdpoint_plugin import HoldpointPlugin
from tests.architecture.trees import ROOT


@pytest.mark.parametrize(
    ("base_url", "root"), [("", ""), ("https://ops.example.com", ""), ("https://ops.example.com/airflow/", "/airflow")]
)
def test_airflows_navigation_has_an_item_that_leads_to_the_console(
    monkeypatch: pytest.MonkeyPatch, base_url: str, root: str
) -> None:
    from airflow.api_fastapi.core_api.datamodels.plugins import ExternalViewResponse

    monkeypatch.setattr("plugins.console.settings.setting", lambda section, key: base_url)
    (view,) = HoldpointPlugin().external_views
    known = ExternalViewResponse.model_validate(view)
    assert (known.name, known.url_route, known.nav_top_level, known.destination) == ("Holdpoint", "holdpoint", True, "nav")
    assert known.href == f"{root}/holdpoint/"  # without the last slash it is Airflow's own page
    assert known.icon == f"{root}/holdpoint/static/holdpoint.svg"
    assert (STATIC / "holdpoint.svg").is_file()


def test_the_console_is_mounted_where_its_item_leads() -> None:
    build_app.cache_clear()
    assert [app["url_prefix"] for app in HoldpointPlugin().fastapi_apps][-1] == "/holdpoint", "what is more exact comes before"


def test_who_only_loads_the_plugin_loads_no_console(tmp_path: Any) -> None:
    """Every task process loads it."""
    code = (
        "import sys; from plugins.holdpoint_plugin import HoldpointPlugin; HoldpointPlugin().external_views;"
        " print([name for name in sys.modules if name.startswith(('plugins.console.', 'include.', 'jinja2.'))])"
    )
    env = {"PYTHONPATH": str(ROOT), "AIRFLOW_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    loaded = done.stdout.strip().splitlines()[-1]
    assert "plugins.console.settings" in loaded
    assert not [name for name in eval(loaded) if name not in {"plugins.console.settings"} and not name.startswith("jinja2")]
