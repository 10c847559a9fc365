"""Comments on GitHub's pull requests behind an Airflow connection. Imported by `operators/low_impact_write.py` alone."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.tools import comment_on_pull_request
from include.delivery.pull_requests.github import GitHubComments, github
from include.reviewing.sight import slug_of
from plugins.hooks.low_impact.paging import endpoint


def comments(catalogue: Catalogue, repository: str) -> GitHubComments:
    """As the account of the connection that the tool's contract names sees them."""
    return github(slug_of(catalogue, repository), endpoint(str(comment_on_pull_request.CONTRACT.conn_id)))
