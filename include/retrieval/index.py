"""The runbook index: one SQLite file, derived, never edited, thrown away and built again whenever it does not fit.

    $HOLDPOINT_HOME/runbooks-<sources>-<file>.db

`<sources>` is the start of the SHA-256 of what it was built from, `<file>` that of its own bytes. So a changed runbook has
another index, a damaged index is recognised by its name, and processes that build at the same time never share a file: each
builds under a name of its own and renames. https://sqlite.org/fts5.html

Runbooks that are readable under the same conditions, a classification and a set of services, form a *cell*, with a full-text
table of its own. A query touches the tables of the cells that its principal may read and no other (H12). Each section of a
runbook is a row there, and so is its head: title and alert names, as section 0.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.retrieval.loader import Runbook, Source, parse, read_sources, runbook_folder
from include.store.location import home

KEPT = 8  # index files; other configurations on this machine may still use an older one
_ABANDONED = 3_600  # seconds after which a file under construction has no builder any more
_LAYOUT = "1"  # a change of the tables below or of how Markdown is cut is another layout
_SECTIONS = 1 << 20  # more than a file of the greatest size can have

_TABLES = """
CREATE TABLE cells (id INTEGER PRIMARY KEY, label TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE scopes (label TEXT, service TEXT, cell INTEGER, PRIMARY KEY (label, service, cell)) WITHOUT ROWID;
CREATE TABLE runbooks (id INTEGER PRIMARY KEY, cell INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, meta TEXT NOT NULL);
CREATE TABLE alerts (cell INTEGER, alert TEXT, runbook INTEGER, PRIMARY KEY (cell, alert, runbook)) WITHOUT ROWID;
CREATE TABLE passages (row INTEGER PRIMARY KEY, heading TEXT NOT NULL, text TEXT NOT NULL);
"""
# Contentless: the text stands once, in `passages`. Words are folded to their stem, without case and accents.
_WORDS = """
CREATE VIRTUAL TABLE words_{cell} USING fts5 (
    title, alerts, heading, text, content='', tokenize='porter unicode61 remove_diacritics 2'
);
"""


def row_of(runbook: int, section: int) -> int:
    """The number of a section's row, so that it tells the runbook without a look-up. Section 0 is the head."""
    return runbook * _SECTIONS + section


def runbook_of(row: int) -> tuple[int, int]:
    """(runbook, section) of a row."""
    return divmod(row, _SECTIONS)


def current_index(catalogue: Catalogue, folder: Path | None = None) -> Path:
    """The index of the runbooks as they are now; built when there is none that is whole.

    :param folder: default `runbook_folder()`
    :raises ConfigError: where the runbooks' folder does not exist or the index cannot be written
    """
    sources = read_sources(folder or runbook_folder())
    digest = _digest(sources, catalogue)
    for path in sorted(home().glob(f"runbooks-{digest}-*.db")):
        if _whole(path):
            return path
    return _build_here(digest, parse(sources, catalogue)[0])


def build_index(path: Path, runbooks: Iterable[Runbook]) -> None:
    """Write an index of the approved runbooks among these to `path`, a new or empty file. The same input gives the same bytes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # nothing to roll back to: it is renamed when whole, or thrown away
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        _fill(connection, sorted((r for r in runbooks if r.meta.approved), key=lambda r: r.meta.name))
        connection.execute("COMMIT")


@contextmanager
def open_index(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection; sqlite3.Error where there is no usable index."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        yield connection


def _digest(sources: Iterable[Source], catalogue: Catalogue) -> str:
    """Over everything that an index depends on: our own layout, the names that files may use, and the files."""
    known = (sorted(names) for names in (catalogue.people, catalogue.services, catalogue.classifications))
    parts = [(_LAYOUT + _TABLES + _WORDS).encode(), *(json.dumps(names).encode() for names in known)]
    for source in sources:
        parts += [source.file.encode(), source.data, source.unreadable.encode()]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _whole(path: Path) -> bool:
    try:
        return path.stem.endswith(_fingerprint(path))
    except OSError:
        return False


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


def _build_here(digest: str, runbooks: Iterable[Runbook]) -> Path:
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Mode 0600: it holds every classification.
        handle, name = tempfile.mkstemp(prefix=".runbooks-", suffix=".tmp", dir=folder)
        os.close(handle)
        temporary = Path(name)
        try:
            build_index(temporary, runbooks)
            path = folder / f"runbooks-{digest}-{_fingerprint(temporary)}.db"
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _prune(folder)
        return path
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"The runbook index cannot be written below {str(folder)!r}: {error}.",
            next_step="make that folder writable or set HOLDPOINT_HOME to one that is; SQLite must have FTS5",
        ) from error


def _prune(folder: Path) -> None:
    """Remove what is surely of no use; what another process needs after all, it builds again."""
    with suppress(OSError):  # another process clears away as well
        aged = sorted(((path.stat().st_mtime, path) for path in folder.glob("runbooks-*.db")), reverse=True)
        left_over = [path for path in folder.glob(".runbooks-*.tmp") if path.stat().st_mtime < time.time() - _ABANDONED]
        for path in [*(path for _, path in aged[KEPT:]), *left_over]:
            path.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, runbooks: list[Runbook]) -> None:
    cells: dict[tuple[str, frozenset[str]], list[tuple[int, Runbook]]] = {}
    for number, runbook in enumerate(runbooks, 1):  # numbers rise with names: what else there is changes no order
        cells.setdefault((runbook.meta.classification, frozenset(runbook.meta.services)), []).append((number, runbook))
    for cell, ((label, services), members) in enumerate(cells.items(), 1):
        rows = sum(1 + len(runbook.passages) for _, runbook in members)
        connection.execute("INSERT INTO cells VALUES (?, ?, ?)", (cell, label, rows))
        connection.executemany("INSERT INTO scopes VALUES (?, ?, ?)", [(label, service, cell) for service in services])
        connection.execute(_WORDS.format(cell=cell))
        for number, runbook in members:
            _fill_runbook(connection, cell, number, runbook)


def _fill_runbook(connection: sqlite3.Connection, cell: int, number: int, runbook: Runbook) -> None:
    meta, sections = runbook.meta, list(enumerate(runbook.passages, 1))
    connection.execute("INSERT INTO runbooks VALUES (?, ?, ?, ?)", (number, cell, meta.name, meta.model_dump_json()))
    connection.executemany("INSERT INTO alerts VALUES (?, ?, ?)", [(cell, alert, number) for alert in set(meta.alerts)])
    passages = [(row_of(number, section), each.heading, each.text) for section, each in sections]
    connection.executemany("INSERT INTO passages VALUES (?, ?, ?)", passages)
    table = f"words_{cell}"
    head = row_of(number, 0), meta.title, " ".join(meta.alerts)
    connection.execute(f"INSERT INTO {table} (rowid, title, alerts) VALUES (?, ?, ?)", head)  # noqa: S608 (a number)
    connection.executemany(f"INSERT INTO {table} (rowid, heading, text) VALUES (?, ?, ?)", passages)  # noqa: S608
