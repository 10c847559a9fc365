"""A bats sketch. Functions stand in for the commands before the script is read, so that its top level meets them too."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import re2

from include.script_review.changing import Changing

_NAME = re2.compile(r"[A-Za-z_][A-Za-z0-9_.+-]{0,60}")
# Functions of these names would take the shell's own ways away from the test.
_OWN = frozenset(
    (
        *("if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "function", "select"),
        *("source", "eval", "exec", "exit", "return", "export", "local", "set", "shift", "trap", "unset", "test", "printf"),
        *("read", "cd", "true", "false", "time", "command", "builtin", "declare", "cat", "grep", "bash"),
        *("run", "setup", "teardown", "load", "skip", "bats"),
    )
)

_HEAD = """\
#!/usr/bin/env bats
# A sketch, drafted from the text of {shown}. Nothing was run. TODO marks what only you know.
# Start it in the folder that was reviewed, on a machine that may lose what the file changes until every mock is right.

subject={path}

setup() {{
    calls="$BATS_TEST_TMPDIR/calls"
    : >"$calls"
    export calls
{mocks}}}
"""


def sketch(path: str, changing: Sequence[Changing]) -> str:
    """The file of tests for one file."""
    programs = list(dict.fromkeys(_program(command) for each in changing for command in each.commands))
    mocks = "".join(line + "\n" for name in programs for line in _mock(name))
    parts = [_HEAD.format(shown=path, path=shlex.quote(path), mocks=mocks)]
    return "\n".join([*parts, *("\n".join(_tests(each, number)) + "\n" for number, each in enumerate(changing, 1))])


def _mock(name: str) -> Iterator[str]:
    if not _can_be_mocked(name):
        yield f"    # TODO: {name} changes state and no function can stand in for it: put a stub into PATH."
        return
    yield f'    {name}() {{ printf \'%s\\n\' "{name} $*" >>"$calls"; [ "${{MOCK_FAILS:-}}" != "{name}" ]; }}'
    yield f"    export -f {name}"


def _tests(each: Changing, number: int) -> Iterator[str]:
    """Functions with a mark, which bats takes for tests and every shell can parse."""
    call = _call(each)
    word = _word(each, number)
    yield f"changes_nothing_with_dry_run_{word}() {{ #@test"
    yield "    # TODO: the option by which it only shows what it would do; if it has none, that is the finding."
    yield f"    run {call} --dry-run"
    yield '    [ "$status" -eq 0 ]'
    yield '    [ ! -s "$calls" ]'
    yield "}"
    for program in dict.fromkeys(_program(command) for command in each.commands):
        if _can_be_mocked(program):
            yield from _of_program(call, word, program)


def _of_program(call: str, word: str, program: str) -> Iterator[str]:
    slug = "".join(one if one.isalnum() else "_" for one in program)
    yield ""
    yield f"calls_{slug}_{word}() {{ #@test"
    yield f"    run {call} # TODO: arguments"
    yield f'    grep -q {shlex.quote(f"^{program} ")} "$calls" # TODO: the target that it may touch, and no other'
    yield "}"
    yield ""
    yield f"says_that_{slug}_failed_{word}() {{ #@test"
    yield f'    export MOCK_FAILS="{program}"'
    yield f"    run {call} # TODO: arguments"
    yield '    [ "$status" -ne 0 ]'
    yield "    # TODO: what has been done before is undone, or is said."
    yield "}"


def _call(each: Changing) -> str:
    """A shell of its own, so that a failing script does not end the test."""
    if not each.function:
        return 'bash "$subject"'
    return f'bash -c \'source "$1"; shift; "$@"\' _ "$subject" {shlex.quote(" ".join(each.function.splitlines()))}'


def _word(each: Changing, number: int) -> str:
    """A name for tests: letters and digits of the function's own, and its number, so that no two are the same."""
    kept = "".join(one if one.isascii() and one.isalnum() else "_" for one in each.function)[:60]
    return f"{kept or 'script'}_{number}"


def _program(command: str) -> str:
    """`systemctl` of `systemctl stop`."""
    return command.split(None, 1)[0] if command.split() else ""


def _can_be_mocked(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in _OWN
