"""The fields of a draft change request, quoted from the notes by topic: what the notes do not say stays empty and is asked for.

Nothing is made up. The risk is the assessment's, with its reasons; the document's own word on it counts for nothing. Quoted text
is made inert and cut in a visible way; its exact words stand in the notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from include.changes.blank import blank
from include.changes.claims import set_aside
from include.changes.notes import Notes
from include.changes.places import Layout, Passage, lay_out
from include.contracts.base import clean_text
from include.contracts.change import Aspect, Assessment, RiskReason, Standing
from include.contracts.change_draft import AUTHOR, DRAFT, MAX_BODY, MAX_TITLE, ChangeDraft
from include.contracts.inert import inert_text

MAX_QUESTIONS = 30
_RESERVE = 60  # for the words that say that something was cut


@dataclass(frozen=True)
class Wanted:
    """A field's topics, those that it leaves to others, and the aspects of which one must be present for it to be filled; the
    first is the one that it is for.
    """

    says: str
    topics: frozenset[str]
    aspects: tuple[str, ...]
    without: frozenset[str] = frozenset()


def _of(says: str, topics: str, aspects: str, without: str = "") -> Wanted:
    return Wanted(says, frozenset(topics.split()), tuple(aspects.split()), frozenset(without.split()))


QUOTED = {
    "justification": _of("why it is done", "purpose", "purpose"),
    "implementation_plan": _of("how it is done", "steps prechecks", "steps prechecks", "rollback validation trigger"),
    "backout_plan": _of("how to get back", "rollback trigger", "rollback"),
    "test_plan": _of("how one sees that it worked", "validation test_plan evidence", "validation evidence", "rollback"),
    "communication_plan": _of("who is told", "communication", "communication"),
}
SCOPE = _of("what is changed", "scope", "scope", "steps rollback validation purpose")
IMPACT = _of("what it may disturb", "impact", "impact")


def draft_fields(
    notes: Notes, assessment: Assessment, *, mark: str, version: int, environment: str, requested_by: str
) -> ChangeDraft:
    """The draft of one version of a change request.

    :param mark: the change request's id, `chg_…`
    :param assessment: of the same notes, for the same environment
    """
    kept, _ = set_aside(notes)  # what a document says about itself is quoted nowhere
    layout = lay_out(kept)
    fields = {name: _cut(_quoted(layout, assessment, wanted)) for name, wanted in QUOTED.items()}
    if fields["test_plan"] and assessment.validation is not Standing.PRESENT:
        fields["test_plan"] = _cut(f"Tests made before; what shows afterwards that it worked is missing.\n{fields['test_plan']}")
    start, end = (assessment.window.start, assessment.window.end) if assessment.window else (None, None)
    questions = tuple(dict.fromkeys(_line(each.asks) for each in assessment.findings if each.asks))[:MAX_QUESTIONS]
    return ChangeDraft(
        mark=mark,
        version=version,
        short_description=_title(assessment.title),
        description=_description(layout, assessment, fields, mark, version, environment, requested_by),
        risk_impact_analysis=_cut(_risk(layout, assessment)),
        type=assessment.type,
        start=start,
        end=end,
        services=_services(assessment),
        environment=environment,
        requested_by=requested_by,
        questions=questions,
        **fields,
    )


def _services(assessment: Assessment) -> tuple[str, ...]:
    return tuple(sorted({each.service for each in assessment.affected if each.service}))


def _title(title: str) -> str:
    text = DRAFT + (_line(title) or "change without a title")
    return text if len(text) <= MAX_TITLE else f"{inert_text(text[: MAX_TITLE - 20].rstrip())[: MAX_TITLE - 2]} …"


def _description(
    layout: Layout,
    assessment: Assessment,
    fields: dict[str, str],
    mark: str,
    version: int,
    environment: str,
    requested_by: str,
) -> str:
    scope, impact = _quoted(layout, assessment, SCOPE), _quoted(layout, assessment, IMPACT)
    filled = [*((QUOTED[name], text) for name, text in fields.items()), (SCOPE, scope), (IMPACT, impact)]
    window = assessment.window
    missing = [wanted.says for wanted, text in filled if not text or not _present(assessment, wanted.aspects[:1])]
    missing += [] if window and window.start else ["when exactly"]
    missing += [] if assessment.type.value != "unknown" else ["which type of change it is"]
    lines = [
        f"DRAFT, written by {AUTHOR} (a machine) from technical notes. Nobody has approved it.",
        f"Change request {mark}, version {version}. Environment: {environment}. Requested by: {requested_by}.",
        f"Services of the catalogue: {', '.join(_services(assessment)) or 'none named'}.",
    ]
    if assessment.unmatched:
        names = [each.name for each in assessment.unmatched]
        lines.append(f"Named in the notes and in no catalogue: {', '.join(names[:20])}{' …' if len(names) > 20 else ''}.")
    if window is not None:
        lines.append(f"Window as written: {window.text}")
    lines.append(f"The notes do not say: {'; '.join(missing)}." if missing else "Each field is quoted from the notes.")
    return _cut("\n".join([*map(_safe, lines), *(["", "What is changed, from the notes:", scope] if scope else [])]))


def _risk(layout: Layout, assessment: Assessment) -> str:
    risk = assessment.risk
    lines = [
        f"Computed by {AUTHOR} from fixed rules: {risk.level}. Likelihood {risk.likelihood} of 5, impact {risk.impact} of 5, "
        f"score {risk.score} of 25.",
        *_reasons("Likelihood", risk.likelihood_reasons),
        *_reasons("Impact", risk.impact_reasons),
    ]
    for met in assessment.conflicts:
        lines.append(f"In the way{'' if met.certain else ' (not certain)'}: {met.kind} {met.name}: {met.says}")
    impact = _quoted(layout, assessment, IMPACT)
    return "\n".join([*map(_safe, lines), *(["", "From the notes:", impact] if impact else [])])


def _reasons(what: str, reasons: Iterable[RiskReason]) -> Iterator[str]:
    yield from (f"{what} {each.points:+d}: {each.says}" for each in reasons)


# -- Quoting -----------------------------------------------------------------------------------------------------------


def _quoted(layout: Layout, assessment: Assessment, wanted: Wanted) -> str:
    """The passages of these topics, in the notes' order; "" where the assessment found nothing to go by."""
    present = _present(assessment, wanted.aspects)
    if not present:
        return ""
    found = [each for each in layout.passages if each.topics & wanted.topics and not each.topics & _left(wanted, each)]
    found = [each for each in found if each.text.strip() and not blank(each.text)]
    deciding = [each for each in layout.passages if each.line in _lines(present) and each.text.strip()]
    chosen = found or deciding
    if "steps" in wanted.topics and not any("steps" in each.topics for each in found):
        chosen = [*found, *(each for each in layout.passages if each.kind == "item" and each.ordered and each not in found)]
    return "\n".join(_shown(_once(chosen)))


