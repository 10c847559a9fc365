"""A page for each rule, and the table of all: `docs/rules`, written from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import re2

from include.contracts.script_review import Category
from include.script_review.rule import Rule

INDEX = "README.md"
# What a sample is written in, by how its rule's name begins.
_LANGUAGES = {"ps": "powershell", "sh": "bash", "tf": "hcl", "py": "python", "docker": "dockerfile"}
_LONG = re2.compile(r"[A-Za-z0-9+/_=]{24,}")  # longer than the names that people give
_WORDS = {
    "risky_operation": "risky operation",
    "missing_whatif": "missing -WhatIf",
    "missing_supports_should_process": "missing SupportsShouldProcess",
    "weak_logging": "weak logging",
    "secret_exposure": "secret exposure",
    "missing_rollback": "missing rollback",
    "thin_tests": "thin tests",
    "coverage": "coverage of the review",
}


def pages(rules: Iterable[Rule]) -> dict[str, str]:
    """File name -> text, for every page that there is to be."""
    rules = sorted(rules, key=attrgetter("id"))
    return {INDEX: index(rules), **{page_name(rule.id): f"{page(rule)}\n[All rules]({INDEX})\n" for rule in rules}}


def page_name(rule: str) -> str:
    """The file of a rule's page."""
    return f"{rule}.md"


def page(rule: Rule) -> str:
    """What a rule looks for, why, what to do, a bad and a good sample, and how to say that one place may stand."""
    parts = [
        f"# {rule.title}\n",
        f"`{rule.id}` · {words(rule.category)} · severity {rule.severity.value} · confidence {rule.confidence.value}\n",
        f"**Why.** {rule.why}\n",
        f"**Fix.** {rule.fix}\n",
        *_sample(rule, "Found", rule.bad),
        *_sample(rule, "Not found", rule.good),
        f"## Where it may stand\n\n{_suppressing(rule)}",
    ]
    return "\n".join(parts)


def index(rules: Iterable[Rule]) -> str:
    """The table of all rules, by name."""
    return "\n".join(_index(rules)) + "\n"


def words(category: str) -> str:
    """A category as people say it."""
    return _WORDS.get(category, category.replace("_", " "))


def _index(rules: Iterable[Rule]) -> Iterator[str]:
    yield "# Rules of the script review"
    yield ""
    yield "`./holdpoint scripts rules --write docs/rules` writes these pages from the rules. How a review is made, and what it is"
    yield "worth: [Script review](../script-review.md)."
    yield ""
    yield "| Rule | Looks for | Category | Severity |"
    yield "|---|---|---|---|"
    for rule in rules:
        title = rule.title.replace("|", "\\|")
        yield f"| [`{rule.id}`]({page_name(rule.id)}) | {title} | {words(rule.category)} | {rule.severity.value} |"


def _sample(rule: Rule, title: str, text: str) -> Iterator[str]:
    """A fence longer than any in the sample. What the engine finds by itself has no sample."""
    text = _shortened(text) if rule.category is Category.SECRET_EXPOSURE else text
    fence = "```"
    while fence in text:
        fence += "`"
    if text.strip():
        yield f"## {title}\n\n{fence}{_language(rule)}\n{text.rstrip()}\n{fence}\n"


def _shortened(text: str) -> str:
    """A sample of a secret is none, but whoever scans these pages cannot know; so it is not written out."""
    return str(_LONG.sub(lambda found: f"{found[0][:6]}…", text))


def _language(rule: Rule) -> str:
    return _LANGUAGES.get(rule.id.partition("-")[0], "text")


def _suppressing(rule: Rule) -> str:
    """A reason is asked for: without one the finding stays."""
    said = f"    # holdpoint: ignore {rule.id} REASON\n"
    text = f"On its line, or on a line of its own before it, with a reason that the reviewer is shown:\n\n{said}"
    text += "\n`ignore-file` in place of `ignore` says it of the whole file.\n"
    if rule.shares:
        names = ", ".join(f"`{name}`" for name in rule.shares)
        text += "\nA `SuppressMessageAttribute` with a `Justification` counts too: "
        text += f"for this rule, or for PSScriptAnalyzer's {names}.\n"
    return text
