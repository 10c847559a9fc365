"""Print requirements that fit an existing installation: pins where its constraints are silent, bare names where they speak.

    python deploy/under_constraints.py requirements-overlay.txt constraints.txt > requirements.txt
    pip install --requirement requirements.txt --constraint constraints.txt

Two different pins of one package are a conflict to pip. Where the host's constraints pin a package, the host's version stands.
Runs on the standard library alone, before anything is installed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_PIN = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^]]*\])?\s*==\s*([^\s;#]+)")


def pins(text: str) -> dict[str, str]:
    """Package name, normalised as in PEP 503, -> its pin without comment or marker."""
    found = (_PIN.match(line) for line in text.splitlines())
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): f"{pin[1]}{pin[2] or ''}=={pin[3]}" for pin in found if pin}


def under(overlay: str, constraints: str) -> list[str]:
    """One requirement for each pin of the overlay; ValueError where the overlay pins nothing."""
    wanted, given = pins(overlay), pins(constraints)
    if not wanted:
        raise ValueError("the overlay pins nothing")
    return [pin.split("==")[0] if name in given else pin for name, pin in sorted(wanted.items())]


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write("usage: under_constraints.py OVERLAY CONSTRAINTS\n")
        return 2
    try:
        lines = under(*(Path(name).read_text(encoding="utf-8") for name in arguments))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"under_constraints: {error}. Next: name the overlay first, then the host's constraints\n")
        return 2
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
