"""A brief as Markdown. The first lines are for somebody who was asleep a minute ago; the rest is for checking them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from include.contracts.brief import Brief, Fact, Hypothesis
from include.contracts.evidence import Citation, Evidence, Gap, GapKind
from include.contracts.inert import inert
from include.contracts.inert_markdown import code, prose
from include.contracts.reads import stamp
from include.drafting.advice import WORDS
from include.drafting.times import both, zone

_QUOTE = 300  # characters of a quote that are shown; the JSON has all of it
_STATEMENT = 700
_BREAK = "\n"
_GAPS = {GapKind.FAILED: "failed", GapKind.PENDING: "not answered yet", GapKind.NOT_ASKED: "not asked"}


def render_markdown(brief: Brief, evidence: Mapping[str, Evidence], *, time_zone: str) -> str:
    """Markdown (CommonMark, no HTML, no links); foreign text stands in code spans and does nothing.

    :param evidence: by id, as far as it is at hand: says where each quote was read
    :param time_zone: the reader's, an IANA name
    """
    reader = zone(time_zone)
    parts = [
        *_head(brief, both(brief.started_at, reader)),
        *_section(
            "Facts", [line for fact in brief.facts for line in _fact(fact)], "None: nothing was read that could be quoted."
        ),
        *_section("Hypotheses", [line for h in brief.hypotheses for line in _hypothesis(h)], "None."),
        *_section("Missing evidence", list(_missing(brief.missing)), "Nothing: every source was asked and answered."),
        *_section("Next checks (read only)", [f"{n}. {prose(s.step)} {prose(s.why)}" for n, s in enumerate(brief.next_steps, 1)]),
        *_section("Runbooks", [line for line in _runbooks(brief)], "None matched."),
        *_section("Assumptions", [f"- {prose(a.statement)}{_ids(' rests on', a.basis)}" for a in brief.assumptions], "None."),
        *_section("Escalation", list(_escalation(brief))),
        *_section("Sources", list(_sources(brief, evidence)), "None."),
        "",
        f"DRAFT version {brief.version} by {inert(brief.drafter)}, {both(brief.drafted_at, reader)}, for {_principal(brief)}. "
        f"Label: {brief.label}.",
    ]
    return "\n".join(parts) + "\n"


def _head(brief: Brief, since: str) -> Iterator[str]:
    where = f"**{brief.service or 'service unknown'}**" + (f" in {brief.environment}" if brief.environment else "")
    people = brief.escalation
    yield f"# DRAFT · {brief.severity.upper()} · {code(brief.title, 200)}"
    yield ""
    yield f"- **What:** {where}, {brief.classification.intent} incident {brief.incident}"
    yield f"- **Since:** {since}"
    yield f"- **Owner:** {prose(people.owner_name)} · **on call:** {prose(people.on_call_name)}"
    yield f"- **First suspicion:** {_suspicion(brief)}"
    yield f"- **Missing:** {_missing_in_short(brief)}"
    yield ""
    yield prose(brief.summary)
    reasons = " ".join(prose(reason) for reason in brief.classification.reasons)
    yield ""
    yield f"Intent {brief.classification.intent}, risk {brief.classification.risk}: {reasons}"


def _suspicion(brief: Brief) -> str:
    if not brief.hypotheses:
        return "none; the evidence names no cause"
    first = brief.hypotheses[0]
    return f"{first.id} ({first.score} of 100) {prose(first.statement)}"


def _missing_in_short(brief: Brief) -> str:
    asked = [gap for gap in brief.missing if gap.kind is not GapKind.NOT_ASKED]
    if not asked:
        return "no read failed"
    tools = ", ".join(dict.fromkeys(_what(gap) for gap in asked))
    return f"{len(asked)} {'read' if len(asked) == 1 else 'reads'} without an answer: {tools}"


def _section(title: str, lines: list[str], otherwise: str = "") -> Iterator[str]:
    if lines or otherwise:
        yield from ("", f"## {title}", "", *(lines or [otherwise]))


def _fact(fact: Fact) -> Iterator[str]:
    yield f"- **{fact.id}** {', '.join(code(line, _STATEMENT) for line in fact.statement.split(_BREAK))}"
    for citation in fact.citations:
        shown = "" if citation.quote in fact.statement.split(_BREAK) else f": {code(citation.quote, _QUOTE)}"
        yield f"  - {_place(citation)}{shown}"


def _place(citation: Citation) -> str:
    return f"{citation.evidence}, characters {citation.start}–{citation.end}"


def _hypothesis(hypothesis: Hypothesis) -> Iterator[str]:
    yield f"- **{hypothesis.id}** ({hypothesis.score} of 100) {prose(hypothesis.statement)}"
    against = _ids(" · against:", hypothesis.against)
    yield f"  - for:{_ids('', hypothesis.supports)}{against}"
    yield f"  - would be refuted by: {prose(hypothesis.refuted_by)}"


def _ids(lead: str, ids: tuple[str, ...]) -> str:
    return f"{lead} {', '.join(ids)}" if ids else ""


def _missing(gaps: tuple[Gap, ...]) -> Iterator[str]:
    """Failed reads one by one; what was not asked, by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for gap in gaps:
        if gap.kind is GapKind.NOT_ASKED:
            by_reason[gap.reason].append(_what(gap))
        else:
            yield f"- **{_GAPS[gap.kind]}:** {_what(gap)}: {code(gap.reason)}"
    for reason, what in by_reason.items():
        yield f"- {_GAPS[GapKind.NOT_ASKED]}: {', '.join(dict.fromkeys(what))}: {prose(reason)}"


def _what(gap: Gap) -> str:
    service = gap.params.get("service")
    what = WORDS.get(gap.tool, gap.tool)
    what += f" of {inert(service)}" if isinstance(service, str) else ""
    since, until = gap.params.get("since"), gap.params.get("until")
    return f"{what} from {inert(since)} to {inert(until)}" if isinstance(since, str) and isinstance(until, str) else what


def _runbooks(brief: Brief) -> Iterator[str]:
    for hit in brief.runbooks:
        stale = f" · **stale**: {prose(hit.stale_reason or 'overdue')}" if hit.stale else ""
        kind = "known issue" if hit.kind == "known_issue" else "runbook"
        yield f"- {code(hit.runbook)} ({kind}, owner {hit.owner}) {code(hit.title, 200)}{stale}"
        if hit.citation is not None:
            yield f"  - {_place(hit.citation)}: {code(hit.citation.quote, _QUOTE)}"


def _escalation(brief: Brief) -> Iterator[str]:
    people = brief.escalation
    yield f"- To {prose(people.owner_name)} ({people.owner}), owner, and {prose(people.on_call_name)} ({people.on_call}), on call"
    yield f"- Then: {', '.join(people.chain)}"
    yield f"- Why: {prose(people.reason)}"


def _principal(brief: Brief) -> str:
    """Without the `@`, which is a mention to what this may be posted to."""
    name = brief.principal.removesuffix("@service")
    return name if name == brief.principal else f"the workflow {name}"


def _sources(brief: Brief, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    for name in brief.retrieved:
        item = evidence.get(name)
        used = "cited" if name in brief.used else "read, not cited"
        if item is None:
            yield f"- {name}: {used}"
            continue
        used = used if item.text else "read, empty"
        yield f"- {name}: {_asked(item)}, {code(item.place, 200)}, read {stamp(item.collected_at)}, {item.label}, {used}"


def _asked(item: Evidence) -> str:
    return _what(Gap(kind=GapKind.NOT_ASKED, tool=item.tool, params=item.params, reason="asked"))
