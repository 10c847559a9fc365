"""HTML exports: structure from tags, text with entities resolved, lines of the source."""

from __future__ import annotations

from include.changes.from_html import html_blocks


def test_blocks() -> None:
    text = (
        "<html><head><title>no</title><style>no {}</style></head><body>\n"
        "<h2>Rollback</h2>\n<p>run <code>a &lt;b&gt;</code>&nbsp;now</p>\n"
        "<ol><li>one</li><li>two</li></ol>\n<pre>x = 1</pre>\n<script>no()</script>"
        "<dl><dt>Type</dt><dd>Normal</dd></dl></body></html>"
    )
    assert [(block.kind, block.key, block.text, block.line) for block in html_blocks(text)] == [
        ("heading", "", "Rollback", 2),
        ("paragraph", "", "run `a <b>` now", 3),
        ("item", "", "one", 4),
        ("item", "", "two", 4),
        ("code", "", "x = 1", 5),
        ("field", "Type", "Normal", 6),
    ]


def test_tables() -> None:
    text = (
        "<table><tr><th>Step</th><th>What</th><th>Undo</th></tr>\n<tr><td>1<td>a<td>b</table>"
        "<table><tr><th>Type</th><td><p>Normal</p></td></tr></table>"
    )
    first, second = html_blocks(text)
    assert (first.cells, first.columns, first.line) == (("1", "a", "b"), ("Step", "What", "Undo"), 2)
    assert (second.key, second.text) == ("Type", "Normal")


def test_what_is_no_tag_is_text() -> None:
    assert html_blocks("<html><p>if a < b and c > d</p>")[0].text == "if a < b and c > d"
