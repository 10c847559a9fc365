"""Files that appear under their name whole or not at all, and never in place of another."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def new_file(path: Path, mode: int) -> Iterator[TextIO]:
    """A text file to write; durable and named `path` at the end of the block, gone without a trace if that raises.

    :raises FileExistsError: there is a file of that name
    :raises OSError: the folder cannot be written, or cannot hold hard links
    """
    if path.exists():  # before the work is done; the link below makes sure
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if not path.parent.is_dir():
        _make_folder(path.parent)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8") as file:
        yield file  # type: ignore[misc]  # the wrapper hands on every method of a text file
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
        os.link(file.name, path)  # a rename would replace what is there; a link fails
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # a file stands where a folder belongs, which is not what our callers call existing
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
