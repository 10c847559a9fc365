from __future__ import annotations

import pytest

from include.script_review.bash.changing import changing
from include.script_review.source import Source

TEXT = """#!/bin/bash
clean() {
  rm -rf "$1"
  systemctl stop shop
  sed -i s/a/b/ "$2"
}
quiet() { systemctl status shop; echo "$1"; kubectl get pods; }
all() { clean /srv; }
echo start
kubectl delete pod x
"""


def found(text: str) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(each.function, each.line, each.commands) for each in changing(Source("a.sh", "bash", text))]


def test_functions_that_change_something_themselves_and_the_top_level():
    assert found(TEXT) == [("", 10, ("kubectl delete",)), ("clean", 2, ("rm", "systemctl stop", "sed"))]


@pytest.mark.parametrize("text", ["", "if", "f() {", "\x00", "$(" * 300, "}" * 300, "\udcff", "a | " * 2_000])
def test_garbage_has_none(text: str):
    assert found(text) == []
