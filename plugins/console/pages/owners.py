"""Who owns what, and what of it is unowned, stale, ending, or due to be looked over again."""

from __future__ import annotations

from include.doctor.owners import Owners, owners
from include.doctor.surroundings import Surroundings
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()


@pages.page("", template="owners.html")
def listed(visit: Visiting) -> Owners:
    """What `./holdpoint owners --json` says, without the runbooks that this person may not read."""
    return owners(visit.catalogue, Surroundings(), visit.person)
