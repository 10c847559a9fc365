from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.evidence.sources.files import open_below, open_generations


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (tmp_path / "root" / "sub", tmp_path / "outside"):
        folder.mkdir(parents=True)
        (folder / "app.log").write_text(folder.name)
    return tmp_path / "root"


@pytest.mark.parametrize("swapped", ["sub", "app.log"])
def test_h11_a_path_exchanged_for_a_link_after_the_check_is_not_followed(
    root: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    original = os.open
    victim = root / "sub" if swapped == "sub" else root / "sub" / "app.log"
    target = root.parent / "outside" if swapped == "sub" else root.parent / "outside" / "app.log"

    def exchanging(path: str, flags: int, *args: int, **kwargs: int) -> int:
        if path == swapped and not victim.is_symlink():
            victim.rename(root / "old")
            victim.symlink_to(target)
        return original(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", exchanging)
    with pytest.raises(ReadFailed, match="not readable"):
        open_below(root, "sub/app.log", "logs")


def test_a_file_below_is_opened(root: Path) -> None:
    with open_below(root, "sub/app.log", "logs") as stream:
        assert stream.read() == b"sub"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_regular_file_is_not_opened(root: Path, make: object) -> None:
    make(root / "odd")  # type: ignore[operator]
    with pytest.raises(ReadFailed, match="not readable"):
        open_below(root, "odd", "logs")


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        open_below(tmp_path / "none", "app.log", "logs")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(root: Path) -> None:
    (root / "sub" / "app.log").chmod(0)
    with pytest.raises(ReadFailed, match="not readable"), open_generations(root, "sub/app.log", "logs", since=0):
        pass


def test_generations_are_ordered_by_age(root: Path) -> None:
    names = [
        "app.log.2026-11-20",
        "app.log.2026-11-21_09-30",
        "app.log.2026-11-21_10-00.gz",
        "app.log.2",
        "app.log.10",
        "app.log.1",
    ]
    for name in [*names, "app.log.bak", "app.log2", "xapp.log.1"]:
        (root / "sub" / name).write_text(name)
    with open_generations(root, "sub/app.log", "logs", since=0) as files:
        assert [Path(file.name).name for file in files] == [
            "app.log",
            "app.log.1",
            "app.log.2",
            "app.log.10",
            "app.log.2026-11-21_10-00.gz",
            "app.log.2026-11-21_09-30",
            "app.log.2026-11-20",
        ]
    assert all(file.stream.closed for file in files)
