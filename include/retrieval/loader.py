"""Load the runbooks of a folder. A file that does not load is a problem by itself; it never takes the others with it.

HOLDPOINT_RUNBOOKS    the folder (default: `include/runbooks`)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from include.catalogue.catalogue import Catalogue
from include.contracts.base import clean_text
from include.contracts.errors import ConfigError
from include.contracts.runbook import RunbookMeta
from include.retrieval.front_matter import MAX_FILE_BYTES, read_runbook, refused
from include.retrieval.sections import Passage, passages

SHIPPED = Path(__file__).resolve().parents[1] / "runbooks"


@dataclass(frozen=True)
class Source:
    """A file as it was read: its path below the folder, and its bytes or why they could not be read."""

    file: str
    data: bytes
    unreadable: str = ""


@dataclass(frozen=True)
class Runbook:
    """A runbook whose every name names something in the catalogue."""

    meta: RunbookMeta
    file: str
    passages: tuple[Passage, ...]


def runbook_folder() -> Path:
    """The folder the runbooks come from; ConfigError when HOLDPOINT_RUNBOOKS names none."""
    folder = Path(os.environ.get("HOLDPOINT_RUNBOOKS") or SHIPPED)
    if not folder.is_dir():
        raise ConfigError(
            f"HOLDPOINT_RUNBOOKS names {clean_text(str(folder))!r}, which is not a folder.",
            next_step="set HOLDPOINT_RUNBOOKS to a folder of Markdown files, or unset it to use those shipped",
        )
    return folder


def load_runbooks(folder: Path | None, catalogue: Catalogue) -> tuple[tuple[Runbook, ...], tuple[ConfigError, ...]]:
    """Everything that loads, by name, and one error for each file that does not.

    A `superseded_by` that names no runbook is a problem too, but its runbook loads: it stays the last choice it already was.

    :param folder: default `runbook_folder()`
    """
    return parse(read_sources(folder or runbook_folder()), catalogue)


def read_sources(folder: Path) -> tuple[Source, ...]:
    """All Markdown files below `folder` in path order, except READMEs and whatever lies under a dotted name."""
    found = (path for path in folder.rglob("*.md") if path.name.lower() != "readme.md")
    inside = ((path.relative_to(folder), path) for path in found)
    return tuple(_read(str(name), path) for name, path in sorted(inside) if not any(part.startswith(".") for part in name.parts))


def _read(name: str, path: Path) -> Source:
    file = clean_text(name)
    if not path.is_file():  # a pipe would hold us for ever
        return Source(file, b"", unreadable="it is not a regular file")
    try:
        with path.open("rb") as stream:
            return Source(file, stream.read(MAX_FILE_BYTES + 1))
    except OSError as error:
        return Source(file, b"", unreadable=error.strerror or type(error).__name__)


def parse(sources: Iterable[Source], catalogue: Catalogue) -> tuple[tuple[Runbook, ...], tuple[ConfigError, ...]]:
    """`load_runbooks` for files already read."""
    loaded: dict[str, Runbook] = {}
    problems: list[ConfigError] = []
    for source in sources:
        try:
            runbook = _runbook(source, catalogue)
            if runbook.meta.name in loaded:
                other = loaded[runbook.meta.name].file
                raise refused(source.file, f"name: {runbook.meta.name!r} is already the name of {other}")
            loaded[runbook.meta.name] = runbook
        except ConfigError as error:
            problems.append(error)
    problems += _dangling(loaded)
    return tuple(loaded[name] for name in sorted(loaded)), tuple(problems)


def _runbook(source: Source, catalogue: Catalogue) -> Runbook:
    if source.unreadable:
        raise refused(source.file, f"it cannot be read: {source.unreadable}")
    meta, body = read_runbook(source.data, source.file)
    unknown = list(_unknown(meta, catalogue))
    if unknown:
        raise refused(source.file, "; ".join(unknown))
    sections = passages(body, meta.title)
    if not sections:
        raise refused(source.file, "body: there is no text below the front matter")
    return Runbook(meta, source.file, sections)


def _unknown(meta: RunbookMeta, catalogue: Catalogue) -> Iterator[str]:
    if meta.owner not in catalogue.people:
        yield f"owner: {meta.owner!r} is not a person of people.yaml"
    if meta.approved and meta.approved.by not in catalogue.people:
        yield f"approved.by: {meta.approved.by!r} is not a person of people.yaml"
    for service in meta.services:
        if service != "*" and service not in catalogue.services:
            yield f"services: {service!r} is not a service of services.yaml"
    if meta.classification not in catalogue.classifications:
        yield f"classification: {meta.classification!r} is not one of classifications.yaml"
    if meta.superseded_by == meta.name:
        yield "superseded_by: it names itself"


def _dangling(loaded: dict[str, Runbook]) -> Iterator[ConfigError]:
    for runbook in loaded.values():
        successor = runbook.meta.superseded_by
        if successor and successor not in loaded:
            yield ConfigError(
                f"{runbook.file}: superseded_by: {successor!r} is no runbook that loads.",
                next_step=f"correct {runbook.file} or add the runbook {successor!r}, then run ./holdpoint runbooks check",
            )