def _present(assessment: Assessment, names: Sequence[str]) -> list[Aspect]:
    return [each for each in assessment.aspects if each.name in names and each.standing is Standing.PRESENT]


def _left(wanted: Wanted, passage: Passage) -> frozenset[str]:
    """A table's row of steps stays whole where its columns for the undo and the check were taken out of it already."""
    return wanted.without if passage.kind != "row" else wanted.without - {"validation"}


def _lines(aspects: Iterable[Aspect]) -> set[int]:
    return {each.line for each in aspects if each.line}


def _once(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Without repeats of the same text at the same line: a table's row says it as a whole and by its cells."""
    seen: set[tuple[int, str]] = set()
    for each in passages:
        if (each.line, each.text) not in seen:
            seen.add((each.line, each.text))
            yield each


def _shown(passages: Iterable[Passage]) -> Iterator[str]:
    number = 0
    for each in passages:
        ordered = each.kind == "item" and each.ordered
        number = number + 1 if ordered else number
        start = f"{number}. " if ordered else "- " if each.kind == "item" else ""
        yield start + _safe(each.text.strip())


def _safe(text: str) -> str:
    return inert_text(clean_text(text))


def _line(text: str) -> str:
    """One line, at most 300 characters; made inert after the cut, which may make a command word of a path."""
    return _safe(" ".join(text.split())[:300])[:400]


def _cut(text: str) -> str:
    """At most a field's length; what is left out is counted in words that a reader sees."""
    if len(text) <= MAX_BODY:
        return text
    kept = text[: MAX_BODY - 2 * _RESERVE]
    kept = kept.rsplit("\n", 1)[0] if "\n" in kept else kept
    left = len(text) - len(kept)
    return f"{inert_text(kept.rstrip())[: MAX_BODY - _RESERVE]}\n… ({left} more characters in the notes)"
