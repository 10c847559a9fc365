"""Is what a change request needs in the document: present, empty or missing, with the line and a reason?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from include.changes import blank, outcome, vocabulary, way_back
from include.changes.fold import fold, sentences
from include.changes.kind import change_type
from include.changes.places import Layout, Passage, Place, prose
from include.changes.pointers import referred, steps_named
from include.changes.questions import asks_for
from include.contracts.change import Aspect, ChangeType, Standing

# Sections that tell of something else than this change's way: what was, what was tried, who agreed.
_ELSEWHERE = frozenset({"evidence", "history", "approval", "excluded"})
_NO_CHECKS = _ELSEWHERE | {
    "rollback",
    "prechecks",
    "trigger",
    "impact",
    "risk",
    "purpose",
    "communication",
    "affected",
    "window",
    "duration",
    "test_plan",
}

# Those that need no judgement beyond "something stands there". The order is that of the report.
PLAIN = (
    "purpose",
    "scope",
    "affected",
    "steps",
    "prechecks",
    "window",
    "impact",
    "communication",
    "evidence",
    "trigger",
    "technician",
    "reviewer",
)
LONG = 400  # a text that begins like a template and is longer than this was filled in below it
MAX_ANSWER = 3  # sentences behind a question in which its answer is looked for
MAX_CELLS = 2_000  # of one place that are judged; nobody writes more


def completeness(layout: Layout) -> tuple[Aspect, ...]:
    """All aspects, the two that decide first."""
    return (rollback(layout), validation(layout), _type(layout), *(_plain(layout, name) for name in PLAIN))


def rollback(layout: Layout) -> Aspect:
    """How to get back: under a heading, in a field, per step in a table, or in prose."""
    places = layout.of("rollback")
    found = _best(places, way_back.gives_way_back)
    if found is None:
        found = next(((each, one) for each in prose(layout, _ELSEWHERE) if (one := _first(each, way_back.tells_way_back))), None)
    if found is None:
        named = steps_named(layout, places)
        found = next(((each, one) for each in named if (one := _first(each, way_back.answers_way_back))), None)
    found = (
        found or _referred(layout, places, way_back.gives_way_back) or _answered(layout, "rollback", way_back.answers_way_back)
    )
    if found is not None:
        return _aspect("rollback", Standing.PRESENT, found[0].line, found[1])
    return _empty("rollback", places, "who decides, or that it will be done, but not how") or _missing("rollback")


def validation(layout: Layout) -> Aspect:
    """How one sees afterwards that it worked: by something that shows."""
    places = layout.of("validation")
    found = _best(places, outcome.gives_outcome)
    tests = [place for place in layout.of("test_plan") if place not in places]
    if found is None:
        found = _best(tests, lambda one: outcome.gives_outcome(one) and not outcome.is_past(one))
    if found is None:
        found = next(((each, one) for each in _unread(layout) if (one := _first(each, outcome.tells_outcome))), None)
    if found is None:
        steps = (each for each in prose(layout, _NO_CHECKS) if each.kind in ("row", "item"))
        found = next(((each, one) for each in steps if (one := _first(each, outcome.equates))), None)
    if found is None:
        found = _best(layout.of("expected"), lambda one: not blank.blank(one) and vocabulary.specific(fold(one)))
    if found is None:
        found = _best(layout.of("after"), _seen_after) or _referred(layout, places, outcome.gives_outcome)
    found = found or _answered(layout, "validation", _seen_after)
    if found is not None:
        return _aspect("validation", Standing.PRESENT, found[0].line, found[1])
    # A test plan is a place for it only if it is blank or speaks of what is still to come.
    places += [place for place in tests if not _only_evidence(place)]
    return _empty("validation", places, "no outcome that one could see") or _missing("validation")


def _unread(layout: Layout) -> Iterator[Passage]:
    """Prose that may say what must show. A description tells why and what in one, so it is read, and the reason alone is not."""
    described = (each for each in layout.passages if each.text and {"purpose", "scope"} <= each.topics)
    return chain(prose(layout, _NO_CHECKS), (each for each in described if not each.topics & (_NO_CHECKS - {"purpose"})))


def _seen_after(sentence: str) -> bool:
    return outcome.gives_outcome(way_back.spoken(sentence)) and not outcome.is_past(sentence)


def _referred(layout: Layout, places: list[Place], says: Callable[[str], object]) -> tuple[Passage, str] | None:
    """What stands in the chapter of this document that a pointer names."""
    return next(((each, one) for each in referred(layout, places) if (one := _first(each, says))), None)


def _answered(layout: Layout, what: str, says: Callable[[str], object]) -> tuple[Passage, str] | None:
    """In a mail or a chat: the answer within the sentences that follow a question."""
    left = 0
    for each in prose(layout, _ELSEWHERE):
        for one in sentences(each.text) if each.kind != "code" else ():
            if asks_for(way_back.spoken(one)) == what:
                left = MAX_ANSWER
            elif left and says(one):
                return each, one
            else:
                left -= left > 0
    return None


def _only_evidence(place: Place) -> bool:
    return any(outcome.is_past(one) for text in place.texts for one in sentences(text.text))


def _best(places: list[Place], says: Callable[[str], object]) -> tuple[Passage, str] | None:
    for place in places:
        for text in place.texts[:MAX_CELLS]:
            one = _first(text, says)
            if one and _counts(place, text):
                return text, one
    return None


def _counts(place: Place, text: Passage) -> bool:
    """In a column, a reasoned "n/a, read only" of one step is no way back of the change."""
    return place.kind != "column" or (blank.blank(text.text) is None and not text.text.casefold().startswith("n/a"))


def _first(passage: Passage, says: Callable[[str], object]) -> str:
    """The first sentence of a passage that passes; "" where none does. A blank passage is taken as a whole."""
    if passage.kind == "code":
        return _code(" ".join(passage.text.split())[:500], says)
    if not passage.text or (blank.is_template(passage.text) and len(passage.text) < LONG):
        return ""
    return next((one for one in sentences(passage.text) if says(one)), "")


def _code(code: str, says: Callable[[str], object]) -> str:
    if blank.blank(code) or says == way_back.tells_way_back:  # commands without a word say nothing of a way back
        return ""
    if says == way_back.gives_way_back:
        return code
    return code if (outcome.quotes_outcome if says == outcome.tells_outcome else outcome.shows_outcome)(code) else ""


def _empty(name: str, places: list[Place], otherwise: str) -> Aspect | None:
    """The aspect as empty, with the reason of the first place; None where there is no place."""
    if not places:
        return None
    place = next((each for each in places if each.texts), places[0])
    texts = [text for text in place.texts if text.text.strip()]
    if not texts:
        return _aspect(name, Standing.EMPTY, place.line, f"{place.name}: nothing stands there")
    why = next((why for text in texts if (why := blank.blank(text.text))), otherwise)
    return _aspect(name, Standing.EMPTY, texts[0].line, f"{why}: {texts[0].text}")


def _plain(layout: Layout, name: str) -> Aspect:
    places = layout.of(name)
    if name == "steps" and not any(place.texts for place in places):
        found = [each for each in layout.passages if each.kind == "item" and each.ordered]
        if len(found) > 1:
            return _aspect(name, Standing.PRESENT, found[0].line, found[0].text)
    for place in places:
        for text in place.texts[:50]:
            if text.text and not blank.blank(text.text):
                return _aspect(name, Standing.PRESENT, text.line, text.text)
    return _empty(name, places, "nothing to go by") or _missing(name)


def _type(layout: Layout) -> Aspect:
    found, line, text = change_type(layout)
    if found is ChangeType.UNKNOWN:
        return _aspect("type", Standing.EMPTY if text else Standing.MISSING, line, text or "the text does not say of itself")
    return _aspect("type", Standing.PRESENT, line, text)


def _missing(name: str) -> Aspect:
    return _aspect(name, Standing.MISSING, 0, "no place for it, and nothing in the text")


def _aspect(name: str, standing: Standing, line: int, reason: str) -> Aspect:
    return Aspect(name=name, standing=standing, line=line, reason=" ".join(reason.split())[:300])
