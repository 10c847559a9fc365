"""Every rule for Dockerfiles, by explicit import; a test fails on a file here that is not named."""

from __future__ import annotations

from include.script_review.rule import Rule
from include.script_review.rules.dockerfile import (
    add_url,
    run_download,
    run_shell,
    secret_environment,
    user_root,
)

RULES: tuple[Rule, ...] = (
    add_url.RULE,
    run_download.RULE,
    run_shell.RULE,
    secret_environment.RULE,
    user_root.RULE,
)
