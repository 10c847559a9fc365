from __future__ import annotations

import os
import socket
import tracemalloc
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from include.contracts.script_review import Path as ContractPath
from include.script_review import walk as module
from include.script_review.limits import Limits
from include.script_review.walk import Entry, shown_path, walk


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def paths(*given: Path, **options: object) -> list[str]:
    return [entry.path for entry in walk(given, **options)]  # type: ignore[arg-type]


def only(given: Path, **options: object) -> Entry:
    [entry] = walk([given], **options)  # type: ignore[arg-type]
    return entry


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "tree"
    top.mkdir()
    return top


def test_files_come_in_order_with_what_they_hold(tree: Path) -> None:
    for name in ("b.ps1", "a/z.sh", "a.tf", "a/b/c", "Z"):
        write(tree / name, name.encode())
    found = list(walk([tree]))
    assert [entry.path for entry in found] == ["Z", "a.tf", "a/b/c", "a/z.sh", "b.ps1"]
    assert all(entry.data == entry.path.encode() and entry.reason is None for entry in found)


def test_folders_that_hold_no_work_are_skipped_unless_asked_for(tree: Path) -> None:
    for name in (".git/hooks/x", "node_modules/x", "a/.venv/x", "mine/x"):
        write(tree / name)
    assert paths(tree) == ["mine/x"]
    assert paths(tree, skip={"mine"}) == [".git/hooks/x", "a/.venv/x", "node_modules/x"]
    assert paths(tree / "node_modules") == ["x"]


def test_a_file_that_bears_a_skipped_name_is_read(tree: Path) -> None:
    write(tree / ".git", b"gitdir: ../x\n")
    assert only(tree).data == b"gitdir: ../x\n"


def test_paths_are_counted_from_the_root(tree: Path) -> None:
    write(tree / "a/b.ps1")
    assert paths(tree / "a", root=tree) == ["a/b.ps1"]
    assert paths(tree, root=tree) == ["a/b.ps1"]
    assert paths(tree / "a/b.ps1", root=tree) == ["a/b.ps1"]
    assert paths(tree / "a/b.ps1", root=tree / "elsewhere") == ["b.ps1"]


def test_paths_are_counted_from_the_current_folder_if_nothing_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree / "a/b.ps1")
    monkeypatch.chdir(tree)
    assert paths(Path("a")) == ["a/b.ps1"]
    assert paths(Path()) == ["a/b.ps1"]


def test_two_trees_elsewhere_keep_their_files_apart(tree: Path) -> None:
    one, two = write(tree / "one/x"), write(tree / "two/x")
    assert paths(one.parent, two.parent, root=tree / "elsewhere") == [str(one).lstrip("/"), str(two).lstrip("/")]


def test_what_is_given_twice_is_read_once(tree: Path) -> None:
    write(tree / "a/b.ps1")
    write(tree / "a/deep/c.ps1")
    given = (tree, tree, tree / "a", tree / "a/b.ps1", tree / "a/deep")
    assert paths(*given, root=tree) == ["a/b.ps1", "a/deep/c.ps1"]


def test_a_link_out_of_the_tree_is_said_and_not_followed(tree: Path) -> None:
    secret = write(tree.parent / "outside/secret", b"key")
    (tree / "file").symlink_to(secret)
    (tree / "folder").symlink_to(secret.parent)
    (tree / "relative").symlink_to("../outside/secret")
    (tree / "nowhere").symlink_to("missing")
    found = list(walk([tree]))
    assert [entry.path for entry in found] == ["file", "folder", "nowhere", "relative"]
    assert all(entry.data is None and "symbolic link" in str(entry.reason) for entry in found)


def test_a_link_inside_is_passed_over_as_its_target_is_read(tree: Path) -> None:
    write(tree / "real/x.ps1")
    (tree / "again.ps1").symlink_to("real/x.ps1")
    (tree / "also").symlink_to(tree / "real")
    assert paths(tree) == ["real/x.ps1"]


