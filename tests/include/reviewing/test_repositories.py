"""What a row leaves out is not there; whose files are, the whole commit says."""

from __future__ import annotations

from typing import Any

from include.reviewing.repositories import Chosen
from tests.reviewing import REPOSITORY, Memory


def test_only_what_is_included_and_not_excluded_is_there(catalogue: Any) -> None:
    row = catalogue.repository(REPOSITORY).model_copy(update={"include": ("ops/", "*.sh"), "exclude": ("vendor/",)})
    git = Memory()
    files = {"ops/a.ps1": b"1", "ops/vendor/b.ps1": b"1", "x/c.sh": b"1", "x/d.txt": b"1", "CODEOWNERS": b"* @me\n"}
    commit = git.commit(files)
    chosen = Chosen(git, row)
    snapshot = chosen.snapshot(chosen.resolve(None))
    assert set(snapshot.blobs) == {"ops/a.ps1", "x/c.sh"}
    assert (snapshot.commit, snapshot.read("ops/a.ps1"), chosen.common(commit, commit)) == (commit, b"1", commit)
    assert snapshot.owners().of("ops/a.ps1") == ("@me",)
