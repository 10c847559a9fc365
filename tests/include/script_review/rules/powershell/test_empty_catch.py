from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.empty_catch import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("try { a } catch { }", [(1, Severity.MEDIUM)]),
        ("try { a }\ncatch\n{\n}", [(2, Severity.MEDIUM)]),
        ("try { a } catch {\n  # not there\n}", [(1, Severity.LOW)]),
        ("try { a } catch [System.ArgumentException] { }", [(1, Severity.LOW)]),
        ("try { a } catch [IO.IOException] { throw } catch { }", [(1, Severity.MEDIUM)]),
    ],
)
def test_nobody_hears_of_it(text: str, hits: list[tuple[int, Severity]]) -> None:
    assert found(RULE, text) == hits


@pytest.mark.parametrize(
    "text", ["try { a } catch { $null }", "try { a } catch { throw }", "try { a } finally { }", "'catch { }'", "# catch { }"]
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
