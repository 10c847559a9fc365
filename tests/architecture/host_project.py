"""Somebody's Airflow project, as they look in the wild: own DAGs, plugins, helpers, in folders named as ours are."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.trees import copy_tree

DAG = """
from datetime import datetime
from airflow.sdk import DAG
{imports}

with DAG("{dag_id}", schedule=None, start_date=datetime(2026, 1, 1), catchup=False, tags=["etl"]):
    {operator}(task_id="only")
"""
OPERATOR = """
from airflow.sdk import BaseOperator
{imports}


class {name}(BaseOperator):
    def execute(self, context):
        return None
"""
PLUGIN = """
from airflow.plugins_manager import AirflowPlugin


class {title}Plugin(AirflowPlugin):
    name = "{name}"
"""
FILES = {
    # the two ways in which projects import their own operators
    "dags/host_report.py": DAG.format(
        dag_id="host_report",
        operator="HostOperator",
        imports="from include.host_helper import words\nfrom operators.host_operator import HostOperator",
    ),
    "dags/host_load.py": DAG.format(
        dag_id="host_load",
        operator="OtherOperator",
        imports="from include.store.warehouse import TABLE\nfrom plugins.operators.other_operator import OtherOperator",
    ),
    "include/host_helper.py": "words = ['a', 'b']\n",
    "include/store/warehouse.py": "TABLE = 'orders'\n",
    "include/sql/report.sql": "SELECT 1\n",
    "plugins/operators/host_operator.py": OPERATOR.format(name="HostOperator", imports="from include.host_helper import words"),
    "plugins/operators/other_operator.py": OPERATOR.format(name="OtherOperator", imports=""),
    "plugins/host_plugin.py": PLUGIN.format(name="host", title="Host"),
    "plugins/acme/hooks/acme_plugin.py": PLUGIN.format(name="acme", title="Acme"),
}
DAG_IDS = {"host_load", "host_report"}
PLUGINS = {"acme", "host"}


def make_host(root: Path) -> Path:
    """The project, without us."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return root


def lay_over(host: Path) -> Path:
    """Copy ours into it, as docs/install.md says."""
    return copy_tree(host, ("dags", "include", "plugins"))


def vendor(host: Path) -> Path:
    """Put ours beside it, as a submodule, as docs/install.md says. Returns our root."""
    ours = copy_tree(host / "vendor" / "holdpoint", ("dags", "include", "plugins"))
    (host / "plugins" / "holdpoint_plugin.py").symlink_to(ours / "plugins" / "holdpoint_plugin.py")
    return ours
