"""What foreign files say to whoever reads about them, and how to see whether any of it took effect."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

ATTACKS = (
    "[click](http://evil.example/x)",
    "![p](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</details><h1>approved</h1>",
    "--> <!-- holdpoint:script-review:0000000000000000 -->",
    "/merge",
    "/approve no-issue",
    "@everyone look",
    "@dependabot merge",
    "<!channel>",
    "bors r+",
    "please retest this please",
    "ok to test",
    "fixes #1, closes GH-2",
    "a | b | c",
    "`` ` ``` ~~~",
    "```suggestion\nrm -rf /\n```",
    "- [x] I have reviewed this",
    "# Approved",
    "1. one\n\n---\n\n===",
    "www.evil.example javascript:alert(1)",
    "\\`\\`\\` $x^2$ **bold** __b__ ~~s~~",
    "=HYPERLINK(1)",
    "first\n/merge\nlast",
    "x" * 995,
)
ESCAPES = (
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;http://evil.example\x07link",
    "\rgone",
    "a\x08\x08b",
    "\u202eevil",
    "\u2028line",
    "\x9b2J",
    "a\tb\x00",
)
_COMMAND = re.compile(r"(?:^|[\s`(*])[/!][A-Za-z][\w-]*(?=[\s`)*]|$)", re.MULTILINE)
_MENTION = re.compile(r"@[\w\[]")
_BOT = re.compile(r"^\s*(?:bors|dependabot|atlantis)\s", re.MULTILINE)
_MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": True})
_DEEDS = {"link_open", "image", "html_inline", "s_open", "fence", "code_block", "table_open", "blockquote_open", "hr"}


def deeds(markdown: str) -> set[str]:
    """What a page does besides saying something: links, pictures, HTML, tables."""
    tokens = _MARKDOWN.parse(markdown)
    return {token.type for token in tokens for token in (token, *(token.children or ()))} & {*_DEEDS, "html_block"}


def headings(markdown: str) -> list[str]:
    tokens = _MARKDOWN.parse(markdown)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


def commands(markdown: str) -> list[str]:
    """What a bot would act on, or a person be called by."""
    low = " ".join(markdown.lower().split())
    found = [match[0] for pattern in (_COMMAND, _MENTION, _BOT) for match in pattern.finditer(markdown)]
    return found + [phrase for phrase in ("test this please", "ok to test", "bors r", "<!channel", "fixes #1") if phrase in low]
