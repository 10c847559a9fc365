"""A nightly sweep of a repository whose every file is known, against the first one.

Twenty thousand PowerShell scripts in a git repository, through the stages of `script_review` without Airflow: list, batches,
report, the owner's task. Then the same commit again, as the next night has it; then one file changed. Limit: the first divided
by the second is at least 50. JSON: `{"name", "ratio", "limit", "ok", …}`, times in seconds.

    python -m benchmarks.bench_sweep [--files 20000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.reviewing.ports import Rules
from include.script_review.repository.repository import open_local
from include.script_review.rules.registry import digest
from include.script_review.run import bounded
from include.store.database import Store
from tests.git_kit import Made
from tests.reviewing import Reviewing

LIMIT = 50.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A sweep where nothing changed against the first one.")
    parser.add_argument("--files", type=int, default=20_000)
    return 0 if run(parser.parse_args(argv).files) else 1


def run(count: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = {f"team{at % 100:02}/tool{at % 977:03}/Set-Thing{at:05}.ps1": script(at) for at in range(count)}
        kit = Made(home / "repository")
        kit.commit(files)
        store = Store.open(f"sqlite:///{home / 'holdpoint.db'}")
        store.migrate()
        first, _ = sweep(store, home)
        second, said = sweep(store, home)
        files["team00/tool000/Set-Thing00000.ps1"] += b"Write-Verbose 'changed'\n"
        kit.commit(files)
        one, _ = sweep(store, home)
        store.dispose()
    ratio = first / second
    ok = ratio >= LIMIT and said
    absolutes = {"files": count, "first_s": round(first, 1), "unchanged_s": round(second, 2), "one_changed_s": round(one, 2)}
    name = "first sweep / unchanged sweep"
    print(
        json.dumps({"name": name, "ratio": round(ratio), "limit": LIMIT, "bound": "at least", "ok": ok, "absolutes": absolutes})
    )
    return ok


def sweep(store: Store, home: Path) -> tuple[float, bool]:
    """Seconds for a whole review, and whether it says that nothing changed."""
    catalogue = load_catalogue(EXAMPLE, "")
    began = time.perf_counter()
    stages = Reviewing(store, catalogue, open_local(home / "repository"), rules=Rules(digest(), bounded()))  # type: ignore[arg-type]
    stages.runs = time.monotonic_ns()
    begun = stages.ask()
    stages.batches(begun)
    stages.compile()
    stages.file()
    return time.perf_counter() - began, begun.unchanged


def script(number: int) -> bytes:
    """A small script, no two alike."""
    return f"""<#
.SYNOPSIS
    Sets thing {number}.
#>
[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)][string]$Name, [int]$Port = {1024 + number})

$before = Get-ItemProperty -Path "HKLM:\\\\Software\\\\Thing{number}" -ErrorAction SilentlyContinue
if ($PSCmdlet.ShouldProcess($Name, 'set thing {number}')) {{
    Set-ItemProperty -Path "HKLM:\\\\Software\\\\Thing{number}" -Name Port -Value $Port
    Write-Verbose "thing {number} of $Name was $($before.Port)"
}}
""".encode()


if __name__ == "__main__":
    sys.exit(main())
