"""The pages: what a tired reader sees first, every citation at its place, nothing foreign alive."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from include.contracts.evidence import Evidence
from include.drafting.extractive import draft
from include.drafting.fact_check import by_id
from include.drafting.render_html import render_html
from include.drafting.render_markdown import render_markdown
from tests.fixtures.recorded.replay import NAMES, replay
from tests.include.drafting.test_extractive_properties import LINE, answers, context_of

ALL = pytest.mark.parametrize("name", NAMES)


class Page(HTMLParser):
    """Collects tags, ids, links and marked text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.marks: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag == "mark":
            self.marks.append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data


def pages(catalogue: Any, name: str) -> tuple[Any, dict[str, Evidence], str, str]:
    drafted, _ = replay(catalogue, name)
    evidence = {item.id: item for item in drafted.evidence}
    zone = "Europe/Berlin"
    return (
        drafted.brief,
        evidence,
        render_markdown(drafted.brief, evidence, time_zone=zone),
        render_html(drafted.brief, evidence, time_zone=zone),
    )


@ALL
def test_ten_seconds_are_enough(catalogue: Any, name: str) -> None:
    """The first dozen lines: draft, severity, title, service, since when (both zones), people, suspicion, what is missing."""
    brief, _, markdown, _ = pages(catalogue, name)
    head = "\n".join(markdown.split("\n")[:8])
    assert head.startswith("# DRAFT · CRITICAL · ")
    assert brief.title in head
    assert str(brief.service) in head
    assert "11:05:00 CET (2026-11-20T10:05:00Z)" in head
    assert brief.escalation.owner_name in head
    assert brief.escalation.on_call_name in head
    assert (brief.hypotheses[0].id if brief.hypotheses else "none") in head
    assert ("without an answer" in head) == any(gap.kind != "not_asked" for gap in brief.missing)


@ALL
def test_the_markdown_has_no_html_link_or_image(catalogue: Any, name: str) -> None:
    markdown = pages(catalogue, name)[2]
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": True}).parse(markdown)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "image", "html_inline", "html_block"}
    assert not re.search(r"@\w", markdown)
    assert not re.search(r"(?m)^\s*[/!][a-z]", markdown)


@ALL
def test_every_part_of_the_brief_is_on_both_pages(catalogue: Any, name: str) -> None:
    brief, _, markdown, html = pages(catalogue, name)
    text = Page(html).text
    for item in (*brief.facts, *brief.hypotheses):
        assert f"**{item.id}**" in markdown
        assert item.id in text
    for gap in brief.missing:
        assert gap.reason in text
    for page in (markdown, text):
        assert "DRAFT" in page
        assert brief.label in page
        assert brief.escalation.reason in page


@ALL
def test_citations_lead_to_the_very_words(catalogue: Any, name: str) -> None:
    brief, _, _, html = pages(catalogue, name)
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    marked = "\n".join(page.marks)
    for fact in brief.facts:
        for number, citation in enumerate(fact.citations, 1):
            assert f"c-{fact.id}-{number}" in page.ids
            assert citation.quote in marked


@ALL
def test_the_page_loads_and_runs_nothing(catalogue: Any, name: str) -> None:
    html = pages(catalogue, name)[3]
    page = Page(html)
    assert not {"script", "img", "iframe", "link", "form", "object", "embed", "base", "svg"} & set(page.tags)
    assert not {each for each in page.attributes if each.startswith("on") or each in ("src", "style", "action", "srcset")}
    assert all(link.startswith("#") for link in page.links)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(evidence=answers(), title=LINE)
def test_h11_no_answer_gets_out_of_the_html(catalogue: Any, evidence: list[Evidence], title: str) -> None:
    brief = draft(context_of(catalogue, evidence, title))
    page = Page(render_html(brief, by_id(evidence), time_zone="UTC"))
    allowed = set(
        "html head meta title style body p span h1 h2 dl dt dd ul ol li strong br a details summary pre mark time".split()  # noqa: SIM905
    )
    assert set(page.tags) <= allowed
    assert all(re.fullmatch(r"#[A-Za-z0-9-]+", link) for link in page.links)


def test_evidence_that_is_not_at_hand_is_named(catalogue: Any) -> None:
    brief = pages(catalogue, "dependency-down")[0]
    assert "not at hand" in render_html(brief, {}, time_zone="UTC")
    assert brief.used[-1] in render_markdown(brief, {}, time_zone="UTC")


def test_an_unknown_time_zone_falls_back_to_utc(catalogue: Any) -> None:
    brief, evidence, *_ = pages(catalogue, "dependency-down")
    assert "2026-11-20T10:05:00Z" in render_markdown(brief, evidence, time_zone="No/Where")


def test_a_large_source_is_shown_around_its_citations_only(catalogue: Any) -> None:
    _, evidence, _, html = pages(catalogue, "only-old-noise")
    assert sum(item.text.count("cache refresh") for item in evidence.values()) > 200
    assert "lines …" in html
    assert html.count("cache refresh") < 60