def test_a_link_to_what_is_skipped_is_said(tree: Path) -> None:
    write(tree / ".git/evil.ps1")
    (tree / "a.ps1").symlink_to(".git/evil.ps1")
    assert "skipped" in str(only(tree).reason)


def test_loops_end(tree: Path) -> None:
    write(tree / "a/x")
    (tree / "a/up").symlink_to("..")
    (tree / "a/self").symlink_to("self")
    (tree / "p").symlink_to("q")
    (tree / "q").symlink_to("p")
    found = {entry.path: entry.reason for entry in walk([tree])}
    assert set(found) == {"a/self", "a/x", "p", "q"}
    assert found["a/x"] is None


def test_a_path_that_is_given_may_be_a_link(tree: Path) -> None:
    write(tree / "x")
    (tree.parent / "link").symlink_to(tree)
    assert paths(tree.parent / "link") == ["x"]


def test_pipes_and_sockets_are_never_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.ps1")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tree / "s"))
        found = list(walk([tree]))
    assert [(entry.path, entry.data, entry.reason) for entry in found] == [
        ("pipe.ps1", None, "not a regular file: not opened"),
        ("s", None, "not a regular file: not opened"),
    ]
    assert only(tree / "pipe.ps1").reason == "not a regular file: not opened"


def test_a_device_is_never_opened() -> None:
    assert only(Path("/dev/zero")) == Entry("zero", None, "not a regular file: not opened")


def test_a_file_that_turns_into_a_link_is_not_followed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = write(tree.parent / "secret", b"key")
    victim = write(tree / "a.ps1")
    listed = module._listed

    def swap(folder: int) -> list[tuple[str, int]]:
        found = listed(folder)
        victim.unlink()
        victim.symlink_to(secret)
        return found

    monkeypatch.setattr(module, "_listed", swap)
    entry = only(tree)
    assert entry.data is None
    assert str(entry.reason).startswith("cannot be read")


def test_a_file_that_turns_into_a_pipe_does_not_hang(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = write(tree / "a.ps1")
    listed = module._listed

    def swap(folder: int) -> list[tuple[str, int]]:
        found = listed(folder)
        victim.unlink()
        os.mkfifo(victim)
        return found

    monkeypatch.setattr(module, "_listed", swap)
    assert only(tree).reason == "not a regular file: not read"


def test_a_folder_that_is_moved_and_replaced_by_a_link_is_not_followed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree.parent / "outside/secret", b"key")
    write(tree / "sub/a", b"mine")
    opened = module._opened

    def swap(name: str, flags: int, folder: int | None = None) -> object:
        if name == "a":  # `sub` is open; its name leads elsewhere from now on
            (tree / "sub").rename(tree.parent / "moved")
            (tree / "sub").symlink_to(tree.parent / "outside")
        return opened(name, flags, folder)

    monkeypatch.setattr(module, "_opened", swap)
    assert only(tree) == Entry("sub/a", b"mine")


def test_a_folder_that_turns_into_a_link_is_not_followed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree.parent / "outside/secret", b"key")
    (tree / "sub").mkdir()
    listed = module._listed

    def swap(folder: int) -> list[tuple[str, int]]:
        found = listed(folder)
        if found and not (tree / "sub").is_symlink():
            (tree / "sub").rmdir()
            (tree / "sub").symlink_to(tree.parent / "outside")
        return found

    monkeypatch.setattr(module, "_listed", swap)
    entry = only(tree)
    assert (entry.path, entry.data) == ("sub", None)
    assert str(entry.reason).startswith("a folder that cannot be read")


