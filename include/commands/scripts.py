"""`holdpoint scripts`: review PowerShell and infrastructure automation without running it; the rules of the review."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pathlib import Path

    from include.contracts.script_review import ScriptReview
    from include.script_review.changing import Changing
    from include.script_review.report.since import Compared

FOUND = 12  # the exit status of a review with findings at or above --fail-on
_FORMATS = ("text", "json", "sarif", "markdown")
_SEVERITIES = ("low", "medium", "high", "critical")
_EVERY = 0.2, 10.0  # seconds between two words about progress: on a terminal, elsewhere


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from pathlib import Path

    parser = subparsers.add_parser("scripts", help="review scripts before a person does, without running them; the rules")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    review = actions.add_parser("review", help=f"what a reviewer should see in files and folders; exit {FOUND} with --fail-on")
    review.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    review.add_argument("--format", choices=_FORMATS, default="text", help="text, json, sarif (2.1.0), markdown (a checklist)")
    review.add_argument("--fail-on", choices=_SEVERITIES, help=f"exit with {FOUND} where a finding is as severe, or more")
    review.add_argument("--since", type=Path, metavar="FILE", help="the JSON of an earlier review: then only what is new fails")
    review.add_argument("--tests", type=Path, metavar="DIR", help="write sketches of tests there; never over a file")
    review.add_argument("--pages", metavar="URL", help="where docs/rules is published, for SARIF's links to the rules")
    review.add_argument("--quiet", action="store_true", help="no progress on standard error")
    review.set_defaults(handler=run_review)
    rules = actions.add_parser("rules", help="list the rules, or explain one")
    rules.add_argument("rule", nargs="?", metavar="RULE", help="its name, such as ps-invoke-expression")
    rules.add_argument("--write", type=Path, metavar="DIR", help="write a page a rule, and the table of all")
    rules.add_argument("--json", action="store_true", help="as JSON")
    rules.set_defaults(handler=run_rules)


# -- review ------------------------------------------------------------------------------------------------------------


def run_review(args: argparse.Namespace) -> int:
    from include.script_review.changing_in import changing_in
    from include.script_review.report.since import compare, previous
    from include.script_review.run import review_paths

    _check_paths(args.paths)
    _check_address(args.pages)
    before = previous(args.since) if args.since is not None else None  # before the work, not after it
    with Progress(sys.stderr) as progress:
        review = review_paths(args.paths, progress=None if args.quiet else progress)
    compared = compare(before, review) if before is not None else None
    changing = changing_in(args.paths, review) if args.tests is not None or args.format == "markdown" else []
    if args.tests is not None:
        _write_tests(args.tests, changing)
    _print(_shown(args, review, compared, changing))
    return FOUND if args.fail_on is not None and _fails(args.fail_on, review, compared) else 0


def _check_paths(paths: list[str]) -> None:
    from include.contracts.errors import BadInput
    from include.script_review.walk import shown_path

    for path in paths:
        if "\0" in path or not os.path.lexists(path):
            raise BadInput(f"There is no file or folder {shown_path(path)}.", next_step="name files and folders that exist")


def _check_address(pages: str | None) -> None:
    from urllib.parse import urlsplit

    from include.contracts.errors import BadInput

    try:
        sound = pages is None or (
            urlsplit(pages).scheme in ("http", "https") and bool(urlsplit(pages).netloc) and pages.isascii()
        )
    except ValueError:
        sound = False
    if not sound:
        raise BadInput("--pages is no address.", next_step="give one that begins with https://")


def _shown(args: argparse.Namespace, review: ScriptReview, compared: Compared | None, changing: list[Changing]) -> str:
    if args.format == "json":
        from include.script_review.report.as_json import as_json

        return as_json(review, compared)
    if args.format == "sarif":
        from include.script_review.report.sarif import as_sarif
        from include.script_review.rules.registry import RULES

        return as_sarif(review, RULES.values(), compared=compared, pages=args.pages)
    if args.format == "markdown":
        from include.script_review.report.checklist import checklist

        return checklist(review, changing, compared=compared)
    from include.script_review.report.text import as_text

    return as_text(review, colour=_is_terminal(sys.stdout) and "NO_COLOR" not in os.environ, compared=compared)


def _fails(least: str, review: ScriptReview, compared: Compared | None) -> bool:
    """What authors suppressed does not count, and beside an earlier review nothing that was known then."""
    from include.contracts.script_review import Severity

    found = compared.new if compared is not None else [one for file in review.files for one in file.findings]
    return any(one.suppressed_by is None and one.severity.rank >= Severity(least).rank for one in found)


def _write_tests(folder: Path, changing: list[Changing]) -> None:
    from include.script_review.report.test_ideas import sketches

    made = sketches(changing)
    _refuse(folder, made)
    try:
        for name, text in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise _unwritable(folder, error) from None
    print(f"{len(made)} {'file' if len(made) == 1 else 'files'} of test sketches in {folder}.", file=sys.stderr)


def _refuse(folder: Path, made: dict[str, str]) -> None:
    """Nothing is written where one file is already there, or is a link to wherever."""
    from include.contracts.errors import BadInput

    taken = [name for name in made if os.path.lexists(folder / name)]
    if taken:
        text = f"{taken[0]} is already there, and {len(taken) - 1} more" if len(taken) > 1 else f"{taken[0]} is already there"
        raise BadInput(f"{text}: nothing was written.", next_step="name another folder with --tests, or move the file away")


def _unwritable(folder: Path, error: OSError) -> Exception:
    from include.contracts.errors import BadInput

    return BadInput(f"Cannot write below {folder}: {error.strerror}.", next_step="name a folder that may be written to")


def _print(text: str) -> None:
    """What standard output cannot encode is written out, not a crash after all the work."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.rstrip("\n").encode(encoding, "backslashreplace").decode(encoding))


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """One line that is written over on a terminal; elsewhere a line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._terminal = stream, _is_terminal(stream)
        self._last = time.monotonic() if not self._terminal else 0.0
        self._open = False

    def __call__(self, done: int, total: int | None = None) -> None:
        """So many are done, of so many where that is known."""
        now = time.monotonic()
        if now - self._last < _EVERY[not self._terminal] and done != total:
            return
        self._last = now
        of_all = f" of {total}" if total is not None else ""
        said = f"reviewed {done}{of_all} groups of files"
        if self._terminal:
            self._stream.write(f"\r{said}\x1b[K")
            self._open = True
        elif done != total:
            self._stream.write(f"{said}\n")
        self._stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever is said next stands on a line of its own."""
        if self._open:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


