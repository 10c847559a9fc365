"""What Airflow's own configuration says about its API server."""

from __future__ import annotations


def setting(section: str, key: str) -> str:
    """The value as text; empty where it is not set."""
    from airflow.configuration import conf

    return str(conf.get(section, key, fallback="") or "")
