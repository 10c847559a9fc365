from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.store.files import new_file


def test_a_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x"
    with new_file(path, 0o640) as file:
        file.write("half")
        file.flush()
        assert not path.exists()
        file.write(" and half")
    assert path.read_text() == "half and half"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "x", 0o644) as file:
        file.write("half") / 0
    assert list(tmp_path.iterdir()) == []


def test_what_came_in_between_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), new_file(tmp_path / "x", 0o644):
        (tmp_path / "x").write_text("theirs")
    assert (tmp_path / "x").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["x"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "x", tmp_path / "file" / "y" / "x"):
        with pytest.raises(NotADirectoryError), new_file(path, 0o644):
            pass
