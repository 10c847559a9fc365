"""The rules for PowerShell, in the order of the documentation."""

from __future__ import annotations

from include.script_review.rule import Rule
from include.script_review.rules.powershell import (
    confirm_switched_off,
    empty_catch,
    native_exit_code,
    no_error_preference,
    no_log,
    no_rollback,
    no_tests,
    not_started_again,
    own_whatif,
    script_without_preview,
    should_continue,
    should_process_missing,
    should_process_not_asked,
    should_process_undeclared,
    silently_continue,
    swallowed_failure,
    test_asserts_nothing,
    test_not_mocked,
    write_host,
)

RULES: tuple[Rule, ...] = (
    should_process_missing.RULE,
    should_process_not_asked.RULE,
    should_process_undeclared.RULE,
    own_whatif.RULE,
    should_continue.RULE,
    confirm_switched_off.RULE,
    script_without_preview.RULE,
    empty_catch.RULE,
    silently_continue.RULE,
    no_error_preference.RULE,
    write_host.RULE,
    no_log.RULE,
    swallowed_failure.RULE,
    native_exit_code.RULE,
    no_rollback.RULE,
    not_started_again.RULE,
    no_tests.RULE,
    test_asserts_nothing.RULE,
    test_not_mocked.RULE,
)
