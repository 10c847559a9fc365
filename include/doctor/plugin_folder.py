"""Airflow executes every Python file of the plugins folder under its bare file name, but for what `.airflowignore` shuts.

Without our lines in it, `plugins/hooks/…/logs.py` would become the module `logs`, and so on (Airflow's issue 63548).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from include.doctor.finding import Finding, error, warning
from include.doctor.surroundings import Surroundings, airflow_setting, python_files

AREA = "plugins"
IGNORE_FILE = ".airflowignore"
PLUGIN_FILE = "holdpoint_plugin.py"
OUR_FOLDERS = ("console", "hooks", "operators", "sensors", "triggers")  # a host's own may stand beside them
_COMMENT = re.compile(r"\s*#.*")  # as Airflow strips them
_PLUGIN_CLASS = re.compile(r"^class\s+\w+\(.*\bAirflowPlugin\b", re.MULTILINE)


def check_plugin_folder(here: Surroundings) -> Iterator[Finding]:
    """Each plugins folder shuts our packages, loads our plugin, and still loads the plugins of others."""
    for folder in here.plugin_folders:
        yield from _shut(here, folder)
    airflow = here.plugin_folders[-1]
    if not (airflow / PLUGIN_FILE).is_file():
        yield warning(
            AREA,
            str(airflow),
            f"Airflow loads plugins from here, and {PLUGIN_FILE} is not here: no alert is received and no brief is shown.",
            f"copy or link plugins/{PLUGIN_FILE} into it",
        )
    if (airflow_setting("core", "dag_ignore_file_syntax") or "glob") != "glob":
        yield error(
            AREA,
            "[core] dag_ignore_file_syntax",
            f"plugins/{IGNORE_FILE} is written in glob syntax, and this setting makes Airflow read it as something else.",
            "set AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX=glob, and write your own .airflowignore files so",
        )


def check_host_plugin_folder(here: Surroundings) -> Iterator[Finding]:
    """The same, before we are laid over a host project: its own ignore file would be overwritten, or lack our lines."""
    theirs = here.host / "plugins" if here.host else None
    if theirs is None or theirs.resolve() == (here.root / "plugins").resolve():
        return
    ignore = theirs / IGNORE_FILE
    if ignore.is_file() and _open_files(here, ignore):
        yield error(
            AREA,
            str(ignore),
            "It lacks our lines, and copying ours over it would lose yours.",
            f"append the lines of {here.root / 'plugins' / IGNORE_FILE} to it, and leave it out when you copy",
        )
    yield from _lost_plugins(here.root / "plugins" / IGNORE_FILE, theirs)


def _shut(here: Surroundings, folder: Path) -> Iterator[Finding]:
    ignore = folder / IGNORE_FILE
    present = [file for file in _open_files(here, ignore) if (folder / file).is_file()]
    if present and not ignore.is_file():
        yield error(AREA, str(ignore), "It is missing, so Airflow executes every file below it.", f"copy plugins/{IGNORE_FILE}")
    elif present:
        names = ", ".join(sorted({file.parts[0] for file in present}))
        yield error(AREA, str(ignore), f"It does not shut our {names}.", f"append the lines of Holdpoint's plugins/{IGNORE_FILE}")
    yield from _lost_plugins(ignore, folder)


def _open_files(here: Surroundings, ignore: Path) -> list[Path]:
    """The files in our folders of `plugins/` that an ignore file leaves open; relative to `plugins/`."""
    is_shut = _matcher(ignore)
    packaged = (file.relative_to("plugins") for file in here.files if file.parts[0] == "plugins" and file.parts[1] in OUR_FOLDERS)
    return [file for file in packaged if not is_shut(file)]


def _lost_plugins(ignore: Path, folder: Path) -> Iterator[Finding]:
    is_shut = _matcher(ignore)
    for file in python_files(folder, (".",)):
        if is_shut(file) and _PLUGIN_CLASS.search((folder / file).read_text(encoding="utf-8", errors="replace")):
            yield warning(
                AREA,
                str(folder / file),
                "It defines an Airflow plugin in a folder that our ignore file shuts, so Airflow does not load it.",
                "move it out of that folder, e.g. directly below plugins/",
            )


def _matcher(ignore: Path) -> Callable[[Path], bool]:
    """Would Airflow skip this path below the ignore file's folder? Glob syntax, as gitignore's."""
    from pathspec import GitIgnoreSpec  # Airflow's own library for these files

    text = ignore.read_text(encoding="utf-8", errors="replace") if ignore.is_file() else ""
    spec = GitIgnoreSpec.from_lines(_COMMENT.sub("", line) for line in text.split("\n"))
    return lambda path: bool(spec.match_file(path.as_posix()))
