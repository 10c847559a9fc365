"""Addresses of Airflow's own pages, from inside its frame or beside it."""

from __future__ import annotations

from urllib.parse import quote


def run_href(root: str, dag_id: str, run_id: str) -> str:
    """A run's page. Airflow's frame lets nothing open another window or leave it, so the page opens where ours was.

    :param root: where the console is mounted
    """
    return f"{root.removesuffix('/holdpoint')}/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"
