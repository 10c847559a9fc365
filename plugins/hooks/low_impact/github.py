"""Comments on GitHub's pull requests behind an Airflow connection. Imported by `operators/low_impact_write.py` alone."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.delivery.pull_requests.github import GitHubComments, github
from include.reviewing.sight import slug_of
from plugins.hooks.low_impact.paging import endpoint


def comments(catalogue: Catalogue, repository: str) -> GitHubComments:
    """As the account of the connection that the repository's row names sees them."""
    conn_id = catalogue.repository(repository).conn_id
    if conn_id is None:
        raise ConfigError(f"No connection comments on {repository}.", next_step="add conn_id to it in repositories.yaml")
    return github(slug_of(catalogue, repository), endpoint(conn_id))
