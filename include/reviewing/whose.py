"""Whose a file is: as CODEOWNERS says, where that names somebody of the catalogue; else the repository's owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from include.catalogue.catalogue import Catalogue
from include.reviewing.contents import Lines
from include.script_review.repository.owners import Line, Owners

GITHUB = "github"


def owners_by_path(catalogue: Catalogue, owner: str, lines: Lines, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Path to people of the catalogue, at least one.

    :param owner: the repository's, who has what nobody else has
    """
    known, said = _people(catalogue), Owners(Line(number, *line) for number, line in enumerate(lines, 1))
    found = {}
    for path in set(paths):
        named = (known.get(name.removeprefix("@").lower()) for name in said.of(path))
        found[path] = tuple(dict.fromkeys(name for name in named if name is not None)) or (owner,)
    return found


def _people(catalogue: Catalogue) -> Mapping[str, str]:
    """GitHub's name of a person or of the team that they answer for (`org/team`), and e-mail address, to the person.

    A name that two people have is nobody's.
    """
    found: dict[str, set[str]] = {}
    for person in catalogue.people.values():
        names = {own.id.removeprefix("@").lower() for own in person.accounts if own.system == GITHUB} | {person.email.lower()}
        for name in names:
            found.setdefault(name, set()).add(person.name)
    return {name: next(iter(people)) for name, people in found.items() if len(people) == 1}
