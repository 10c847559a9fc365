"""Ask: what somebody's words ask for is said first, with what would come of it; only then is anything kept or read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from include.asking.known import known_services
from include.asking.preview import MAX_BYTES, WAYS, Preview, Way
from include.asking.submit import Asking, look, submit
from include.contracts.base import Contract, Slug
from include.delivery.pass_on import receiver_of
from include.store.database import day
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

FORM_BYTES = 3 * MAX_BYTES + 4_096  # every byte of a form may be written as three


@dataclass(frozen=True)
class Choice:
    """A service that the person may ask about."""

    name: str
    title: str


@dataclass(frozen=True)
class Form:
    """What may be chosen."""

    services: list[Choice]
    environments: list[str]


@pages.page("", template="ask.html")
def form(visit: Visiting) -> Form:
    """Where it is typed."""
    with visit.store.read() as conn:
        known = known_services(visit.catalogue, visit.person.name, today=day(conn))
    return Form([Choice(row.name, row.title) for row in known], sorted({name for row in known for name in row.environments}))


def _or_none(value: object) -> object:
    return None if value == "" else value


Chosen = Annotated[Slug | None, BeforeValidator(_or_none)]


class Words(Contract):
    """The form's fields. An empty choice is none."""

    text: Annotated[str, StringConstraints(max_length=MAX_BYTES)]
    service: Chosen = None
    environment: Chosen = None

    def asking(self, visit: Visit) -> Asking:
        return Asking(visit.person.name, self.text.replace("\r\n", "\n"), self.service, self.environment)


@dataclass(frozen=True)
class Open:
    """A way that is open to it, in words."""

    way: Way
    says: str


@dataclass(frozen=True)
class Looked:
    """What was typed, what it is taken for, and what would come of it. Nothing is kept."""

    text: str
    service: str | None
    environment: str | None
    preview: Preview
    ways: list[Open]


@pages.action("/look", max_bytes=FORM_BYTES, template="ask_looked.html")
def look_at(visit: Visiting, sent: Sending) -> Looked:
    """Intent and risk, with their reasons."""
    asking = sent.read(Words).asking(visit)
    seen = look(visit.store, visit.catalogue, asking)
    person = visit.full_name(receiver_of(visit.catalogue, asking.service, visit.person.name))
    ways = [Open(way, WAYS[way].replace("A person", person, 1)) for way in seen.ways]
    return Looked(asking.text, asking.service, asking.environment, seen, ways)


class Going(Words):
    """`way` is what the person chose, which may be what the classification says."""

    way: Annotated[Way | None, Field(strict=False), BeforeValidator(_or_none)] = None


@dataclass(frozen=True)
class Made:
    """What came of it; `person` where somebody gets it as a task."""

    id: str
    way: Way
    at: str
    person: str | None


@pages.action("/go", max_bytes=FORM_BYTES)
def go(visit: Visiting, sent: Sending) -> Done:
    """Now it is kept, and worked on."""
    wanted = sent.read(Going)
    done = submit(visit.store, visit.catalogue, wanted.asking(visit), chosen=wanted.way)
    at = f"/changes/{done.id}" if done.way is Way.CHANGE else f"/incidents/{done.id}"
    return Done(at, Made(done.id, done.way, f"{visit.root}{at}", done.person))
