"""Reviews of many files: in units, each in a bounded process. What fails for one file fails for that file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from os import PathLike
from pathlib import Path

from include.contracts.script_review import FileReview, ScriptReview
from include.script_review.bounded import Bounded
from include.script_review.finding import one_line
from include.script_review.linters.run import lint
from include.script_review.review import Unread, read, unread
from include.script_review.rules.registry import digest
from include.script_review.runner import Outcome, Progress, Runner, Unit
from include.script_review.source import Source
from include.script_review.summary import summarise
from include.script_review.units import is_test, units
from include.script_review.walk import walk

_MOST_TESTS = 200
MAX_HELD = 300_000_000  # bytes of packed files at once


@dataclass(frozen=True)
class Files:
    """The files of one unit. `tests` stand elsewhere and are only looked into."""

    members: Mapping[str, bytes]
    tests: Mapping[str, bytes]


def bounded() -> Runner:
    """Worker processes that know how to answer for a unit."""
    return Bounded("include.script_review.review", "answer_unit")


def review_files(
    loaded: Sequence[Callable[[], Files]], *, runner: Runner | None = None, progress: Progress | None = None
) -> Iterator[list[FileReview]]:
    """The reviews of each unit, in their order, while later ones are at work; files are loaded when their turn comes.

    A unit that came to nothing is done again file by file, so that one bad file costs only itself.

    :param progress: called with how many units are done, and of how many
    """
    runner = runner or bounded()
    begun: dict[int, Files] = {}

    def requests() -> Iterator[Unit]:
        for index, load in enumerate(loaded):
            begun[index] = load()
            yield _unit(begun[index])

    for outcome in runner.run(requests(), total=len(loaded), progress=progress):
        files = begun.pop(outcome.index)
        reviews, why = _answered(outcome, files)
        yield reviews if why is None else _one_by_one(files, runner, why)


def _one_by_one(files: Files, runner: Runner, why: str) -> list[FileReview]:
    """Each file alone; one that fails again only as text, since its secrets may still be found."""
    alone = [Files({path: data}, files.tests) for path, data in files.members.items()]
    if len(alone) == 1:
        return _as_text(alone[0], runner, why)
    found: list[FileReview] = []
    for each, outcome in zip(alone, runner.run(map(_unit, alone)), strict=True):
        reviews, reason = _answered(outcome, each)
        found += reviews if reason is None else _as_text(each, runner, reason)
    return found


def _as_text(alone: Files, runner: Runner, why: str) -> list[FileReview]:
    (outcome,) = runner.run([_unit(Files(alone.members, {}), cut=why)])
    reviews, reason = _answered(outcome, alone)
    return reviews if reason is None else _failed(alone, why)


def _answered(outcome: Outcome, files: Files) -> tuple[list[FileReview], str | None]:
    """The reviews, or why there are none. A worker may have been taken over by what it parsed, so its answer is checked."""
    if outcome.reason is not None:
        return [], outcome.reason
    try:
        reviews = [FileReview.model_validate(one, strict=False) for one in outcome.result]
    except (TypeError, ValueError):
        return [], "the review's answer is not what it should be"
    if [one.path for one in reviews] != [one_line(path) for path in files.members]:
        return [], "the review's answer is about other files"
    return reviews, None


def _unit(files: Files, cut: str | None = None) -> Unit:
    """`cut`: why its files are only looked at as text."""
    taken = [read(path, data) for path, data in files.members.items()]
    linted: dict[str, list[tuple[object, ...]]] = {}
    for source, hit in lint([one for one in taken if isinstance(one, Source)]) if cut is None else ():
        linted.setdefault(source.path, []).append(astuple(hit))
    return Unit({**files.tests, **files.members}, {"members": list(files.members), "linted": linted, "cut": cut})


def _failed(files: Files, why: str) -> list[FileReview]:
    made = []
    for path, data in files.members.items():
        one = read(path, data)
        digest_of = one.digest if isinstance(one, Unread) else None
        made.append(unread(Unread(path, one.language, digest_of, why)))
    return made


def review_paths(
    paths: Sequence[str | PathLike[str]], *, runner: Runner | None = None, progress: Progress | None = None
) -> ScriptReview:
    """The files at and below some paths.

    :param progress: called with how many units of files are done, and of how many
    """
    packed, refused = _pack(paths)
    asked = frozenset(packed)
    beside, _ = _pack(_tests_beside(paths))
    packed = {**beside, **packed}
    groups = [(one, [path for path in one.members if path in asked]) for one in units(packed)]

    def unpacked(wanted: Iterable[str]) -> dict[str, bytes]:
        return {path: zlib.decompress(packed[path]) for path in wanted}

    def loader(members: Iterable[str], tests: Iterable[str]) -> Callable[[], Files]:
        return lambda: Files(unpacked(members), unpacked(tests))

    loaded = [loader(members, [path for path in one.tests if path not in asked]) for one, members in groups if members]
    found = [review for reviews in review_files(loaded, runner=runner, progress=progress) for review in reviews]
    ordered = tuple(sorted((*found, *refused), key=lambda one: one.path))
    return ScriptReview(files=ordered, summary=summarise(ordered), rules=digest())


def _tests_beside(paths: Sequence[str | PathLike[str]]) -> list[Path]:
    """Tests in the folder of a file that is reviewed alone, and in a folder of tests in it: they say whether there are any."""
    alone = [path for path in map(Path, paths) if path.is_file()]
    folders = dict.fromkeys(folder for path in alone for folder in (path.parent, path.parent / "tests", path.parent / "Tests"))
    found = [entry for folder in folders if folder.is_dir() for entry in sorted(folder.iterdir()) if is_test(entry.name)]
    named = {path.absolute() for path in alone}
    return [path for path in found if path.is_file() and not path.is_symlink() and path.absolute() not in named][:_MOST_TESTS]


def _pack(paths: Sequence[str | PathLike[str]]) -> tuple[dict[str, bytes], list[FileReview]]:
    """Every file once, packed: read in one go, so that nothing can be put in its place between two looks."""
    packed: dict[str, bytes] = {}
    refused: list[FileReview] = []
    held = 0
    for entry in walk(paths):
        why = entry.reason
        if entry.data is not None and held < MAX_HELD:
            packed[entry.path] = zlib.compress(entry.data, 1)
            held += len(packed[entry.path])
            continue
        why = why or "more files than are held at once; review a part of them"
        refused.append(unread(Unread(entry.path, read(entry.path, b"").language, None, why)))
    return packed, refused
