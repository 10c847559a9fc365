"""A brief as one HTML page: no script, nothing loaded, every citation a link to its place in the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from include.contracts.brief import Brief
from include.contracts.evidence import Citation, Evidence, Gap, GapKind
from include.contracts.reads import stamp
from include.drafting.advice import WORDS
from include.drafting.templates import template
from include.drafting.times import both, local, zone

_CONTEXT = 2  # lines shown around a cited one
_UNCITED_LINES = 40  # shown of evidence that nothing cites
_LINE = 2_000  # characters of a line that are shown where no citation lies


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: marked where a citation covers it; `anchors` are the citations that begin here."""

    text: str
    marked: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownLine:
    number: int
    pieces: tuple[Piece, ...]
    skipped: int = 0  # lines left out before this one


@dataclass
class ShownEvidence:
    id: str
    anchor: str
    what: str
    item: Evidence | None
    cited: bool
    read_at: str
    lines: list[ShownLine] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class LaidOut:
    """What `brief_said.html.j2` shows: the brief, its gaps in words, its times for the reader, where its citations lead."""

    brief: Brief
    hrefs: Mapping[tuple[str, int], str]
    since: str
    drafted: str
    failed: list[tuple[str, str]]
    pending: list[str]
    not_asked: dict[str, list[str]]
    zone: str


def render_html(brief: Brief, evidence: Mapping[str, Evidence], *, time_zone: str) -> str:
    """A self-contained page, light and dark, fit for printing. All text is escaped by the template engine.

    :param evidence: by id; evidence that is not at hand is named without its text
    :param time_zone: the reader's, an IANA name
    """
    anchors = _anchors(brief)
    reader = zone(time_zone)
    evidence_shown = [_evidence(brief, evidence, name, anchors, number, reader) for number, name in enumerate(brief.retrieved, 1)]
    hrefs = {key: f"#{anchor}" for key, anchor in anchors.items()}
    page: str = template("brief.html.j2").render(evidence=evidence_shown, shown=laid_out(brief, hrefs, time_zone=time_zone))
    return page


def laid_out(brief: Brief, hrefs: Mapping[tuple[str, int], str], *, time_zone: str) -> LaidOut:
    """The brief for its template.

    :param hrefs: the keys of `cited` to where each citation leads
    """
    reader = zone(time_zone)
    return LaidOut(
        brief=brief,
        hrefs=hrefs,
        since=both(brief.started_at, reader),
        drafted=both(brief.drafted_at, reader),
        failed=[(_what(gap), gap.reason) for gap in brief.missing if gap.kind is GapKind.FAILED],
        pending=[_what(gap) for gap in brief.missing if gap.kind is GapKind.PENDING],
        not_asked=_not_asked(brief.missing),
        zone=time_zone,
    )


def cited(brief: Brief) -> dict[tuple[str, int], Citation]:
    """(fact id, or `R1` for the first runbook; position of the citation) to the citation."""
    found = {(fact.id, number): citation for fact in brief.facts for number, citation in enumerate(fact.citations)}
    found |= {(f"R{place}", 0): hit.citation for place, hit in enumerate(brief.runbooks, 1) if hit.citation is not None}
    return found


def _anchors(brief: Brief) -> dict[tuple[str, int], str]:
    """The key of `cited` to the anchor of the citation's place in the evidence."""
    return {key: f"c-{key[0]}" if key[0].startswith("R") else f"c-{key[0]}-{key[1] + 1}" for key in cited(brief)}


def _citations(brief: Brief, name: str, anchors: Mapping[tuple[str, int], str]) -> list[tuple[Citation, str]]:
    return [(citation, anchors[key]) for key, citation in cited(brief).items() if citation.evidence == name]


def _evidence(
    brief: Brief, evidence: Mapping[str, Evidence], name: str, anchors: Mapping[tuple[str, int], str], number: int, reader: Any
) -> ShownEvidence:
    item = evidence.get(name)
    citations = _citations(brief, name, anchors)
    what = _words(item.tool, item.params.get("service")) if item else ""
    at = f"{local(item.collected_at, reader)} ({stamp(item.collected_at)})" if item else ""
    shown = ShownEvidence(name, f"e-{number}", what, item, bool(citations), at)
    if item is not None:
        shown.lines = list(_lines(item.text, citations))
        shown.more = item.text.count("\n") + 1 - (shown.lines[-1].number if shown.lines else 0)
    return shown


def _lines(text: str, citations: list[tuple[Citation, str]]) -> Iterator[ShownLine]:
    starts, position = [], 0
    lines = text.split("\n")
    for line in lines:
        starts.append(position)
        position += len(line) + 1
    wanted = _wanted(lines, starts, citations)
    last = -1
    for number in sorted(wanted):
        pieces = tuple(_pieces(lines[number], starts[number], citations))
        yield ShownLine(number + 1, pieces, skipped=number - last - 1)
        last = number


def _wanted(lines: list[str], starts: list[int], citations: list[tuple[Citation, str]]) -> set[int]:
    if not citations:
        return set(range(min(len(lines), _UNCITED_LINES)))
    cited = {
        number
        for number, start in enumerate(starts)
        if any(citation.start <= start + len(lines[number]) and start < citation.end for citation, _ in citations)
    }
    return {near for number in cited for near in range(max(0, number - _CONTEXT), min(len(lines), number + _CONTEXT + 1))}


def _pieces(line: str, start: int, citations: list[tuple[Citation, str]]) -> Iterator[Piece]:
    """The line cut at every citation's beginning and end."""
    end = start + len(line)
    here = [(c, anchor) for c, anchor in citations if c.start < end and c.end > start]
    if not here:
        yield Piece(line[:_LINE] + (" …" if len(line) > _LINE else ""))
        return
    cuts = sorted({start, end, *(max(start, c.start) for c, _ in here), *(min(end, c.end) for c, _ in here)})
    for left, right in pairwise(cuts):
        marked = any(c.start <= left and right <= c.end for c, _ in here)
        anchors = tuple(anchor for c, anchor in here if max(start, c.start) == left and c.start >= start)
        yield Piece(line[left - start : right - start], marked, anchors)


def _not_asked(gaps: tuple[Gap, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gap in gaps:
        if gap.kind is GapKind.NOT_ASKED:
            names = found.setdefault(gap.reason, [])
            if _what(gap) not in names:
                names.append(_what(gap))
    return found


def _what(gap: Gap) -> str:
    return _words(gap.tool, gap.params.get("service"))


def _words(tool: str, service: object) -> str:
    words = WORDS.get(tool, f"the {tool}")
    return f"{words} of {service}" if isinstance(service, str) else words
