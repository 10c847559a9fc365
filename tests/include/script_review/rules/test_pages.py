from __future__ import annotations

import re

from markdown_it import MarkdownIt

from include.contracts.script_review import Category
from include.script_review.rules.pages import INDEX, index, page, pages, words
from tests.include.script_review.rules_kit import rule

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def fences(text: str) -> list[tuple[str, str]]:
    return [(token.info, token.content) for token in MARKDOWN.parse(text) if token.type == "fence"]


def test_a_page_has_what_a_reader_needs():
    text = page(rule(shares=("PSUseShouldProcessForStateChangingFunctions",)))
    for part in (
        "# Changes state",
        "`ps-whatif-missing`",
        "severity high",
        "missing SupportsShouldProcess",
        "Nobody sees",
        "Declare Supp",
    ):
        assert part in text
    assert fences(text) == [("powershell", rule().bad), ("powershell", rule().good)]
    assert "# holdpoint: ignore ps-whatif-missing REASON" in text
    assert "PSUseShouldProcessForStateChangingFunctions" in text


def test_a_sample_with_a_fence_in_it_stays_in_its_own():
    bad = "# ```\n# ````\nls\n"
    assert fences(page(rule("sh-x", bad=bad, good="ls"))) == [("bash", bad), ("bash", "ls\n")]


def test_what_the_engine_finds_by_itself_has_no_sample():
    assert "Found" not in page(rule("coverage-file", bad="", good=""))


def test_a_secret_of_a_sample_is_not_written_out():
    secret = "ghp_" + "k8Rz2mVq7LxN4tYw9BcD1fGh6JsP3uAe5XoZ"
    text = page(rule("secret-token-format", category=Category.SECRET_EXPOSURE, bad=f"git clone https://{secret}@host/x\n"))
    assert secret not in text
    assert "git clone https://ghp_…@host/x" in text


def test_one_page_a_rule_and_one_for_all():
    rules = [rule("tf-b", title="a | b"), rule("ps-a")]
    made = pages(rules)
    assert list(made) == [INDEX, "ps-a.md", "tf-b.md"]
    rows = [line for line in made[INDEX].splitlines() if line.startswith("| [")]
    assert [re.findall(r"\]\((.*?)\)", row) for row in rows] == [["ps-a.md"], ["tf-b.md"]]
    tables = [token for token in MARKDOWN.parse(made[INDEX]) if token.type == "td_open"]
    assert len(tables) == 8


def test_pages_do_not_depend_on_the_order_of_the_rules():
    assert pages([rule("ps-a"), rule("ps-b")]) == pages([rule("ps-b"), rule("ps-a")])
    assert index([]).count("\n| [") == 0


def test_every_category_has_its_words():
    assert all("_" not in words(category) for category in Category)
