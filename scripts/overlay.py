"""Print the pins of one requirements file that another one does not have."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==\S+")
HEADER = """\
# What Holdpoint needs beyond Airflow 3.3 and its HTTP and standard providers; docs/install.md says how to install it there.
# Made by `make lock` from requirements.in; do not edit.
"""


def pins(path: str) -> dict[str, str]:
    """Package name -> its line, without the comment."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return {found[1].lower(): found[0] for line in lines if (found := _PIN.match(line))}


def main() -> None:
    everything, airflow = pins(sys.argv[1]), pins(sys.argv[2])
    sys.stdout.write(HEADER)
    for name in sorted(everything.keys() - airflow.keys()):
        sys.stdout.write(everything[name] + "\n")


if __name__ == "__main__":
    main()
