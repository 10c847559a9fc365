from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PAGES = ["/holdpoint/incidents", "/holdpoint/incidents/inc_1", "/holdpoint/incidents/inc_1/evidence/ev_1"]


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_sent_to_the_login(browser: Callable[..., Any], path: str) -> None:
    nobody = browser(None)
    answer = nobody.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/auth/login?next={path}")
    script = nobody.get(path, Accept="application/json")
    assert (script.status_code, script.json()["error"]) == (401, "signed_out")
    htmx = nobody.get(path, **{"HX-Request": "true"})
    assert (htmx.status_code, htmx.headers["hx-redirect"], htmx.text) == (401, f"/auth/login?next={path}", "")


@pytest.mark.parametrize("account", ["stranger", "Maya", "maya ", "<script>alert(1)</script>"])
def test_an_account_of_no_person_sees_one_page_that_says_so(browser: Callable[..., Any], account: str) -> None:
    stranger = browser(None, Authorization=f"Bearer {account}")
    answer = stranger.get(PAGES[0])
    if account == "maya ":  # the header's own edge, which HTTP does not keep
        assert answer.status_code == 200
        return
    assert answer.status_code == 403
    assert "belongs to no person" in answer.text
    assert "people.yaml" in answer.text
    assert "<nav" not in answer.text
    assert "hx-headers" not in answer.text
    assert "<script>alert" not in answer.text
