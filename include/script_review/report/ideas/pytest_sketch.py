"""A pytest sketch. What changes something is patched before the file is imported, so that its top level meets the patches too."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Sequence

from include.script_review.changing import Changing

_PREVIEWS = ("dry_run", "dryrun", "check", "check_mode", "whatif", "what_if", "noop", "simulate", "preview")

_HEAD = '''\
# A sketch, drafted from the text of {shown}. Nothing was run. TODO marks what only you know.
# Start it in the folder that was reviewed, on a machine that may lose what the file changes until every patch is right.
import importlib.util
import runpy
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path
from unittest import mock

import pytest

SOURCE = Path.cwd() / {path}
CHANGES = {changes}


@pytest.fixture
def changes():
    """Stands in for everything that changes state, by its dotted name."""
    with ExitStack() as stack:
        yield {{name: stack.enter_context(mock.patch(name)) for name in CHANGES}}


@pytest.fixture
def subject(changes):
    """The file, imported only while nothing can be changed."""
    spec = importlib.util.spec_from_file_location("subject", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
'''


def sketch(path: str, changing: Sequence[Changing]) -> str:
    """The file of tests for one file."""
    names = list(dict.fromkeys(command for each in changing for command in each.commands))
    patched = [name for name in names if _can_be_patched(name)]
    changes = "[" + "".join(f"\n    {_quoted(name)}," for name in patched) + ("\n]" if patched else "]")
    parts = [_HEAD.format(shown=path, path=_quoted(path), changes=changes)]
    parts += [f"# TODO: {name} changes state and has no dotted name to patch.\n" for name in names if name not in patched]
    parts += ["\n".join(_tests(each, number)) + "\n" for number, each in enumerate(changing, 1)]
    return "\n\n".join(parts)


def _tests(each: Changing, number: int) -> Iterator[str]:
    word = _word(each, number)
    if each.function and not _dotted(each.function):
        yield f"# TODO: {each.function} cannot be reached from outside: give it a name."
        return
    yield from _preview(each, word)
    for name in dict.fromkeys(filter(_can_be_patched, each.commands)):
        slug = name.replace(".", "_")
        yield ""
        yield ""
        yield f"def test_{word}_calls_{slug}({_fixtures(each)}):"
        yield f"    {_call(each)}"
        yield f"    changes[{_quoted(name)}].assert_called_once()  # TODO: with the target that it may touch, and no other"
        yield ""
        yield ""
        yield f"def test_{word}_does_not_go_on_in_silence_when_{slug}_fails({_fixtures(each)}):"
        yield f"    changes[{_quoted(name)}].side_effect = OSError('refused by the test')"
        yield "    with pytest.raises((OSError, SystemExit)):"
        yield f"        {_call(each)}"
        yield "    # TODO: what has been done before is undone, or is said."


def _preview(each: Changing, word: str) -> Iterator[str]:
    option = next((name for name in each.parameters if name.lower() in _PREVIEWS), None)
    yield f"def test_{word}_changes_nothing_when_it_only_shows({_fixtures(each)}):"
    if option is None:
        yield "    pytest.skip('TODO: there is no dry run; if it needs one, that is the finding')"
    yield f"    {_call(each, preview=option)}"
    yield "    for mocked in changes.values():"
    yield "        mocked.assert_not_called()"


def _fixtures(each: Changing) -> str:
    return "subject, changes" if each.function else "changes"


def _call(each: Changing, preview: str | None = None) -> str:
    if not each.function:
        return "runpy.run_path(str(SOURCE), run_name='__main__')"
    given = [name for name in each.parameters if _dotted(name) and "." not in name and name not in ("self", "cls")]
    values = {name: str(name == preview) if name.lower() in _PREVIEWS else "mock.sentinel.TODO" for name in given}
    arguments = ", ".join(f"{name}={value}" for name, value in values.items())
    return f"attrgetter({_quoted(each.function)})(subject)({arguments})"


def _can_be_patched(name: str) -> bool:
    return "." in name and _dotted(name)


def _dotted(name: str) -> bool:
    return name.isascii() and all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))


def _word(each: Changing, number: int) -> str:
    """A name for tests, and the number of the function, so that no two are the same."""
    kept = "".join(one if one.isascii() and one.isalnum() else "_" for one in each.function)[:60].strip("_")
    return f"{kept or 'script'}_{number}"


def _quoted(text: str) -> str:
    """JSON's strings are Python's too."""
    return json.dumps(text)
