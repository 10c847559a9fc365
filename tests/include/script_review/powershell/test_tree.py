from __future__ import annotations

import pytest

from include.script_review.powershell.tree import normalised, parse


@pytest.mark.parametrize(
    "text",
    [
        "param\n(\n[string]$a)\nGet-Date\n",
        "param \r\n ( $a )\r\nGet-Date\n",
        "function F { param($a) Remove-Item $a }",
        "function F { [CmdletBinding()] param() X }",
        "icm { param([ValidateSet('a', 'b')]$x = (f (1))) Remove-Item $x }",
    ],
)
def test_what_powershell_takes_is_parsed(text: str) -> None:
    assert not parse(text.encode()).root_node.has_error


def test_every_offset_stays() -> None:
    text = "param\n\n($a)\nRemove-Item –Force —Recurse\n{ param($x) $x }".encode()
    assert len(normalised(text)) == len(text)
    assert normalised(text).find(b"Recurse") == text.find(b"Recurse")
    assert b"-Force" in normalised(text)


def test_what_needs_no_change_is_the_same() -> None:
    for text in (b"", b"a - b", b"param(\n$a\n)\nx", "'–'".encode(), b"{ param($a) }", b"PARAM($a)"):
        assert normalised(text) == text