def test_a_folder_that_is_mounted_within_itself_is_entered_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree / "again/x")
    write(tree / "y")
    opened = module._opened
    monkeypatch.setattr(
        module, "_opened", lambda name, flags, folder=None: opened(str(tree) if name == "again" else name, flags, folder)
    )
    assert paths(tree) == ["y"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_said(tree: Path) -> None:
    write(tree / "a").chmod(0)
    write(tree / "b/x").parent.chmod(0)
    found = {entry.path: entry.reason for entry in walk([tree])}
    (tree / "b").chmod(0o700)
    assert found == {"a": "cannot be read: Permission denied", "b": "a folder that cannot be read: Permission denied"}


def test_what_fails_on_being_read_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree / "a")
    write(tree / "b")
    read = module._read

    def fail(file: int, most: int) -> bytes | None:
        if os.readlink(f"/proc/self/fd/{file}").endswith("/a"):
            raise OSError(5, "Input/output error")
        return read(file, most)

    monkeypatch.setattr(module, "_read", fail)
    assert list(walk([tree])) == [Entry("a", None, "cannot be read: Input/output error"), Entry("b", b"x")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"two\nlines.ps1", "two\\u{000A}lines.ps1"),
        (b"back\rtab\t", "back\\u{000D}tab\\u{0009}"),
        (b"latin-\xfc.sh", "latin-\\u{DCFC}.sh"),
        ("turn\u202e1sp.exe".encode(), "turn\\u{202E}1sp.exe"),
        ("u\u0308ber".encode(), "\u00fcber"),
        (b"-rf", "-rf"),
    ],
)
def test_names_are_fit_to_be_printed_and_the_file_is_read(tree: Path, name: bytes, shown: str) -> None:
    (Path(os.fsdecode(os.fsencode(tree) + b"/" + name))).write_bytes(b"here")
    assert only(tree) == Entry(shown, b"here")
    TypeAdapter(ContractPath).validate_python(shown)


def test_names_that_are_shown_alike_stay_apart(tree: Path) -> None:
    for name in ("a\nb", "a\\u{000A}b", "\u00fc", "u\u0308"):
        write(tree / name)
    assert len(set(paths(tree))) == 4


def test_a_path_too_long_for_the_contract_is_cut_and_stays_unique() -> None:
    long = [shown_path("\udcff" * 3_000 + end) for end in "ab"]
    assert len(set(long)) == 2
    for path in long:
        TypeAdapter(ContractPath).validate_python(path)


def test_a_file_of_fifty_megabytes_is_not_read(tree: Path) -> None:
    with (tree / "big.ps1").open("wb") as file:
        file.truncate(50_000_000)
    assert only(tree) == Entry("big.ps1", None, "larger than 5000000 bytes: not read")


def test_a_file_at_the_bound_is_read_and_one_that_lies_about_its_size_is_not(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree / "a", b"1234")
    assert only(tree, limits=Limits(file_bytes=4)).data == b"1234"
    with open("/proc/self/status", "rb") as endless:  # claims no bytes at all
        assert module._read(endless.fileno(), 10) is None


def test_folders_too_deep_are_said(tree: Path) -> None:
    write(tree / "1/2/3/x")
    write(tree / "1/2/y")
    assert list(walk([tree], limits=Limits(folders=2))) == [
        Entry("1/2/3", None, "deeper than 2 folders: not entered"),
        Entry("1/2/y", b"x"),
    ]


@pytest.mark.parametrize("path", ["/nowhere/at/all", "with\x00nul", "\ud800"])
def test_a_path_that_is_not_there_is_said(path: str) -> None:
    entry = only(Path(path))
    assert entry.data is None
    assert entry.reason in ("No such file or directory", "a path that no system has")
    TypeAdapter(ContractPath).validate_python(entry.path)


def test_no_descriptor_is_left_open_where_the_walk_is_left_early(tree: Path) -> None:
    for number in range(5):
        write(tree / f"{number}/x")
    before = len(os.listdir("/proc/self/fd"))
    walking = walk([tree])
    next(walking)
    walking.close()  # type: ignore[attr-defined]
    assert len(os.listdir("/proc/self/fd")) == before


def test_twenty_thousand_files_are_held_one_at_a_time(tree: Path) -> None:
    for number in range(200):
        (tree / str(number)).mkdir()
        for name in range(100):
            write(tree / f"{number}/{name}", b"y" * 2_000)
    tracemalloc.start()
    count = sum(entry.data is not None for entry in walk([tree]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000
