"""A CAB package as Markdown: one page for the people who decide; foreign text stands in code spans and does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.brief import Fact
from include.contracts.cab import CabPackage
from include.contracts.inert import inert
from include.contracts.inert_markdown import code, prose
from include.drafting.cab.laid_out import LaidOut, laid_out

_SHOWN = 400  # characters of a quote


def render_markdown(package: CabPackage, *, time_zone: str) -> str:
    """Markdown (CommonMark, no HTML, no links).

    :param time_zone: the reader's, an IANA name
    """
    shown = laid_out(package, time_zone=time_zone)
    parts = [
        *_head(shown),
        *_section("Worry about first", list(_worries(package)), "Nothing stands out."),
        *_section("The change, in the author's words", list(_headed(shown))),
        *_section("Around it (read, quoted)", [_fact(fact) for fact in shown.around], "Nothing was read about it."),
        *_section("Questions to the author", [_question(each.asks, each.line) for each in package.questions], "None."),
        *_section("Assumptions", [f"- {prose(each.statement)}" for each in package.assumptions], "None."),
        *_section(
            "Recommended checks (read only)", [f"- {prose(s.step)} {prose(s.why)}" for s in package.recommendations], "None."
        ),
        *_section("Who may decide", list(_deciders(package)), "Nobody: the notes name no service of the catalogue."),
        *_section("Risk", list(_risk(package))),
        *_section("Not known", list(_unknown(shown)), "Every read was answered."),
        "",
        f"DRAFT version {package.version} by {inert(package.drafter)}, {shown.drafted}, for {inert(package.principal)}. "
        f"Label: {package.label}.",
    ]
    return "\n".join(parts) + "\n"


def _head(shown: LaidOut) -> Iterator[str]:
    package = shown.package
    found = package.assessment
    yield f"# DRAFT · change request · {code(package.title, 200)}"
    yield ""
    yield f"- **Change:** {package.change}, {found.type.value}, in {package.environment}"
    yield f"- **Services:** {', '.join(package.services) or 'none of the catalogue'}"
    yield f"- **Window:** {prose(shown.window)}"
    yield f"- **Risk:** {found.risk.level} ({found.risk.likelihood} × {found.risk.impact} = {found.risk.score} of 25)"
    yield f"- **Rollback:** {found.rollback.value} · **validation:** {found.validation.value}"
    yield f"- **Requested by:** {inert(package.principal)}"
    yield ""
    yield prose(package.summary)


def _section(title: str, lines: list[str], otherwise: str = "") -> Iterator[str]:
    if lines or otherwise:
        yield from ("", f"## {title}", "", *(lines or [otherwise]))


def _worries(package: CabPackage) -> Iterator[str]:
    for number, worry in enumerate(package.worries, 1):
        where = f" (line {worry.line})" if worry.line else ""
        asks = f" {prose(worry.asks)}" if worry.asks else ""
        yield f"{number}. {code(worry.says, _SHOWN)}{where}{asks}"


def _headed(shown: LaidOut) -> Iterator[str]:
    for title, facts in shown.headed:
        yield f"- **{title}:**" + ("" if facts else " the notes do not say")
        yield from (f"  {_fact(fact)}" for fact in facts)


def _fact(fact: Fact) -> str:
    (citation, *_) = fact.citations
    return f"- **{fact.id}** {code(fact.statement, _SHOWN)} ({citation.evidence}, characters {citation.start}–{citation.end})"


def _question(asks: str, line: int) -> str:
    return f"- {prose(asks)}" + (f" (line {line})" if line else "")


def _deciders(package: CabPackage) -> Iterator[str]:
    for each in package.deciders:
        who = ", ".join(each.people) or "nobody"
        yield f"- {each.service}: owner {each.owner}; " + (
            f"role {each.role}: {who}" if each.role else "nobody may release changes of it: it has no change_role"
        )


def _risk(package: CabPackage) -> Iterator[str]:
    risk = package.assessment.risk
    for what, reasons in (("likelihood", risk.likelihood_reasons), ("impact", risk.impact_reasons)):
        for reason in reasons:
            yield f"- {what} {reason.points:+d}: {code(reason.says, _SHOWN)}"


def _unknown(shown: LaidOut) -> Iterator[str]:
    yield from (f"- {prose(line)}" for line in shown.package.stale)
    yield from (f"- no answer: {what}: {code(reason)}" for what, reason in shown.failed)
    if shown.not_asked:
        yield f"- {shown.not_asked} further sources were not asked"
