"""A CAB package in the words and the order in which it is shown, for Markdown, HTML and the console alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.contracts.brief import Fact
from include.contracts.cab import CabPackage
from include.contracts.evidence import Gap, GapKind
from include.drafting.advice import WORDS
from include.drafting.times import both, zone

HEADS = (
    ("what", "What"),
    ("why", "Why"),
    ("when", "When"),
    ("who", "Who"),
    ("way_back", "Way back"),
    ("checks", "Checks afterwards"),
)


@dataclass(frozen=True)
class LaidOut:
    """`headed`: each question with the facts that answer it; `around`: the others; `window`: as the reader's clock has it."""

    package: CabPackage
    headed: tuple[tuple[str, tuple[Fact, ...]], ...]
    around: tuple[Fact, ...]
    window: str
    drafted: str
    failed: tuple[tuple[str, str], ...]
    not_asked: int
    zone: str


def laid_out(package: CabPackage, *, time_zone: str) -> LaidOut:
    """:param time_zone: the reader's, an IANA name"""
    reader = zone(time_zone)
    facts = {fact.id: fact for fact in package.facts}
    headed = tuple((title, tuple(facts[key] for key in getattr(package.headed, name))) for name, title in HEADS)
    answered = {fact.id for _, found in headed for fact in found}
    window = package.assessment.window
    shown = "not stated"
    if window is not None:
        certain = window.start is not None and window.end is not None
        shown = f"{both(window.start, reader)} to {both(window.end, reader)}" if certain else f"not certain: {window.text}"  # type: ignore[arg-type]
    return LaidOut(
        package=package,
        headed=headed,
        around=tuple(fact for fact in package.facts if fact.id not in answered),
        window=shown,
        drafted=both(package.drafted_at, reader),
        failed=tuple(_failed(package)),
        not_asked=sum(gap.kind is GapKind.NOT_ASKED for gap in package.missing),
        zone=time_zone,
    )


def _failed(package: CabPackage) -> Iterator[tuple[str, str]]:
    for gap in package.missing:
        if gap.kind is not GapKind.NOT_ASKED:
            yield _what(gap), gap.reason


def _what(gap: Gap) -> str:
    service = gap.params.get("service")
    words = WORDS.get(gap.tool, gap.tool)
    return f"{words} of {service}" if isinstance(service, str) else words
