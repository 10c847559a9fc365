"""Repositories as the catalogue names them: whose they are, and who may know of a review."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.contracts.errors import ConfigError, NotFound
from include.policy.permit import clears
from include.reviewing.file import Home
from include.store import script_reviews as reviews
from include.store.database import day
from include.store.script_reviews import Review


def home_of(catalogue: Catalogue, repository: str) -> Home:
    """Whose it is, which service's, how classified; NotFound where the catalogue does not name it."""
    row = catalogue.repository(repository)
    return Home(owner=row.owner, service=None, label=row.classification)


def slug_of(catalogue: Catalogue, repository: str) -> str:
    """Its name on GitHub, `owner/name`; ConfigError where it is not there."""
    slug = catalogue.repository(repository).github
    if slug is None:
        raise ConfigError(f"The repository {repository} names none on GitHub.", next_step="add github to it in repositories.yaml")
    return slug


def in_sight(catalogue: Catalogue, person: Person, *, today: date) -> frozenset[str]:
    """The repositories whose reviews this person may read: their own, and those that they clear."""
    return frozenset(
        name
        for name in catalogue.repositories
        if (home := home_of(catalogue, name)).owner == person.name
        or clears(catalogue, person.name, (home.label,), home.service, today=today)
    )


def require_repository(conn: Connection, catalogue: Catalogue, person: Person, repository: str) -> str:
    """The repository's name; NotFound where there is none for this person."""
    if repository not in in_sight(catalogue, person, today=day(conn)):
        raise NotFound("There is no such repository, or none that you may read.", next_step="look into repositories.yaml")
    return repository


def listed(
    conn: Connection, catalogue: Catalogue, person: Person, *, after: tuple[str, str] | None = None, limit: int = 30
) -> list[Review]:
    """The newest reviews that this person may read."""
    return reviews.listed(conn, in_sight(catalogue, person, today=day(conn)), after=after, limit=limit)


def review(conn: Connection, catalogue: Catalogue, person: Person, review_id: str) -> Review:
    """That review; NotFound where there is none for this person."""
    try:
        found = reviews.get(conn, review_id)
    except NotFound:
        found = None
    if found is None or found.repository not in in_sight(catalogue, person, today=day(conn)):
        raise NotFound("There is no such review, or none that you may read.", next_step="look through the list of reviews")
    return found
