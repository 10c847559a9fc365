from __future__ import annotations

import pytest

from include.script_review.python.changing import changing
from include.script_review.source import Source

TEXT = """
import shutil as s
from os import remove, path as p
import subprocess

def clean(root, *, dry_run=False):
    if not dry_run:
        s.rmtree(root)
        remove(root)

class Job:
    async def run(self, command):
        def inner():
            subprocess.run(command)
        return inner

def quiet(x):
    return p.join(x, "a") + str(x.remove("b")) + open(x).read()

remove("lock")
"""


def found(text: str) -> list[tuple[str, int, tuple[str, ...], tuple[str, ...]]]:
    return [(each.function, each.line, each.commands, each.parameters) for each in changing(Source("a.py", "python", text))]


def test_functions_that_change_something_and_the_top_level():
    assert found(TEXT) == [
        ("", 1, ("os.remove",), ()),
        ("clean", 6, ("shutil.rmtree", "os.remove"), ("root", "dry_run")),
        ("Job.run.inner", 13, ("subprocess.run",), ()),
    ]


def test_a_script_that_changes_nothing_has_none():
    assert found("import os\nprint(os.getcwd())\n") == []


@pytest.mark.parametrize(
    "text", ["def (", "\x00", "(" * 5_000, "-" * 100_000, "\udcff", "a" + ".b" * 5_000, "x = " + "[" * 90 + "]" * 90]
)
def test_garbage_has_none(text: str):
    assert found(text) == []


def test_what_is_read_is_not_run(tmp_path):
    mark = tmp_path / "mark"
    assert len(found(f"import os\nos.system('touch {mark}')\nopen({str(mark)!r}, 'w')\n")) == 1
    assert not mark.exists()
