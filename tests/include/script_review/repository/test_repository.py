"""What a review sees of a repository: commits, files, differences. Real repositories, broken ones among them."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.objects import Blob, Tag
from dulwich.repo import Repo

from include.contracts.errors import BadInput, ConfigError, HoldpointError, NotFound, ReadFailed
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.objects import TooLarge
from include.script_review.repository.remote import open_repository
from include.script_review.repository.repository import Repository, local_path, open_local
from include.script_review.repository.trees import LINK as A_LINK
from include.script_review.repository.trees import ODD_NAME, Named
from include.script_review.repository.trees import SUBMODULE as A_SUBMODULE
from tests.git_kit import FILE, FOLDER, LINK, PROGRAM, SUBMODULE, Made

SCRIPT = b"Restart-Service -Name Spooler\r\n"
OTHER = "1" * 40


@pytest.fixture(params=["loose", "packed"])
def stored(request: pytest.FixtureRequest) -> Callable[[Made], Repository]:
    """The repository opened, its objects loose or in a pack."""

    def opened(made: Made) -> Repository:
        if request.param == "packed":
            made.pack()
            assert list((made.git / "objects" / "pack").glob("*.pack"))
        return open_local(made.path)

    return opened


def test_files_with_their_sizes_and_modes(made: Made, stored: Callable[[Made], Repository]):
    commit = made.commit({"a.ps1": SCRIPT, "bin/run.sh": (PROGRAM, b"#!/bin/sh\n"), "deep/er/x.tf": b""})
    with stored(made) as repository:
        assert repository.resolve(None) == commit
        files = repository.tree(commit)
        assert {path: (file.size, file.mode) for path, file in files.items()} == {
            "a.ps1": (len(SCRIPT), FILE),
            "bin/run.sh": (10, PROGRAM),
            "deep/er/x.tf": (0, FILE),
        }
        assert files["a.ps1"].sha == hashlib.sha1(b"blob 31\0" + SCRIPT).hexdigest()
        snapshot = repository.snapshot(commit)
        assert snapshot.read("a.ps1") == SCRIPT
        assert snapshot.blobs["a.ps1"] == files["a.ps1"].sha
        with pytest.raises(NotFound):
            snapshot.read("b.ps1")


def test_differences_of_differences_are_read(make: Callable[..., Made], tmp_path: Path):
    made = make("history")
    text, parent, texts = [f"line {number} {hashlib.sha256(str(number).encode()).hexdigest()}" for number in range(400)], (), []
    for number in range(12):
        text[number * 7] = f"changed {number}"
        texts.append("\n".join(text).encode())
        parent = (made.commit({"x.ps1": texts[-1]}, parents=parent),)
    with Repo(str(made.path)) as repo:
        repo.object_store.pack_compression_level = 9
        repo.object_store.repack()
    with open_local(made.path) as repository:
        commit = repository.resolve(None)
        seen = []
        while commit:
            seen.append(repository.snapshot(commit).read("x.ps1"))
            assert repository.tree(commit)["x.ps1"].size == len(seen[-1])
            commit = next(iter(repository._history.commit(commit).parents), "")
    assert seen == texts[::-1]


def test_a_bare_one_a_work_tree_and_a_file_address_are_the_same(make: Callable[..., Made]):
    bare, full = make("bare.git", bare=True), make("full")
    for made in (bare, full):
        commit = made.commit({"a.ps1": SCRIPT})
        for where in (str(made.path), f"file://{made.path}", f"file://localhost{made.path}"):
            assert open_repository(where).resolve() == commit
    with pytest.raises(ConfigError):
        local_path("file://elsewhere.example/x")
    with pytest.raises(ConfigError):
        local_path("ssh://git@example.com/x")


def test_a_relative_path_is_below_our_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make: Callable[..., Made]):
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path))
    commit = make("lab/repos/shop").commit({"a": b"1"})
    assert open_repository("lab/repos/shop").resolve() == commit
    with pytest.raises(NotFound, match="does not exist"):
        open_repository("lab/repos/none")


def test_names_lead_to_commits(made: Made):
    first = made.commit({"a": b"1"})
    second = made.commit({"a": b"2"}, parents=(first,), branch="release/1.x")
    tag = Tag()
    tag.object, tag.name, tag.tagger, tag.message = (type(Blob()), second.encode()), b"v1", b"x <y>", b"m"
    tag.tag_time, tag.tag_timezone = 1, 0
    from dulwich.objects import Commit

    tag.object = (Commit, second.encode())
    tagged = made.add(tag)
    made.point("refs/tags/v1", tagged)
    (made.git / "packed-refs").write_text(f"# pack-refs with: peeled\n{first} refs/heads/old\n^{first}\n")
    with open_local(made.path, branch="release/1.x") as repository:
        assert repository.resolve() == second
        assert repository.resolve("main") == repository.resolve("old") == first
        assert repository.resolve("refs/tags/v1") == repository.resolve(tagged) == second
        for none in ("none", "../../HEAD", "refs/heads/../../HEAD", "a\nb", "", OTHER, "f" * 64, "HEAD/x"):
            with pytest.raises(NotFound):
                repository.resolve(none)


def test_an_empty_repository_has_no_commit_and_says_so(made: Made):
    with open_local(made.path) as repository, pytest.raises(NotFound, match="no commit at"):
        repository.resolve()


def test_an_empty_commit_has_no_files(made: Made):
    commit = made.commit({})
    with open_local(made.path) as repository:
        assert repository.snapshot(commit).blobs == {}
        assert repository.tree(commit) == {}


def test_what_is_no_repository_is_said(tmp_path: Path, made: Made):
    made.commit({"a": b"1"})
    with pytest.raises(NotFound, match="does not exist"):
        open_local(tmp_path / "none")
    with pytest.raises(NotFound, match="holds no git repository"):
        open_local(tmp_path)
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".git").write_text(f"gitdir: {made.git}\n")
    with pytest.raises(ReadFailed, match="worktree"):
        open_local(linked)


def test_links_and_submodules_are_listed_and_not_entered(made: Made):
    commit = made.commit(
        {"a.ps1": SCRIPT, "passwords": (LINK, b"/etc/passwd"), "up": (LINK, b"../.."), "lib/dep": (SUBMODULE, OTHER.encode())}
    )
    snapshot = open_local(made.path).snapshot(commit)
    assert list(snapshot.blobs) == ["a.ps1"]
    assert snapshot.skipped == {"passwords": A_LINK, "up": A_LINK, "lib/dep": A_SUBMODULE}


def test_strange_names_are_written_out_and_none_hides_another(made: Made):
    commit = made.commit(
        {b"a\nb.ps1": b"1", b"a\\u{000A}b.ps1": b"2", b"\xff.ps1": b"3", "né.ps1".encode(): b"4", b"\xe2\x80\xaex": b"5"}
    )
    snapshot = open_local(made.path).snapshot(commit)
    assert len(snapshot.blobs) == 5
    assert {snapshot.read(path) for path in snapshot.blobs} == {b"1", b"2", b"3", b"4", b"5"}
    assert all("\n" not in path and "\u202e" not in path and path.isprintable() for path in snapshot.blobs)
    assert snapshot.read("né.ps1") == b"4"


@pytest.mark.parametrize("name", [b"..", b".", b".git", b".GIT"])
def test_names_that_git_does_not_give_are_passed_over(made: Made, name: bytes):
    inner = made.tree({"evil.ps1": b"1"})
    commit = made.commit({"a.ps1": b"1", name: (FOLDER, inner.encode())})
    snapshot = open_local(made.path).snapshot(commit)
    assert list(snapshot.blobs) == ["a.ps1"]
    assert list(snapshot.skipped.values()) == [ODD_NAME]


def test_only_what_differs_is_opened(made: Made, monkeypatch: pytest.MonkeyPatch):
    files = {f"d{number}/e/f{each}.ps1": b"%d" % each for number in range(30) for each in range(5)}
    old = made.commit(files)
    new = made.commit(files | {"d3/e/f1.ps1": b"changed", "d4/e/new.ps1": b"n", "d5/e/f0.ps1": (PROGRAM, b"0")}, parents=(old,))
    with open_local(made.path) as repository:
        opened: list[str] = []
        read = repository._objects.read
        monkeypatch.setattr(repository._objects, "read", lambda sha, *more: opened.append(sha) or read(sha, *more))
        assert repository.changed(old, old).files == {}
        assert len(opened) == 2  # the commit, twice; no tree
        opened.clear()
        found = repository.changed(old, new).files
        assert sorted(found) == ["d3/e/f1.ps1", "d4/e/new.ps1", "d5/e/f0.ps1"]
        assert found["d4/e/new.ps1"].before is None
        assert found["d5/e/f0.ps1"].after == Named(found["d5/e/f0.ps1"].before.sha, PROGRAM)
        assert len(opened) == 2 + 2 + 2 * 6
        gone = repository.changed(new, old).files
        assert gone["d4/e/new.ps1"].after is None


def test_a_file_that_becomes_a_folder_a_link_that_becomes_a_file(made: Made):
    old = made.commit({"a": b"1", "b/c": b"2", "l": (LINK, b"a")})
    new = made.commit({"a/x": b"1", "b": b"2", "l": b"now a file", "m": (LINK, b"b")}, parents=(old,))
    changes = open_local(made.path).changed(old, new)
    assert {path: (change.before is not None, change.after is not None) for path, change in changes.files.items()} == {
        "a": (True, False),
        "a/x": (False, True),
        "b/c": (True, False),
        "b": (False, True),
        "l": (False, True),
    }
    assert changes.skipped == {"m": A_LINK}


def test_a_pull_request_is_what_it_changes_since_it_left(made: Made):
    root = made.commit({"a": b"1", "b": b"1"})
    base = made.commit({"a": b"base went on", "b": b"1"}, parents=(root,))
    head = made.commit({"a": b"1", "b": b"mine", "c": b"new"}, parents=(root,), branch="topic")
    with open_local(made.path) as repository:
        assert repository.merge_base(base, head) == root == repository.common(base, head)
        assert sorted(repository.pull_request(base, head).files) == ["b", "c"]
        assert repository.pull_request(base, base).files == {}


def test_lines_with_nothing_in_common(made: Made):
    one, other = made.commit({"a": b"1"}), made.commit({"b": b"1"}, branch="other")
    with open_local(made.path) as repository:
        assert repository.merge_base(one, other) is None
        assert repository.common(one, other) == one
        assert sorted(repository.pull_request(one, other).files) == ["a", "b"]


@pytest.mark.parametrize("seed", range(6))
def test_common_commits_are_those_that_git_finds(make: Callable[..., Made], seed: int):
    if shutil.which("git") is None:
        pytest.skip("compares with git itself")
    made, chosen = make(f"graph{seed}"), random.Random(seed)
    commits: list[str] = []
    for number in range(40):
        parents = tuple(chosen.sample(commits[-8:], min(len(commits), chosen.choice((1, 1, 2))))) if number % 13 else ()
        commits.append(made.commit({"n": b"%d" % number}, parents=parents))
    with open_local(made.path) as repository:
        for _ in range(60):
            one, other = chosen.sample(commits, 2)
            asked = ["git", "-C", str(made.path), "merge-base", "--all", one, other]
            best = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
            assert repository.merge_base(one, other) in (best or [None])


def test_clocks_that_go_wrong_do_not_hang(made: Made):
    shas: tuple[str, ...] = ()
    for number in range(50):
        shas = (*shas, made.commit({"n": b"%d" % number}, parents=shas[-2:], at=(-1) ** number * number * 1000 + 60_000))
    with open_local(made.path) as repository:
        assert repository.merge_base(shas[-1], shas[0]) == shas[0]
    with open_local(made.path, limits=RepositoryLimits(commits=10)) as bounded, pytest.raises(BadInput, match="common"):
        bounded.merge_base(shas[-1], made.commit({"z": b"1"}, branch="z"))


def test_a_shallow_one_ends_where_it_says(made: Made):
    edge = made.commit({"a": b"1"}, parents=(OTHER,))
    one, other = made.commit({"a": b"2"}, parents=(edge,)), made.commit({"b": b"2"}, parents=(edge,), branch="x")
    (made.git / "shallow").write_text(edge + "\n")
    with open_local(made.path) as repository:
        assert repository.merge_base(one, other) == edge
        assert repository.merge_base(one, made.commit({"z": b"1"}, branch="z")) is None


# -- broken, and meant to break us ------------------------------------------------------------------------------------------


def test_a_missing_blob_is_its_own_failure(made: Made):
    commit = made.commit({"a": b"there", "b": b"gone"})
    sha = open_local(made.path).snapshot(commit).blobs["b"]
    made.loose(sha).unlink()
    snapshot = open_local(made.path).snapshot(commit)
    assert snapshot.read("a") == b"there"
    with pytest.raises(ReadFailed, match=f"lacks the object {sha[:12]}") as caught:
        snapshot.read("b")
    assert caught.value.next_step


def _written(made: Made, sha: str, data: bytes) -> None:
    path = made.loose(sha)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        zlib.compress(b"blob 5\0hello")[:-4],
        zlib.compress(b"blob 5\0other"),
        zlib.compress(b"blob 4\0hello"),
        zlib.compress(b"blob 6\0hello"),
        zlib.compress(b"blob -5\0hello"),
        zlib.compress(b"blob 99999999999999999999\0hello"),
        zlib.compress(b"tree 5\0hello"),
        zlib.compress(b"blob hello" * 30),
        zlib.compress(b"\0" * 100),
        zlib.compress(b"blob 2000000000\0" + b"x" * 100),
    ],
)
def test_a_corrupt_object_is_never_believed(made: Made, data: bytes):
    commit = made.commit({"a": b"hello"})
    snapshot = open_local(made.path).snapshot(commit)
    _written(made, snapshot.blobs["a"], data)
    with pytest.raises((ReadFailed, TooLarge)):
        open_local(made.path).snapshot(commit).read("a")


@pytest.mark.parametrize("what", ["tree", "commit"])
@pytest.mark.parametrize(
    "junk", [b"", b"\0" * 50, b"100644 a", b"100644 a\0short", b"99999999999 x\0" + b"1" * 20, b"-1 x\0" + b"1" * 20]
)
def test_trees_and_commits_of_garbage(made: Made, what: str, junk: bytes):
    name = hashlib.sha1(b"%s %d\0" % (what.encode(), len(junk)) + junk).hexdigest()
    _written(made, name, zlib.compress(b"%s %d\0" % (what.encode(), len(junk)) + junk))
    commit = made.commit(tree=name) if what == "tree" else name
    with open_local(made.path) as repository:
        try:
            snapshot = repository.snapshot(commit)
        except ReadFailed:
            return
        assert what == "tree"
        assert not snapshot.blobs


@pytest.mark.parametrize("size", [10, 1000])
def test_a_pack_of_garbage_is_no_crash(made: Made, size: int):
    commit = made.commit({"a": os.urandom(2000), "b": b"x" * 3000})
    made.pack()
    (pack,) = (made.git / "objects" / "pack").glob("*.pack")
    whole = pack.read_bytes()
    chosen = random.Random(size)
    for kind in (pack, pack.with_suffix(".idx")):
        kept = kind.read_bytes()
        for _ in range(150):
            broken = bytearray(kept)
            for _ in range(4):
                broken[chosen.randrange(len(broken))] = chosen.randrange(256)
            kind.chmod(0o644)
            kind.write_bytes(bytes(broken[: chosen.choice((len(broken), size))]))
            try:
                with open_local(made.path) as repository:
                    snapshot = repository.snapshot(repository.resolve(commit))
                    for path in snapshot.blobs:
                        data = snapshot.read(path)
                        assert snapshot.blobs[path] == hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            except HoldpointError:
                pass
        kind.write_bytes(kept)
    assert pack.read_bytes() == whole


def test_a_large_file_is_refused_before_it_is_inflated(made: Made, stored: Callable[[Made], Repository]):
    commit = made.commit({"bomb": b"\0" * 60_000_000})
    with stored(made) as repository:
        assert repository.tree(commit)["bomb"].size == 60_000_000
        tracemalloc.start()
        with pytest.raises(TooLarge, match="60000000 bytes"):
            repository.snapshot(commit).read("bomb")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 8_000_000


def test_a_tree_that_multiplies_is_stopped_by_counting(made: Made):
    tree = made.tree({"a.ps1": SCRIPT})
    for _ in range(12):  # 10 to the 12th files in 13 objects
        tree = made.tree({str(number): (FOLDER, tree.encode()) for number in range(10)})
    commit = made.commit(tree=tree)
    empty = made.commit({}, branch="empty")
    with open_local(made.path, limits=RepositoryLimits(entries=2_000)) as repository:
        for ask in (lambda: repository.snapshot(commit), lambda: repository.changed(empty, commit)):
            with pytest.raises(BadInput, match="more than 2000 entries"):
                ask()


def test_long_names_within_long_names_are_stopped_by_counting(made: Made):
    long = "x" * 200_000
    commit = made.commit({f"{long}/{number}": b"1" for number in range(2_000)})  # 400 MB of paths in 250 KB
    with open_local(made.path) as repository:
        tracemalloc.start()
        for ask in (lambda: repository.snapshot(commit), lambda: repository.changed(made.commit({}, branch="x"), commit)):
            with pytest.raises(BadInput, match="bytes of paths"):
                ask()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 250_000_000


def test_an_answer_that_takes_too_long_is_given_up(made: Made, monkeypatch: pytest.MonkeyPatch):
    commit = made.commit({f"d{number}/a": b"1" for number in range(50)})
    with open_local(made.path, limits=RepositoryLimits(answer_seconds=0.05)) as repository:
        assert len(repository.snapshot(commit).blobs) == 50
        read = repository._objects._read
        monkeypatch.setattr(repository._objects, "_read", lambda *given: time.sleep(0.01) or read(*given))
        with pytest.raises(BadInput, match="longer than"):
            repository.snapshot(commit)
        assert repository.resolve(commit) == commit  # each answer has its own time


def test_a_tree_deeper_than_the_bound_is_skipped_and_said(made: Made):
    tree = made.tree({"a.ps1": SCRIPT})
    for _ in range(150):
        tree = made.tree({"d": (FOLDER, tree.encode()), "x.ps1": b"1"})
    with open_local(made.path) as repository:
        snapshot = repository.snapshot(made.commit(tree=tree))
        assert len(snapshot.blobs) == 101
        assert [why for why in snapshot.skipped.values()] == ["deeper than 100 folders: not entered"]


def test_a_hash_that_lies_cannot_make_a_tree_hold_itself(made: Made):
    mine = "ab" * 20
    listing = b"40000 d\0" + bytes.fromhex(mine)
    _written(made, mine, zlib.compress(b"tree %d\0" % len(listing) + listing))
    with open_local(made.path) as repository, pytest.raises(ReadFailed, match="another hash"):
        repository.snapshot(made.commit(tree=mine))


@pytest.mark.parametrize("name", ["HEAD", "packed-refs", "refs/heads/main", "shallow", "object", "pack"])
def test_a_pipe_in_the_place_of_a_file_does_not_hang(made: Made, name: str):
    commit = made.commit({"a": b"1"})
    if name == "object":
        path = made.loose(commit)
    elif name == "pack":
        made.pack()
        (path,) = (made.git / "objects" / "pack").glob("*.idx")
    else:
        path = made.git / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    try:
        with open_local(made.path) as repository:
            repository.snapshot(repository.resolve(commit))
    except HoldpointError:
        assert name not in ("packed-refs", "shallow")


@pytest.mark.parametrize(
    "head", ["ref: HEAD", "ref: refs/heads/loop", "ref: /etc/passwd", "ref: ../x", "\0\xff", "ref:", "a" * 39]
)
def test_names_that_lead_nowhere(made: Made, head: str):
    made.commit({"a": b"1"})
    (made.git / "HEAD").write_text(head + "\n")
    made.point("refs/heads/loop", "ref: refs/heads/loop")
    with pytest.raises((NotFound, ReadFailed)), open_local(made.path) as repository:
        repository.resolve()


def test_an_alternate_store_is_not_followed(make: Callable[..., Made]):
    private, public = make("private"), make("public")
    secret = private.tree({"key": b"a private thing"})
    (public.git / "objects" / "info").mkdir(exist_ok=True)
    (public.git / "objects" / "info" / "alternates").write_text(f"{private.git / 'objects'}\n")
    commit = public.commit(tree=secret)
    with open_local(public.path) as repository, pytest.raises(ReadFailed, match="lacks the object"):
        repository.snapshot(commit)


def test_sha_256_repositories_are_read(tmp_path: Path):
    if shutil.which("git") is None:
        pytest.skip("made with git itself")
    path = tmp_path / "long"
    run = lambda *arguments: subprocess.run(  # noqa: E731
        ["git", "-c", "user.name=x", "-c", "user.email=x@y", "-C", str(path), *arguments], check=True, capture_output=True
    )
    subprocess.run(["git", "init", "-q", "--object-format=sha256", "-b", "main", str(path)], check=True)
    (path / "a.ps1").write_bytes(SCRIPT)
    run("add", ".")
    run("commit", "-qm", "x")
    for packed in (False, True):
        if packed:
            run("repack", "-adq")
        with open_local(path) as repository:
            commit = repository.resolve()
            assert len(commit) == 64
            assert repository.snapshot(commit).read("a.ps1") == SCRIPT
