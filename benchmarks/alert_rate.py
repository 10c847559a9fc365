"""How often the review cries out over scripts that people use: files with a finding of high or critical severity.

PowerShell, Bash and Python inside installed packages: of this environment, the system, and one fetched for its scripts.
Every alert is printed with its line, so that a person can judge it. At most `--files` of a language, spread evenly by path.

    python -m benchmarks.alert_rate [--files 2000] [--language bash]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.corpus import scripts
from include.contracts.script_review import FileReview
from include.script_review.language import language_of
from include.script_review.run import Files, review_files

LANGUAGES = ("powershell", "bash", "python")
SYSTEM = ("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/etc/init.d", "/var/lib/dpkg/info", "/etc/cron.daily")


def main() -> int:
    parser = argparse.ArgumentParser(description="How many scripts of installed packages get a finding of high severity.")
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--language", choices=LANGUAGES)
    options = parser.parse_args()
    for language, paths in candidates().items():
        if options.language in (None, language):
            rate(language, spread(sorted(paths), options.files))
    return 0


def candidates() -> dict[str, list[Path]]:
    """Scripts by language, each real file once."""
    scripts(".ps1")
    roots = [Path(sys.prefix) / "lib", Path(__file__).parents[1] / "var/bench/packages", *map(Path, SYSTEM)]
    found: dict[str, list[Path]] = defaultdict(list)
    for path in {path for root in roots if root.is_dir() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}:
        with path.open("rb") as file:
            head = file.read(200)
        language = language_of(path.name, head.decode("utf-8", "replace"))
        if language in LANGUAGES and b"\0" not in head and 0 < path.stat().st_size < 1_000_000:
            found[language].append(path)
    return found


def spread(paths: list[Path], most: int) -> list[Path]:
    """At most so many, evenly from all of them."""
    return paths if len(paths) <= most else [paths[at * len(paths) // most] for at in range(most)]


def rate(language: str, paths: list[Path]) -> None:
    """Review each file by itself and say what is high."""
    loads = [lambda path=path: Files({str(path): path.read_bytes()}, {}) for path in paths]
    reviews = [one for found in review_files(loads) for one in found]
    loud = [one for one in reviews if alerts(one)]
    share = len(loud) / max(len(reviews), 1)
    print(f"{language}: {len(loud)} of {len(reviews)} files have a finding of high severity ({share:.2%})")
    for one in loud:
        lines = Path(one.path).read_text("utf-8", "replace").splitlines()
        for finding in alerts(one):
            said = lines[finding.line - 1].strip()[:140] if finding.line <= len(lines) else ""
            print(f"  {one.path}:{finding.line} {finding.rule} {finding.severity}\n      {said}")


def alerts(review: FileReview) -> list:
    """Findings of high or critical severity that the author did not suppress."""
    return [one for one in review.findings if one.severity.rank >= 2 and one.suppressed_by is None]


if __name__ == "__main__":
    sys.exit(main())
