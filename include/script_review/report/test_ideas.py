"""Sketches of tests for exactly the functions that change state: Pester 5, bats, pytest.

Each mocks what would change something, asserts that a preview changes nothing, and that a failure is not swallowed. What only a
person knows (arguments, what is to be left behind) is marked TODO. Names come from foreign files and stand quoted as their
language quotes, or are left out with a word about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from include.contracts.base import clean_text
from include.script_review.changing import Changing
from include.script_review.report.ideas import bats, pester, pytest_sketch

_Sketch = Callable[[str, Sequence[Changing]], str]
# Language -> the sketch of a file of tests, and how that file is called.
SKETCHES: Mapping[str, tuple[_Sketch, Callable[[str], str]]] = {
    "powershell": (pester.sketch, lambda stem: f"{stem}.Tests.ps1"),
    "bash": (bats.sketch, lambda stem: f"{stem}.bats"),
    "python": (pytest_sketch.sketch, lambda stem: f"test_{stem}.py"),
}
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def sketches(changing: Iterable[Changing]) -> dict[str, str]:
    """Relative path -> text, one file of tests for each file with a function that changes state; other languages have none."""
    by_file: dict[tuple[str, str], list[Changing]] = defaultdict(list)
    for each in changing:
        if each.language in SKETCHES and each.commands:
            by_file[each.path, each.language].append(_fit(each))
    made: dict[str, str] = {}
    for (path, language), found in by_file.items():
        name = _name(path, language)
        name = name if name not in made else _name(path, language, plain=False)  # `a.ps1` and `a.psm1`
        made[name] = SKETCHES[language][0](found[0].path, found)
    return made


def _fit(each: Changing) -> Changing:
    """The same with every name on one line, and nothing in it that a parser stumbles over or a reader does not see."""
    commands, parameters = (tuple(map(_one_line, names)) for names in (each.commands, each.parameters))
    return replace(each, path=_one_line(each.path), function=_one_line(each.function), commands=commands, parameters=parameters)


def _name(path: str, language: str, *, plain: bool = True) -> str:
    """Below the folder that is given, whatever the path says; two paths have two names."""
    *folders, file = [_part(part) for part in path.split("/") if part] or ["_"]
    stem = file.rpartition(".")[0] or file
    plain = plain and "/".join([*folders, file]) == path and not any(part.startswith(".") for part in (*folders, file))
    stem = stem if plain else f"{stem}-{sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    if language == "python":
        stem = stem.replace("-", "_").replace(".", "_")
    return "/".join([*folders, SKETCHES[language][1](stem)])


def _part(part: str) -> str:
    """A name that is the same on every system, and never `..`."""
    kept = "".join(one if one in _KEPT or one == "." else "_" for one in part)[:100]
    return kept.lstrip(".") or "_"


def _one_line(text: str) -> str:
    return clean_text(" ".join(text.splitlines()))