# -- rules -------------------------------------------------------------------------------------------------------------


def run_rules(args: argparse.Namespace) -> int:
    from include.script_review.rules.pages import page
    from include.script_review.rules.registry import RULES

    if args.write is not None:
        return _write_pages(args.write)
    if args.rule is not None and args.rule not in RULES:
        from include.contracts.errors import NotFound

        raise NotFound("There is no rule of this name.", next_step="./holdpoint scripts rules lists them")
    chosen = [RULES[args.rule]] if args.rule is not None else sorted(RULES.values(), key=lambda rule: rule.id)
    if args.json:
        fields = ("id", "title", "category", "severity", "confidence", "why", "fix", "shares")
        print(json.dumps({"rules": [{name: getattr(rule, name) for name in fields} for rule in chosen]}))
    elif args.rule is not None:
        _print(page(chosen[0]))
    else:
        _print("\n".join(f"{rule.id:<34} {rule.severity.value:<8} {rule.title}" for rule in chosen))
    return 0


def _write_pages(folder: Path) -> int:
    """Pages of rules that are no more are named, not deleted: the folder may hold others."""
    from include.script_review.rules.pages import pages
    from include.script_review.rules.registry import RULES

    made = pages(RULES.values())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unwritable(folder, error) from None
    print(f"{len(made)} pages in {folder}.")
    for path in sorted(folder.glob("*.md")):
        if path.name not in made:
            print(f"{path.name} is the page of no rule.")
    return 0
