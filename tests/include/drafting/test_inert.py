"""Foreign text does nothing where it is posted, and a reader can still read it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from include.contracts.base import clean_text
from include.contracts.inert import inert
from include.contracts.inert_markdown import code, prose

HOSTILE = [
    "[click](http://evil.example/x)",
    "![i](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "https://evil.example/a?b=c",
    "www.evil.example",
    "<https://evil.example>",
    "@maya please look",
    "@[Maya]",
    "mail me at maya@example.com",
    "/approve",
    "@/approve",
    "please /lgtm now",
    "!deploy prod",
    "<!channel> wake up",
    "<@U123456>",
    "fixes #12 and GH-7",
    "javascript:alert(1)",
    "data:text/html;base64,AAAA",
    "```\n/approve\n```",
    "# heading",
    "* item\n* item",
    "| a | b |\n|---|---|",
    "&lt;b&gt; &#64;maya",
    "**bold** __bold__ ~~gone~~ $x$",
    "`tick` ``two`` ```three```",
    "\\` escaped",
    "[ref]: http://evil.example",
    "text\n===\ntext\n---",
    "1. one\n2. two",
    "line  \nbreak",
    "[^1] [x] - [ ] task",
]
MESSAGES = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60).map(clean_text), st.lists(st.sampled_from(HOSTILE)).map(" ".join)
)
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": True})
DEEDS = {
    "link_open",
    "image",
    "html_inline",
    "html_block",
    "strong_open",
    "em_open",
    "s_open",
    "heading_open",
    "fence",
    "table_open",
}
COMMAND = re.compile(r"(?:^|\s)[/!][a-z][\w-]*(?=\s|$)", re.MULTILINE)


def kinds(markdown: str) -> set[str]:
    tokens = MARKDOWN.parse(markdown)
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}


def words(markdown: str) -> str:
    return "".join(
        child.content
        for token in MARKDOWN.parse(markdown)
        for child in token.children or ()
        if child.type in ("text", "code_inline")
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", [code, prose])
def test_h11_nothing_happens(text: str, form: object) -> None:
    shown = f"- **F1** {form(text)} end"  # type: ignore[operator]
    assert "\n" not in shown
    assert not kinds(shown) & (DEEDS - {"strong_open"})
    assert not COMMAND.search(shown)
    assert not re.search(r"@\w|@\[|<[!@#]|#\d|://|\bGH-\d", shown)


@given(MESSAGES)
def test_h11_nothing_happens_with_any_text(text: str) -> None:
    for form in (code, prose):
        assert not kinds(f"- x {form(text)} y") & DEEDS


@given(MESSAGES)
def test_a_code_span_shows_the_inert_text_and_nothing_else(text: str) -> None:
    spans = [c for t in MARKDOWN.parse(f"x {code(text)} y") for c in t.children or () if c.type == "code_inline"]
    assert len(spans) == 1
    assert spans[0].content.strip(" ") == (inert(text) or " ").strip(" ")


@pytest.mark.parametrize(
    "text", ["shop-payments failed: 5 of 5 in use", "a_b_c is 1.5e+06", "/var/log/shop/orders.log", "50% of 7 ms"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text
    assert words(prose(text)) == text


def test_the_change_is_visible() -> None:
    assert inert("@maya /approve http://x #4") == "(at)maya [/]approve http[:]//x (#)4"


def test_what_is_cut_says_so() -> None:
    assert code("a" * 50, 10) == "`aaaaaaaaaa … (40 more characters)`"


@pytest.mark.parametrize("name", ["atlantis apply", "  Terraform destroy", "kubectl delete ns x"])
def test_a_bot_that_listens_for_its_bare_name_is_not_called(name: str) -> None:
    first = inert(name).split()[0]
    assert first.startswith("(")
    assert first.endswith(")")


def test_what_breaks_a_command_leaves_no_mention_behind():
    assert inert("@/merge") == "(at)[/]merge"
