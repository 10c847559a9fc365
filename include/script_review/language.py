"""The language of a file: by its name, and where that says nothing by its first line.

The name goes first, since it is what decides how a file is run on Windows and by most tools: a first line `#!/bin/sh` must not
hide a `.ps1` from PowerShell's rules.
"""

from __future__ import annotations

_BY_SUFFIX = {
    "ps1": "powershell",
    "psm1": "powershell",
    "psd1": "powershell",
    "sh": "bash",
    "bash": "bash",
    "bats": "bash",
    "ksh": "bash",
    "py": "python",
    "pyw": "python",
    "tf": "terraform",
    "tfvars": "terraform",
    "hcl": "terraform",
    "tofu": "terraform",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "yaml": "yaml",
    "yml": "yaml",
    "json": "json",
}
_BY_NAME = {
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    ".bashrc": "bash",
    ".bash_aliases": "bash",
    ".bash_login": "bash",
    ".bash_logout": "bash",
    ".bash_profile": "bash",
    ".profile": "bash",
}
_SHELLS = frozenset({"sh", "bash", "dash", "ksh", "ash", "rbash", "bats", "mksh", "ksh93"})
_POWERSHELLS = frozenset({"pwsh", "powershell", "pwsh-preview"})
LANGUAGES = frozenset({*_BY_SUFFIX.values(), "text", "binary"})


def language_of(path: str, text: str | None) -> str:
    """One of LANGUAGES. `text`: what the file says, its first line is enough; None for a file that is no text."""
    if text is None:
        return "binary"
    return _by_name(path.rpartition("/")[2]) or _by_first_line(text) or "text"


def _by_name(name: str) -> str | None:
    """`Dockerfile.dev` is a Dockerfile whatever follows; in small letters `dockerfile.py` is a script about them."""
    lower = name.lower()
    if name.startswith(("Dockerfile.", "Containerfile.")) and not lower.endswith(".dockerignore"):
        return "dockerfile"
    stem, dot, suffix = lower.rpartition(".")
    if dot and suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if stem in ("dockerfile", "containerfile") and suffix != "dockerignore":
        return "dockerfile"
    return _BY_NAME.get(lower)


def _by_first_line(text: str) -> str | None:
    """What a `#!` line names: `/bin/sh`, `/usr/bin/env -S FOO=1 bash -e`, `/bin/busybox sh`."""
    if not text.startswith("#!"):
        return None
    words = text[2:1_000].partition("\n")[0].replace("\r", " ").split()
    programs = [word.rpartition("/")[2] for word in words if not word.startswith("-") and "=" not in word]
    if programs[:1] in (["env"], ["busybox"]):
        programs = programs[1:]
    program = programs[0].lower().removesuffix(".exe") if programs else ""
    if program in _SHELLS:
        return "bash"
    if program in _POWERSHELLS:
        return "powershell"
    return "python" if program.rstrip("0123456789.") in ("python", "pypy") else None
