"""Layouts in which Python would find somebody else's module, or a second copy of ours, under one of our names.

`include/` and `plugins/` are namespace packages: they merge with a host project's folders of that name, in the same root or in
another one on the path. A regular package (`__init__.py`) or a module of a folder's name ends that, wherever it lies on the path.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from pathlib import Path

from include.doctor.finding import Finding, error
from include.doctor.surroundings import TOPS, Surroundings, python_files, python_path

AREA = "layout"
MARK = Path("include/contracts/errors.py")  # every copy of Holdpoint has it
MAX_LISTED = 20


def check_search_path(here: Surroundings) -> Iterator[Finding]:
    """PYTHONPATH names the root: Airflow's API server and triggerer add neither it nor the DAG folder."""
    if here.root.resolve() not in [Path(entry or ".").resolve() for entry in python_path()]:
        yield error(
            AREA,
            "PYTHONPATH",
            f"It does not name {here.root}, so Airflow's components cannot import include and plugins.",
            f"set PYTHONPATH to {here.root} for every component of Airflow; the command line sets it for itself",
        )


def check_packages(here: Surroundings) -> Iterator[Finding]:
    """No `__init__.py` and no module that hides our folders."""
    for root in (here.root, *here.other_roots, *_host(here)):
        for top in TOPS:
            if (root / top / "__init__.py").is_file():
                yield _regular_package(root / top)
        yield from _hidden(here, root)
    for root in here.other_roots:  # below the top: in one folder with ours it does no harm
        for folder in here.folders:
            if len(folder.parts) > 1 and _adds_init(here.root, root, folder):
                yield _regular_package(root / folder)


def _regular_package(folder: Path) -> Finding:
    return error(
        AREA,
        str(folder / "__init__.py"),
        f"It makes {folder.name} a regular package, which hides every other folder of that name on the path.",
        "delete it (imports work without it); move what it contains into a module of its own",
    )


def _adds_init(ours: Path, theirs: Path, folder: Path) -> bool:
    return (theirs / folder / "__init__.py").is_file() and not (ours / folder / "__init__.py").is_file()


def _hidden(here: Surroundings, root: Path) -> Iterator[Finding]:
    """`store.py` beside our folder `store`, or a package `cli/` beside our module `cli.py`: the first of each wins."""
    rivals = [(root / folder.with_suffix(".py"), folder) for folder in here.folders if folder.parent != Path()]
    rivals += [(root / file.with_suffix("") / "__init__.py", file) for file in here.files if file.name != "__init__.py"]
    for rival, ours in rivals:
        if rival.is_file():
            yield error(AREA, str(rival), f"Python takes it for our {ours}.", "rename it")


def check_second_copy(here: Surroundings) -> Iterator[Finding]:
    """Two roots with Holdpoint in them: which one is imported depends on their order, and they may differ."""
    for root in here.other_roots:
        if (root / MARK).is_file():
            yield error(
                AREA,
                str(root),
                f"It holds a second copy of Holdpoint beside {here.root}; which one runs depends on the order of the path.",
                "keep one of them on PYTHONPATH",
            )


def check_collisions(here: Surroundings) -> Iterator[Finding]:
    """No file of somebody else's under the path of one of ours."""
    for root in here.other_roots:
        if not (root / MARK).is_file():
            yield from _collisions(here, root, here.files, "Of two modules of one name, the first on the path wins.")
    for host in _host(here):
        ours = here.files + python_files(here.root, ("dags",))
        yield from _collisions(here, host, ours, "One would overwrite the other.")


def _collisions(here: Surroundings, root: Path, files: tuple[Path, ...], why: str) -> Iterator[Finding]:
    differing = [file for file in files if (root / file).is_file() and not _same(here.root / file, root / file)]
    for file in differing[:MAX_LISTED]:
        yield error(
            AREA,
            str(root / file),
            f"It is not our {file}, and has its path. {why}",
            "rename it if it is yours; copy ours again if it is an older version",
        )
    if len(differing) > MAX_LISTED:
        yield error(AREA, str(root), f"{len(differing) - MAX_LISTED} more files have the paths of ours.", "compare the two trees")


def _same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


def _host(here: Surroundings) -> tuple[Path, ...]:
    return (here.host.resolve(),) if here.host and here.host.resolve() != here.root.resolve() else ()
