"""CODEOWNERS by GitHub's own examples, and what no one should write."""

from __future__ import annotations

import time

import pytest

from include.script_review.repository.owners import MAX_BYTES, Note, place_of, read_owners
from include.script_review.repository.patterns import Patterns, problem
from include.script_review.repository.repository import open_local
from tests.git_kit import Made

# What GitHub's page shows, in its order.
EXAMPLE = b"""# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
/apps/github2 @doctocat
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@global-owner1", "@global-owner2")),
        ("deep/er/README", ("@global-owner1", "@global-owner2")),
        ("a.js", ("@js-owner",)),
        ("lib/a.js", ("@js-owner",)),
        ("a.jsx", ("@global-owner1", "@global-owner2")),
        ("x.go", ("docs@example.com",)),
        ("x/y.txt", ("@octo-org/octocats",)),
        ("build/log", ("@global-owner1", "@global-owner2")),
        ("build/logs", ("@octocat",)),  # by **/logs: a file of that name is no folder
        ("build/logs/x", ("@octocat",)),
        ("x/logs/y/z", ("@octocat",)),
        ("docs/getting-started.md", ("@doctocat",)),
        ("docs/build-app/troubleshooting.md", ("@doctocat",)),
        ("src/docs/a.md", ("@global-owner1", "@global-owner2")),
        ("apps/x", ("@octocat",)),
        ("src/apps/x", ("@octocat",)),
        ("scripts/Reset.ps1", ("@doctocat", "@octocat")),
        ("apps/github", ()),
        ("apps/github/deep/x", ()),
        ("apps/github2/x", ("@doctocat",)),
    ],
)
def test_the_last_line_that_fits_decides(path: str, owners: tuple[str, ...]):
    read = read_owners(EXAMPLE)
    assert read.of(path) == owners
    assert read.notes == ()


@pytest.mark.parametrize(
    ("pattern", "fits", "not_"),
    [
        ("docs/*", ["docs/a", "docs/.x"], ["docs/a/b", "docs", "x/docs/a"]),
        ("/*", ["a"], ["a/b"]),
        ("*", ["a", "a/b"], []),
        ("**", ["a", "a/b"], []),
        ("/**", ["a", "a/b"], []),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/c"], ["a/xb", "z/a/b"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
        ("**/a.ps1", ["a.ps1", "x/a.ps1"], ["xa.ps1"]),
        ("a?c", ["abc", "x/abc", "abc/d"], ["ac", "a/c"]),
        ("*.ps1", [".ps1", "x.ps1", "a/x.ps1"], ["x.ps1x", "x.PS1"]),
        ("a.b", ["a.b"], ["axb"]),
        ("a+(b)|c", ["a+(b)|c"], ["aab", "c"]),
        (r"a\ b\*", ["a b*"], ["a b", "a bc"]),
        ("Ünï", ["Ünï", "x/Ünï/y"], ["Uni"]),
        ("a//b", ["a//b"], ["a/b"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], not_: list[str]):
    only = Patterns([pattern])
    assert problem(pattern) is None
    assert [path for path in fits if not only.fit(path)] == []
    assert [path for path in not_ if only.fit(path)] == []


def test_escapes_comments_and_line_ends():
    read = read_owners("\ufeff/my\\ scripts/ @a # why\r\n\r\n   # x\n\t/b\t@b\t\n".encode())
    assert [(line.number, line.pattern, line.owners) for line in read.lines] == [
        (1, "/my\\ scripts/", ("@a",)),
        (4, "/b", ("@b",)),
    ]
    assert read.of("my scripts/x.ps1") == ("@a",)
    assert read.notes == ()


@pytest.mark.parametrize(
    "line",
    [
        "!*.js @a",
        "*.[ch] @a",
        "x] @a",
        "\\#x @a",
        "x @",
        "x me",
        "x @a/b/c",
        "x @a @b@",
        "x\\",
        "/ @a",
        "x @a\x00",
        "x" * 2000 + " @a",
        "x @-a",
    ],
)
def test_a_line_that_is_none_is_noted_and_the_others_count(line: str):
    read = read_owners(f"* @first\n{line}\ny @last\n".encode())
    assert [note.number for note in read.notes] == [2]
    assert read.of("x") == ("@first",)
    assert read.of("y") == ("@last",)


def test_a_line_that_is_not_utf_8_is_noted():
    assert read_owners(b"a @x\n\xff\xfe @y\n").notes == (Note(2, "characters that are none"),)


def test_a_file_that_is_too_large_counts_for_nothing():
    read = read_owners(b"* @a\n" + b"#" * MAX_BYTES)
    assert read.of("x") == ()
    assert read.notes[0].number == 0


def test_many_lines_and_patterns_that_would_trap_a_backtracker_are_quick():
    trap = "a*" * 300 + "b @x\n"
    lines = trap * 20 + "".join(f"/team{number}/**/*.ps1 @t{number}\n" for number in range(5_000))
    began = time.monotonic()
    read = read_owners(lines.encode())
    for number in range(2_000):
        assert read.of(f"team{number}/x/y.ps1") == (f"@t{number}",)
    assert read.of("a" * 3_000) == ()
    assert time.monotonic() - began < 10


def test_more_patterns_than_are_asked_at_once_and_more_than_fit_the_memory():
    lines = [f"/team{number}/" for number in range(450)] + ["a*" * 120 + f"{number}/**/*b*" for number in range(450)]
    read = read_owners("".join(f"{line} @t{number}\n" for number, line in enumerate(lines)).encode())
    assert len(read.lines) == 900
    for number in (0, 199, 200, 399, 400, 449):
        assert read.of(f"team{number}/x") == (f"@t{number}",)
    assert read.of("a" * 200 + "449/x/ybz") == ("@t899",)
    assert read.of("q" * 200 + "449/x/ybz") == ()


@pytest.mark.parametrize("pattern", ["**", "a/", "*.ps1", "!x", "[a]", "a\\", "/", "", "a b", "\\[a"])
def test_what_a_row_takes_for_a_pattern_is_one(pattern: str):
    from pydantic import ValidationError

    from include.contracts.repository import Repository

    try:
        row = Repository(name="x", owner="x", where="x", classification="x", include=(pattern,))
    except ValidationError:
        return
    assert [problem(each) for each in row.include] == [None]


def test_the_first_of_the_places_counts(made: Made):
    everywhere = {".github/CODEOWNERS": b"* @g\n", "CODEOWNERS": b"* @root\n", "docs/CODEOWNERS": b"* @docs\n"}
    with open_local(made.path) as repository:
        for place, owner in (*everywhere.items(), (None, b"* ")):
            assert place_of(everywhere) == place
            expected = tuple(owner.decode().split()[1:])
            assert repository.snapshot(made.commit(everywhere)).owners().of("x") == expected
            everywhere.pop(place or "", None)


def test_one_that_is_a_link_is_not_followed(made: Made):
    commit = made.commit({"CODEOWNERS": (0o120000, b"/etc/passwd"), "docs/CODEOWNERS": b"* @docs\n"})
    assert open_local(made.path).snapshot(commit).owners().of("x") == ("@docs",)
