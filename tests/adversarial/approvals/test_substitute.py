"""Would the suite notice if signatures were not verified? It is run with a substitute that accepts any, and must fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
PLUGIN = "tests.adversarial.approvals.accept_anything"

# What rests on the signature alone. Everything else is refused by another rule first, and so goes on passing.
MUST_FAIL = {
    "test_h03_a_forged_signature_is_refused",
    "test_h03_somebody_else_s_signature_is_refused",
    "test_h03_the_signature_of_another_vote_is_refused",
    "test_h03_a_signature_over_the_bare_text_is_refused",
    "test_h03_a_vote_put_into_the_store_with_its_entry_needs_its_signature_still",
    "test_h03_a_signature_exchanged_after_the_vote_takes_it_along",
    "test_h03_a_proposal_needs_its_signature_still",
    "test_h03_a_proposal_in_another_s_name_is_none",
    "test_h03_nobody_else_takes_it_back",
    "test_h12_who_did_not_sign_learns_nothing_and_locks_nothing",
}


def run(*options: str) -> tuple[int, set[str], str]:
    """The other files of this folder on SQLite, in a process of their own: exit status, names of what failed, output."""
    command = [sys.executable, "-m", "pytest", str(HERE), f"--ignore={__file__}", "-m", "not stack", "--tb=no", "-rfE"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )
    failed = {name.partition("[")[0] for name in re.findall(r"^FAILED \S+?::(\w+(?:\[.*?\])?)", done.stdout, re.MULTILINE)}
    return done.returncode, failed, done.stdout + done.stderr


def test_h03_with_a_substitute_that_accepts_any_signature_the_suite_fails(record_property: pytest.RecordProperty) -> None:
    status, failed, output = run("-p", PLUGIN)
    record_property("failed", sorted(failed))
    assert status == 1, output
    assert not re.search(r"^ERROR ", output, re.MULTILINE), output
    assert failed == MUST_FAIL, f"unnoticed: {sorted(MUST_FAIL - failed)}; beside them: {sorted(failed - MUST_FAIL)}"
