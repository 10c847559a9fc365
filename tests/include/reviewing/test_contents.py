"""Keys by content: the same bytes under the same names and rules, and nothing else, are the same unit."""

from __future__ import annotations

from include.reviewing.contents import Contents, batched, changed, entries
from tests.reviewing import Memory


def keys(files: dict[str, bytes], rules: str = "1") -> set[str]:
    git = Memory()
    return {each.key for each in entries(git.snapshot(git.commit(files)), rules)}


def test_a_key_says_which_bytes_under_which_names_and_rules() -> None:
    usual = keys({"a/x.ps1": b"1"})
    assert keys({"a/x.ps1": b"1"}) == usual
    assert keys({"a/x.ps1": b"2"}) != usual
    assert keys({"a/y.ps1": b"1"}) != usual
    assert keys({"a/x.ps1": b"1"}, "2") != usual
    assert usual < keys({"a/x.ps1": b"1", "b/x.txt": b"1"}), "another folder's file is another unit"


def test_a_test_elsewhere_that_changes_makes_its_subject_another_unit() -> None:
    with_test = keys({"a/x.ps1": b"1", "tests/x.tests.ps1": b"1"})
    assert not with_test & keys({"a/x.ps1": b"1", "tests/x.tests.ps1": b"2"})


def test_of_a_pull_request_only_what_differs_is_looked_at() -> None:
    git = Memory()
    base = entries(git.snapshot(git.commit({"a/x.ps1": b"1", "b/y.ps1": b"1", "c/z.ps1": b"1"})), "1")
    head = entries(git.snapshot(git.commit({"a/x.ps1": b"2", "b/y.ps1": b"1", "d/new.ps1": b"1"})), "1")
    after, before = changed(head, base)
    assert [path for each in after for path in each.members] == ["a/x.ps1", "d/new.ps1"]
    assert [path for each in before for path in each.members] == ["a/x.ps1", "c/z.ps1"]


def test_contents_come_back_as_they_were_written() -> None:
    git = Memory()
    found = entries(git.snapshot(git.commit({"a/x.ps1": b"1", "tests/x.tests.ps1": b"1"})), "1")
    whole = Contents(found, found[:1], (("*", ("@me",)),), ("dsm_1",))
    assert Contents.from_json(whole.to_json()) == whole
    assert whole.files == 2


def test_a_huge_repository_still_has_few_batches() -> None:
    git = Memory()
    found = entries(git.snapshot(git.commit({f"f{number}/a.ps1": b"%d" % number for number in range(2_000)})), "1") * 100
    spread = [each._replace(key=f"{number}") for number, each in enumerate(found)]
    assert len(batched(spread, ())) <= 501
    assert batched(spread, {each.key for each in spread}) == []
